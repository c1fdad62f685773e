import { loadsOnce } from '../../firewalls/commands/loads-once.js';
import { staysActive } from '../../transactions/transactions.js';
import { wayToEnable } from '../../units/enabled.js';
import { parseUnitName, type UnitType } from '../../units/name.js';
import { lastValue } from '../../units/unit.js';
import { parseBoolean } from '../../units/values.js';
import { failingAssert, type AssertVerdict } from './asserts.js';
import { type Check, type CheckContext, isInUse } from './check.js';
import { refuse, type Report, warn } from './finding.js';
import { either, otherRelation, withoutStart } from './ways-out.js';

/** Types whose units an administrator enables; the others come with the hardware, the mounts or the processes. */
const ENABLED_BY_HAND: readonly (UnitType | undefined)[] = ['service', 'socket', 'timer', 'path', 'target'];

/** Nothing starts the unit to follow: with Requires= a start of the other one would. */
export const followedDisabled: Check = {
  code: 'followed-disabled',
  level: 'refuse',
  mayBeForced: true,
  relations: ['requires', 'wants'],
  docs: {
    title: 'the followed unit is not enabled',
    meaning: 'The followed unit is neither enabled nor active, and a start of Docker would start it.',
    wayOut: 'Enable it, or use `--relation part-of`.',
    measured: ['test/harm/target.test.ts', 'test/lab/harm-by-relation.test.ts', 'test/lab/hook.test.ts'],
  },
  run: { follow: disabled },
};

function disabled(context: CheckContext): Report[] {
  const { unit, follow, withoutOurs, facts } = context;
  if (follow.loadState !== 'loaded') return [];
  if (!ENABLED_BY_HAND.includes(parseUnitName(follow.id)?.type)) return [];
  const isStartedAnyway = withoutOurs.startOf([unit.id]).has(follow.id);
  if (isStartedAnyway || isInUse(context, follow.id)) return [];
  const unstarted = otherRelation(context, followedDisabled.code, withoutStart(context));
  const state = facts.isLive
    ? 'neither enabled nor active'
    : 'not enabled (only the running system knows whether it is active)';
  return [
    refuse(
      `${follow.id} is ${state}, so starting ${unit.id} would start it`,
      either(wayToEnable(follow), unstarted && `use ${unstarted}, which does not start it`),
    ),
  ];
}

/**
 * Every start of a unit that requires a oneshot runs it again if it does not stay active. PartOf= does not help: with
 * it a plain start of the oneshot, which loads its rules again, restarts nothing.
 */
export const followedNotStaying: Check = {
  code: 'followed-not-staying',
  level: 'refuse',
  mayBeForced: true,
  relations: ['requires', 'wants'],
  docs: {
    title: 'the followed unit does not stay active',
    meaning:
      'The followed unit is a oneshot without `RemainAfterExit=yes`: every start of Docker would run it, and flush the rules, again.',
    wayOut: 'Set `RemainAfterExit=yes` in a drop-in of it, or use `--relation hook`.',
    measured: ['test/lab/harm-by-relation.test.ts', 'test/lab/hook.test.ts'],
  },
  run: { follow: runsAgain },
};

function runsAgain(context: CheckContext): Report[] {
  const { unit, follow } = context;
  if (follow.loadState !== 'loaded' || staysActive(follow)) return [];
  const hook = otherRelation(context, followedNotStaying.code, ['hook']);
  return [
    refuse(
      `${follow.id} is a oneshot without RemainAfterExit=yes, so every start of ${unit.id} would run it again`,
      either(
        `set RemainAfterExit=yes in a drop-in of ${follow.id}`,
        hook && `use ${hook}, which restarts ${unit.id} after each run`,
      ),
    ),
  ];
}

/** If an assert of the unit to follow does not hold, its start fails, and so does that of a unit that requires it. */
export const followedAsserts: Check = {
  code: 'followed-asserts',
  level: 'refuse',
  mayBeForced: true,
  docs: {
    title: 'an assert of the followed unit may fail',
    meaning:
      'An assert of the followed unit, such as `AssertPathExists=`, does not hold, so neither of the two would start.',
    wayOut: 'Make it true, or use `--relation part-of`.',
    weaker:
      'a warning if it holds now, if only the running system knows, or with another relation than requires',
    measured: ['test/harm/asserts.test.ts', 'test/lab/harm-by-target.test.ts'],
  },
  run: {
    follow: (context) => {
      const { follow, files } = context;
      const found = follow.loadState === 'loaded' ? failingAssert(files, follow.directives) : undefined;
      return found ? [assertReport(context, found)] : [];
    },
  },
};

function assertReport(
  context: CheckContext,
  { holds, setting: { key, value, file, line } }: AssertVerdict,
): Report {
  const { unit, follow, relation } = context;
  const starts = relation === 'requires' ? `${follow.id}, and so ${unit.id},` : follow.id;
  const says = `${key}=${value} (${file}:${line})`;
  if (holds !== 'no') {
    const now = holds === 'yes' ? 'as it does now' : 'which the files alone do not show';
    return warn(
      `${starts} will start only if ${says} holds, ${now}`,
      `keep that file in place${relation === 'requires' ? ', or use --relation part-of' : ''}`,
    );
  }
  const text = `${starts} would not start: ${says} does not hold here`;
  if (relation !== 'requires') return warn(text, 'make it true');
  const other = otherRelation(context, followedAsserts.code, withoutStart(context));
  return refuse(text, either('make it true first', other && `use ${other}`));
}

/** A firewall that loads its rules and ends counts as started before they are loaded, unless it is a oneshot. */
export const loadsTooLate: Check = {
  code: 'loads-too-late',
  level: 'refuse',
  mayBeForced: true,
  docs: {
    title: 'the firewall would load its rules too late',
    meaning:
      'The firewall is not `Type=oneshot`, so it counts as started before its rules are loaded, and without `RemainAfterExit=yes` every start of Docker loads them again.',
    wayOut: 'Set `Type=oneshot` and `RemainAfterExit=yes` in a drop-in of it.',
    weaker: 'a warning if no start of Docker runs it again',
  },
  run: { follow: startsTooSoon },
};

function startsTooSoon({ files, unit, follow, relation }: CheckContext): Report[] {
  if (follow.loadState !== 'loaded') return [];
  const start = loadsOnce(files, follow);
  if (!start) return [];
  const stays = parseBoolean(lastValue(follow, 'Service', 'RemainAfterExit')) === true;
  const isRunAgain = (relation === 'requires' || relation === 'wants') && !stays;
  const text =
    `${follow.id} counts as started before its rules are loaded, since it is not Type=oneshot (ExecStart=, ` +
    `${start.file}:${start.line}): After= orders nothing`;
  const again = `, and every start of ${unit.id} would load them again, over the rules of ${unit.id}`;
  const hint = `sudo systemctl edit ${follow.id}, and add [Service], Type=oneshot and RemainAfterExit=yes, one per line`;
  return [isRunAgain ? refuse(text + again, hint) : warn(text, hint)];
}
