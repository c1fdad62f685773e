import { restartsInBackground } from '../../firewalls/commands/unit-calls.js';
import { type FirewallInUse, firewallsInUse, isFirewall } from '../../firewalls/in-use.js';
import { looksLikeFirewall } from '../../firewalls/unknown-firewall.js';
import type { Source, Unit } from '../../units/unit.js';
import { type Check, type CheckContext, isInUse } from './check.js';
import { refuse, type Report, warn } from './finding.js';
import { either, leadsOut, otherRelation, withoutStart } from './ways-out.js';

/** The dependencies that tie a unit to another, so that both go along; a Wants= gives way instead. */
const TIES = ['Requires', 'Requisite', 'BindsTo', 'PartOf'];

/** A unit in use and the one to be followed cannot run together: starting the one stops the other. */
export const rivalFirewall: Check = {
  code: 'rival-firewall',
  level: 'refuse',
  mayBeForced: true,
  relations: ['requires', 'wants'],
  docs: {
    title: 'two units exclude each other',
    meaning:
      'A unit that is enabled or active conflicts with the followed unit: a start of Docker would stop that unit, or fail.',
    wayOut: 'Disable one of them, or use `--relation part-of`.',
    measured: ['test/harm/rivals.test.ts', 'test/lab/harm-by-relation.test.ts', 'test/lab/hook.test.ts'],
  },
  run: { follow: stopsRival },
};

function stopsRival(context: CheckContext): Report[] {
  const { unit, follow } = context;
  if (follow.loadState !== 'loaded') return [];
  const rivals = rivalsOf(context);
  const other =
    rivals.length > 0 ? otherRelation(context, rivalFirewall.code, withoutStart(context)) : undefined;
  return rivals.map(({ rival, from, needed }) =>
    refuse(
      `${rival.id} is in use and conflicts with ${needed.id}${needed.id === follow.id ? '' : `, which ${follow.id} requires`} ` +
        `(${place(from)}), so starting ${unit.id} would stop ` +
        `${rival.id}, or fail`,
      either(
        `disable the one that is not wanted: systemctl disable --now ${rival.id}`,
        other && `use ${other}`,
      ),
    ),
  );
}

/** Tied to two units that conflict, nothing can be started or restarted any more: systemd#2830. */
export const twoFirewalls: Check = {
  code: 'two-firewalls',
  level: 'refuse',
  mayBeForced: true,
  // A hook ties docker to nothing: it is restarted in a transaction of its own.
  relations: ['requires', 'part-of'],
  docs: {
    title: 'tied to two units that exclude each other',
    meaning:
      'Docker is tied already to a unit that conflicts with the followed one: neither of the two could be restarted any more.',
    wayOut: 'Remove the old dependency.',
    measured: ['test/harm/rivals.test.ts', 'test/lab/harm-by-relation.test.ts', 'test/lab/hook.test.ts'],
  },
  run: { follow: tiedToBoth },
};

function tiedToBoth(context: CheckContext): Report[] {
  const { unit, follow, planned } = context;
  const tied = planned.load(unit.id).dependencies.filter(({ type }) => TIES.includes(type));
  return tied
    .filter((dependency) => dependency.unit !== follow.id)
    .flatMap(({ type, unit: other, from: [tie] }) => {
      const from = conflictBetween(planned.load(other), follow);
      if (!from || !tie) return [];
      return [
        refuse(
          `${unit.id} is tied to ${other} already (${type}= in ${place(tie)}), which conflicts with ${follow.id} ` +
            `(${place(from)}): neither of the two could be restarted any more`,
          either(
            `take ${other} out of ${place(tie)} first`,
            leadsOut(context, twoFirewalls.code, { follow: other })
              ? `follow ${other} itself: --follow ${other}`
              : undefined,
          ),
        ),
      ];
    });
}

/**
 * Following one firewall does not help against a second one that wipes the rules; a unit that follows a mount or a
 * database needs neither.
 */
export const secondFirewall: Check = {
  code: 'second-firewall',
  level: 'warn',
  relations: ['requires', 'part-of', 'hook'],
  docs: {
    title: 'another firewall wipes the rules as well',
    meaning: "Another firewall in use wipes Docker's rules as well.",
    wayOut: 'Follow that one, too: `unit-patch docker --follow UNIT`.',
  },
  run: { follow: othersThatWipe },
};

function othersThatWipe(context: CheckContext): Report[] {
  const { files, template, unit, follow, planned, facts } = context;
  if (!isFirewall(files, template, follow) && !looksLikeFirewall(files, template, follow)) return [];
  return otherWipers(context)
    .filter((other) => !follows(planned.load(unit.id), planned.load(other.unit.id)))
    .map((other) =>
      warn(
        `${other.unit.id} is in use too (${other.why}), and a restart of it wipes the rules of ${unit.id} as well`,
        `${facts.isLive ? 'sudo ' : ''}unit-patch ${template.name} --follow ${other.unit.id}`,
      ),
    );
}

/** The firewalls in use besides the followed one that wipe; of two that conflict only one can be in use. */
export function otherWipers({ template, unit, follow, withoutOurs, facts }: CheckContext): FirewallInUse[] {
  return [...firewallsInUse(withoutOurs, template, facts)].filter(
    (other) =>
      other.wipes &&
      other.unit.loadState === 'loaded' &&
      other.unit.id !== follow.id &&
      other.unit.id !== unit.id &&
      !conflictBetween(other.unit, follow),
  );
}

/** Whether a unit is restarted along with another one, and after it: by itself, or by a command of the other one. */
function follows(unit: Unit, other: Unit): boolean {
  const isOrdered = has(unit, ['After'], other.id) || has(other, ['Before'], unit.id);
  const isTied = has(unit, ['Requires', 'Requisite', 'BindsTo', 'PartOf'], other.id);
  const restarts = other.directives.some(
    ({ key, value }) => key === 'ExecStartPost' && restartsInBackground(value, unit.names),
  );
  return restarts || (isTied && isOrdered);
}

function has({ dependencies }: Unit, types: readonly string[], name: string): boolean {
  return dependencies.some(({ type, unit }) => types.includes(type) && unit === name);
}

interface Rival {
  readonly rival: Unit;
  readonly from: Source;
  /** what it conflicts with: the followed unit, or one that this requires */
  readonly needed: Unit;
}

function rivalsOf(context: CheckContext): Rival[] {
  const { follow, withoutOurs, facts, unit } = context;
  const needs = withoutOurs.needsOf(follow.id).filter(({ loadState }) => loadState === 'loaded');
  const near = new Set([...withoutOurs.atBoot(), ...facts.activeUnits(), ...needs.flatMap(conflictsOf)]);
  return [...near].flatMap((name) => {
    const rival = withoutOurs.load(name);
    if (needs.includes(rival) || rival.id === unit.id || rival.loadState !== 'loaded') return [];
    if (!isInUse(context, rival.id)) return [];
    return needs.flatMap((needed) => {
      const from = conflictBetween(rival, needed);
      return from ? [{ rival, from, needed }] : [];
    });
  });
}

function conflictsOf({ dependencies }: Unit): string[] {
  return dependencies.filter(({ type }) => type === 'Conflicts').map(({ unit }) => unit);
}

/** The place where either of two units says that they conflict. */
export function conflictBetween(one: Unit, other: Unit): Source | undefined {
  return saysConflict(one, other) ?? saysConflict(other, one);
}

function saysConflict(one: Unit, other: Unit): Source | undefined {
  return one.dependencies.find(({ type, unit }) => type === 'Conflicts' && other.names.includes(unit))
    ?.from[0];
}

function place({ file, line }: Source): string {
  return line === null ? file : `${file}:${line}`;
}
