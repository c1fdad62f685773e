import type { Files, RootPath } from '../../files/files.js';
import { type Need, type Needed, needsOf } from '../../transactions/needs.js';
import { parseUnitName } from '../../units/name.js';
import { unreadableProblem } from '../../units/problems.js';
import type { Source, Unit } from '../../units/unit.js';
import { whyNotLoaded } from '../usable.js';
import type { Check, CheckContext } from './check.js';
import { refuse, type Report, warn } from './finding.js';
import { packageWays } from './packages.js';

/** A unit without which another one does not start, and which systemd cannot start itself. */
export interface Blocker extends Needed {
  readonly state: 'missing' | 'masked' | 'broken';
}

/** What a unit needs for its start and systemd cannot start, with the lines that lead there. */
export function blockersOf(context: CheckContext, name: string): readonly Blocker[] {
  return needsOf(context.withoutOurs, name).flatMap((needed) => {
    const state = stateOf(context, needed.unit);
    return state === undefined ? [] : [{ ...needed, state }];
  });
}

/** With Requires= the followed unit's own needs become those of the other one: they have findings of their own. */
export function blockersOfFollow(context: CheckContext): readonly Blocker[] {
  const { relation, follow } = context;
  return relation === 'requires' && follow.loadState === 'loaded' ? blockersOf(context, follow.id) : [];
}

function stateOf(context: CheckContext, unit: Unit): Blocker['state'] | undefined {
  if (unreadableProblem(unit)) return undefined;
  switch (unit.loadState) {
    case 'loaded':
      return undefined;
    case 'masked':
      return 'masked';
    case 'error':
    case 'bad-setting':
      return 'broken';
    case 'not-found':
      return isMissing(context, unit) ? 'missing' : undefined;
  }
}

/** Some units have no file: systemd makes them from what it finds in the kernel. */
const MAYBE_WITHOUT_FILE = ['mount', 'swap', 'automount'];

function isMissing({ facts }: CheckContext, { id }: Unit): boolean {
  const type = parseUnitName(id)?.type ?? '';
  if (type === 'scope') return false;
  return !MAYBE_WITHOUT_FILE.includes(type) || !facts.isActive(id);
}

/** `docker.service requires a.service (FILE:LINE), which requires b.service (FILE:LINE)`. */
export function wayInWords([first, ...others]: readonly Need[]): string {
  if (!first) return '';
  return [`${first.by} ${step(first)}`, ...others.map((need) => `which ${step(need)}`)].join(', ');
}

function step({ needed, from, because }: Need): string {
  return from ? `requires ${needed} (${placeOf(from)})` : `requires ${needed} (by ${because ?? 'default'})`;
}

/** Why systemd does not start it, to be read after its name. */
export function stateInWords({ files }: CheckContext, { unit, state }: Blocker): string {
  if (state === 'missing') return 'which does not exist here';
  if (state === 'broken') return `which systemd cannot load (${whyNotLoaded(unit)})`;
  const by = unit.fragment ?? 'a link';
  return `which is masked by ${isEmptyFile(files, unit.fragment) ? `the empty file ${by}` : by}`;
}

/** How to make the unit start again: repair the unit that blocks it, or require that no longer. */
export function waysPast(context: CheckContext, { unit, state, way }: Blocker): string[] {
  const last = way.at(-1);
  const mend = {
    missing: [],
    masked: [unmask(context, unit)],
    broken: [`mend ${whyNotLoaded(unit)}`],
  };
  return [...mend[state], ...(last?.from ? [dropRequirement(last, last.from)] : [])];
}

function unmask({ files, facts }: CheckContext, { id, fragment }: Unit): string {
  if (isEmptyFile(files, fragment)) return `remove the empty file ${fragment ?? ''}`;
  const root = facts.isLive || files.root === '/' ? '' : `--root=${files.root} `;
  return `sudo systemctl ${root}unmask ${id}`;
}

/** A line of a package comes back with its next version, and an empty `Requires=` resets nothing. */
function dropRequirement({ by, needed }: Need, from: Source): string {
  if (from.line === null) return `remove the link ${from.file}`;
  const out = `take ${needed} out of ${placeOf(from)}`;
  return /^\/(?:usr\/)?lib\//.test(from.file) ? `${out} in a copy: sudo systemctl edit --full ${by}` : out;
}

/** The place of a setting: `FILE:LINE`, or the link. */
export function placeOf({ file, line }: Source): string {
  return line === null ? file : `${file}:${line}`;
}

/** Whether a unit is masked by an empty file, which `systemctl unmask` does not remove. */
export function isEmptyFile(files: Files, fragment: RootPath | null): boolean {
  if (fragment === null) return false;
  const { path, info } = files.follow(fragment);
  return path !== '/dev/null' && info?.kind === 'file';
}

/**
 * The unit that follows cannot be started as it is. Once it is tied to the followed unit, that cannot be restarted
 * either while the other one runs: systemctl says "Unit … is masked", and does nothing.
 */
export const cannotStart: Check = {
  code: 'cannot-start',
  level: 'refuse',
  mayBeForced: true,
  docs: {
    title: 'the unit cannot start as it is',
    meaning:
      'The unit requires a unit that is masked, missing or broken, directly or through others: it cannot start, and while it runs a restart of the firewall fails too and loads no rules.',
    wayOut: 'Unmask or install that unit, or remove the requirement from the line that is named.',
    weaker: 'a warning if an image may still get the missing unit',
    measured: ['test/harm/cannot-start.test.ts', 'test/lab/harm-by-target.test.ts'],
  },
  run: { follow: blocked },
};

function blocked(context: CheckContext): Report[] {
  const { unit, follow } = context;
  const named = new Set([follow.id, ...blockersOfFollow(context).map((one) => one.unit.id)]);
  return blockersOf(context, unit.id)
    .filter((blocker) => !named.has(blocker.unit.id))
    .map((blocker) => report(context, blocker));
}

function report(context: CheckContext, blocker: Blocker): Report {
  const { unit, facts, template, files } = context;
  const why = `${wayInWords(blocker.way)}, ${stateInWords(context, blocker)}`;
  const packages = blocker.state === 'missing' ? packageWays(template, files, blocker.unit.id) : [];
  const hint = [...packages, ...waysPast(context, blocker)].join(', or ');
  const harm = `${unit.id} cannot start, and ${consequence(context)}`;
  if (blocker.state !== 'missing' || facts.isLive) return refuse(`${why}, so ${harm}`, hint);
  return warn(`${why}; unless something brings it, ${harm}`, hint);
}

function consequence({ unit, follow, relation, template }: CheckContext): string {
  if (relation === 'hook') return `a restart of ${follow.id} would not restart it`;
  const rules = template.candidates.length > 0 ? ' and load no rules' : '';
  return `while ${unit.id} runs, a restart of ${follow.id} would fail too${rules}`;
}
