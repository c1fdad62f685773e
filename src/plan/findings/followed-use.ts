import { loadsOnce } from '../../firewalls/commands/loads-once.js';
import { staysActive } from '../../transactions/transactions.js';
import { parseUnitName, type UnitType } from '../../units/name.js';
import { lastValue } from '../../units/unit.js';
import { failingAssert, type AssertVerdict } from './asserts.js';
import { type Finding, isInUse, type Check, refuse, type CheckContext, warn } from './finding.js';
import { either, otherRelation, withoutStart } from './ways-out.js';

/** Types whose units an administrator enables; the others come with the hardware, the mounts or the processes. */
const ENABLED_BY_HAND: readonly (UnitType | undefined)[] = ['service', 'socket', 'timer', 'path', 'target'];

/** Nothing starts the unit to follow: with Requires= a start of the other one would. */
export const followedDisabled: Check = (context) => {
  const { unit, follow, relation, withoutOurs: withoutOurs, facts } = context;
  if (relation !== 'requires' || follow.loadState !== 'loaded' || facts.isExcerpt) return [];
  if (!ENABLED_BY_HAND.includes(parseUnitName(follow.id)?.type)) return [];
  const isStartedAnyway = withoutOurs.startOf([unit.id]).has(follow.id);
  if (isStartedAnyway || isInUse(context, follow.id)) return [];
  const unstarted = otherRelation(context, 'followed-disabled', withoutStart(context));
  const state = facts.isLive
    ? 'neither enabled nor active'
    : 'not enabled (what is active, only a running system knows)';
  return [
    refuse(
      'followed-disabled',
      `${follow.id} is ${state}, so starting ${unit.id} would start it`,
      either(`enable it: systemctl enable ${follow.id}`, unstarted && `do not have it started: ${unstarted}`),
    ),
  ];
};

/**
 * A oneshot that does not remain is run again by every start of what requires it. PartOf= is no way out: with it a
 * plain start of the oneshot, which is how its rules are loaded anew, restarts nothing.
 */
export const followedNotStaying: Check = (context) => {
  const { unit, follow, relation } = context;
  if (relation !== 'requires' || follow.loadState !== 'loaded' || staysActive(follow)) return [];
  const hook = otherRelation(context, 'followed-not-staying', ['hook']);
  return [
    refuse(
      'followed-not-staying',
      `${follow.id} is a oneshot without RemainAfterExit=yes, so every start of ${unit.id} would run it again`,
      either(
        `set RemainAfterExit=yes in a drop-in of ${follow.id}`,
        hook && `use ${hook}, which restarts ${unit.id} after each run`,
      ),
    ),
  ];
};

/** Where an assert of the unit to follow does not hold, its start fails, and so does that of what requires it. */
export const followedAsserts: Check = (context) => {
  const { follow, files } = context;
  if (follow.loadState !== 'loaded') return [];
  const found = failingAssert(files, follow.directives);
  return found ? [assertFinding(context, found)] : [];
};

function assertFinding(
  context: CheckContext,
  { holds, setting: { key, value, file, line } }: AssertVerdict,
): Finding {
  const { unit, follow, relation } = context;
  const starts = relation === 'requires' ? `${follow.id}, and so ${unit.id},` : follow.id;
  const says = `${key}=${value} (${file}:${line})`;
  if (holds !== 'no') {
    const now = holds === 'yes' ? 'as it does now' : 'which the files alone do not tell';
    return warn(
      'followed-asserts',
      `${starts} will start only where ${says} holds, ${now}`,
      `see that it stays true${relation === 'requires' ? ', or use --relation part-of' : ''}`,
    );
  }
  const text = `${starts} would not start: ${says} does not hold here`;
  if (relation !== 'requires') return warn('followed-asserts', text, 'make it true');
  const other = otherRelation(context, 'followed-asserts', withoutStart(context));
  return refuse('followed-asserts', text, either('make it true first', other && `use ${other}`));
}

/** A firewall that loads its rules and ends counts as started before they are loaded, unless it is a oneshot. */
export const loadsTooLate: Check = ({ files, unit, follow, relation, facts }) => {
  if (follow.loadState !== 'loaded' || facts.isExcerpt) return [];
  const start = loadsOnce(files, follow);
  if (!start) return [];
  const stays = /^(?:1|yes|y|true|t|on)$/i.test(lastValue(follow, 'Service', 'RemainAfterExit') ?? '');
  const isRunAgain = relation === 'requires' && !stays;
  const text =
    `${follow.id} counts as started before its rules are loaded, since it is not Type=oneshot (ExecStart=, ` +
    `${start.file}:${start.line}): After= orders nothing`;
  const again = `, and every start of ${unit.id} would load them again, over the rules of ${unit.id}`;
  const hint = `sudo systemctl edit ${follow.id}, and add [Service], Type=oneshot and RemainAfterExit=yes, a line each`;
  return [isRunAgain ? refuse('loads-too-late', text + again, hint) : warn('loads-too-late', text, hint)];
};
