import type { Files, RootPath } from '../../files/files.js';
import { forgottenScript } from '../../units/generated/generated.js';
import { pathsInFstab } from '../../units/generated/fstab.js';
import { unitOfPath } from '../../units/name.js';
import type { UnitLoader } from '../../units/loader.js';
import type { Unit } from '../../units/unit.js';
import { whyNotLoaded } from '../usable.js';
import {
  type Blocker,
  blockersOfFollow,
  isEmptyFile,
  stateInWords,
  wayInWords,
  waysPast,
} from './cannot-start.js';
import { type Check, type CheckContext, outcomeOf } from './check.js';
import { refuse, type Report } from './finding.js';
import { pathMeantBy } from './mount.js';
import { otherCandidate, packageWays, wayToGet } from './packages.js';
import { either, leadsOut } from './ways-out.js';

/** The unit to follow, or one that it requires, does not exist in this root. */
export const followedMissing: Check = {
  code: 'followed-missing',
  level: 'refuse',
  mayBeForced: true,
  docs: {
    title: 'a unit that it would follow is missing',
    meaning: 'The followed unit, or a unit that it requires, does not exist here.',
    wayOut:
      'Follow the unit that does its work here (`--follow UNIT`), or install the package that brings it: the finding names what fits.',
    measured: ['test/harm/target.test.ts', 'test/lab/harm-by-target.test.ts'],
  },
  run: { follow: missing },
};

function missing(context: CheckContext): Report[] {
  const { follow, followedPath } = context;
  if (follow.loadState === 'not-found') {
    // Without a mount the path is required all the same, from the day on which something mounts it.
    if (followedPath !== undefined) return [];
    const script = forgottenScript(context.files, follow.asked, context.systemd);
    const why =
      script === undefined ? '' : ` (${script} is a System V script, which systemd 260 and later do not run)`;
    const text = `${follow.asked} does not exist here${why}, so ${outcomeOf(context)}`;
    const path = pathMeantBy(follow.asked, pathsInFstab(context.files));
    return [
      refuse(text, path === undefined ? wayToGet(context, followedMissing.code, follow.asked) : byPath(path)),
    ];
  }
  return blockersOfFollow(context)
    .filter(({ state }) => state === 'missing')
    .map((blocker) => {
      const others = otherCandidate(context, followedMissing.code);
      const packages = packageWays(context.template, context.files, blocker.unit.id);
      return needed(context, blocker, [...others, ...packages]);
    });
}

/** A dash in a path is escaped in the name of its unit, which few people know by heart. */
function byPath(path: string): string {
  return `the mount unit of ${path} is ${unitOfPath(path, 'mount') ?? ''}; name the path instead: --follow ${path}`;
}

/** The unit to follow, or one that it requires, is a link to /dev/null: systemd refuses to start what requires it. */
export const followedMasked: Check = {
  code: 'followed-masked',
  level: 'refuse',
  mayBeForced: true,
  docs: {
    title: 'a unit that it would follow is masked',
    meaning:
      'The followed unit, or a unit that it requires, is masked by a link to `/dev/null`: what requires it does not start.',
    wayOut: 'Unmask it: `systemctl unmask UNIT`.',
    measured: ['test/harm/target.test.ts', 'test/lab/harm-by-target.test.ts'],
  },
  run: { follow: masked },
};

function masked(context: CheckContext): Report[] {
  const { follow, files } = context;
  if (follow.loadState === 'masked' && !isEmptyFile(files, follow.fragment)) {
    const text = `${follow.asked} is masked by ${follow.fragment ?? 'a link'}, so ${outcomeOf(context)}`;
    return [refuse(text, `unmask it first: systemctl unmask ${follow.asked}`)];
  }
  return blockersOfFollow(context)
    .filter(({ state, unit }) => state === 'masked' && !isEmptyFile(files, unit.fragment))
    .map((blocker) => needed(context, blocker));
}

/** The same for a unit that the followed one requires, with the line that says so. */
function needed(context: CheckContext, blocker: Blocker, otherWays: readonly string[] = []): Report {
  const why = `${wayInWords(blocker.way)}, ${stateInWords(context, blocker)}`;
  const ways = [...otherWays, ...waysPast(context, blocker)];
  return refuse(`${why}, so ${outcomeOf(context)}`, either(...ways));
}

/** The same by an empty file, which `systemctl unmask` does not remove. */
export const followedEmpty: Check = {
  code: 'followed-empty',
  level: 'refuse',
  mayBeForced: true,
  docs: {
    title: 'an empty file masks a unit that it would follow',
    meaning:
      'The file of the followed unit, or of a unit that it requires, is empty, which masks it just the same.',
    wayOut: 'Remove the empty file, or install the package that it belongs to again.',
    measured: ['test/harm/target.test.ts', 'test/lab/harm-by-target.test.ts'],
  },
  run: { follow: empty },
};

function empty(context: CheckContext): Report[] {
  const { follow, files } = context;
  if (follow.loadState !== 'masked' || !isEmptyFile(files, follow.fragment))
    return blockersOfFollow(context)
      .filter(({ state, unit }) => state === 'masked' && isEmptyFile(files, unit.fragment))
      .map((blocker) => needed(context, blocker));
  const text = `${follow.fragment ?? follow.asked} is empty, which masks ${follow.asked}, so ${outcomeOf(context)}`;
  return [refuse(text, 'remove the empty file, or install the package that it belongs to again')];
}

/** systemd cannot load the unit to follow. */
export const followedBroken: Check = {
  code: 'followed-broken',
  level: 'refuse',
  mayBeForced: true,
  docs: {
    title: 'systemd cannot load a unit that it would follow',
    meaning: 'systemd cannot load the followed unit, or a unit that it requires.',
    wayOut: 'Fix the line that is named.',
    measured: ['test/harm/target.test.ts'],
  },
  run: { follow: broken },
};

function broken(context: CheckContext): Report[] {
  const { follow } = context;
  if (follow.loadState !== 'error' && follow.loadState !== 'bad-setting')
    return blockersOfFollow(context)
      .filter(({ state }) => state === 'broken')
      .map((blocker) => needed(context, blocker));
  const text = `systemd cannot load ${follow.asked} from ${follow.fragment ?? 'its drop-ins'}, so ${outcomeOf(context)}`;
  return [refuse(text, `fix it first: ${whyNotLoaded(follow)}`)];
}

/**
 * The unit to follow is a link out of the load path to the file of another unit: systemd takes them for two units, and
 * a restart of the other one restarts nothing. Debian 11's iptables.service is one.
 */
export const followedLinked: Check = {
  code: 'followed-linked',
  level: 'refuse',
  mayBeForced: true,
  docs: {
    title: 'the followed unit is a link to another one',
    meaning:
      'The followed unit is a link to the file of another unit, as iptables.service is on Debian 11: systemd takes them for two units, and a restart of the other one restarts nothing.',
    wayOut: 'Follow the other one: `--follow UNIT`.',
    measured: ['test/harm/target.test.ts', 'test/lab/harm-by-target.test.ts'],
  },
  run: { follow: linked },
};

function linked(context: CheckContext): Report[] {
  const { follow, files, withoutOurs } = context;
  if (follow.loadState !== 'loaded' || !follow.fragment) return [];
  const twin = unitOfTheSameFile(files, withoutOurs.loader, follow, follow.fragment);
  if (twin === undefined) return [];
  const text =
    `${follow.fragment} is a link to the file of ${twin}; systemd takes them for two units, ` +
    `so a restart of ${twin} would not reach ${context.unit.id}`;
  const isWayOut = leadsOut(context, followedLinked.code, { follow: twin });
  return [
    refuse(text, isWayOut ? `follow the real one: --follow ${twin}` : `remove the link ${follow.fragment}`),
  ];
}

function unitOfTheSameFile(
  files: Files,
  loader: UnitLoader,
  unit: Unit,
  fragment: RootPath,
): string | undefined {
  if (files.lstat(fragment)?.kind !== 'link') return undefined;
  const file = files.follow(fragment).path;
  for (const name of loader.map.entries.keys()) {
    const entry = loader.map.entries.get(name);
    if (unit.names.includes(name) || !entry || !('path' in entry)) continue;
    if (files.follow(entry.path).path === file) return loader.load(name).id;
  }
  return undefined;
}
