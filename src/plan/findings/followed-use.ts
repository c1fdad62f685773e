import { loadsOnce } from '../../firewalls/commands/loads-once.js';
import { staysActive } from '../../transactions/transactions.js';
import { parseUnitName, type UnitType } from '../../units/name.js';
import { lastValue } from '../../units/unit.js';
import { failingAssert, type Verdict } from './asserts.js';
import { type Finding, isInUse, type Look, refuse, type Situation, warn } from './finding.js';
import { either, otherRelation, withoutStart } from './ways-out.js';

/** Types whose units an administrator enables; the others come with the hardware, the mounts or the processes. */
const ENABLED_BY_HAND: readonly (UnitType | undefined)[] = ['service', 'socket', 'timer', 'path', 'target'];

/** Nothing starts the unit to follow: with Requires= a start of the other one would. */
export const targetDisabled: Look = (situation) => {
  const { unit, follow, relation, without, facts } = situation;
  if (relation !== 'requires' || follow.loadState !== 'loaded' || facts.isExcerpt) return [];
  if (!ENABLED_BY_HAND.includes(parseUnitName(follow.id)?.type)) return [];
  const isStartedAnyway = without.startOf([unit.id]).has(follow.id);
  if (isStartedAnyway || isInUse(situation, follow.id)) return [];
  const unstarted = otherRelation(situation, 'target-disabled', withoutStart(situation));
  const state = facts.isLive
    ? 'neither enabled nor active'
    : 'not enabled (what is active, only a running system knows)';
  return [
    refuse(
      'target-disabled',
      `${follow.id} is ${state}, so starting ${unit.id} would start it`,
      either(`enable it: systemctl enable ${follow.id}`, unstarted && `do not have it started: ${unstarted}`),
    ),
  ];
};

/**
 * A oneshot that does not remain is run again by every start of what requires it. PartOf= is no way out: with it a
 * plain start of the oneshot, which is how its rules are loaded anew, restarts nothing.
 */
export const targetNotStaying: Look = (situation) => {
  const { unit, follow, relation } = situation;
  if (relation !== 'requires' || follow.loadState !== 'loaded' || staysActive(follow)) return [];
  const hook = otherRelation(situation, 'target-not-staying', ['hook']);
  return [
    refuse(
      'target-not-staying',
      `${follow.id} is a oneshot without RemainAfterExit=yes, so every start of ${unit.id} would run it again`,
      either(
        `set RemainAfterExit=yes in a drop-in of ${follow.id}`,
        hook && `use ${hook}, which restarts ${unit.id} after each run`,
      ),
    ),
  ];
};

/** Where an assert of the unit to follow does not hold, its start fails, and so does that of what requires it. */
export const targetAsserts: Look = (situation) => {
  const { follow, files } = situation;
  if (follow.loadState !== 'loaded') return [];
  const found = failingAssert(files, follow.directives);
  return found ? [assertFinding(situation, found)] : [];
};

function assertFinding(
  situation: Situation,
  { holds, setting: { key, value, file, line } }: Verdict,
): Finding {
  const { unit, follow, relation } = situation;
  const starts = relation === 'requires' ? `${follow.id}, and so ${unit.id},` : follow.id;
  const says = `${key}=${value} (${file}:${line})`;
  if (holds !== 'no') {
    const now = holds === 'yes' ? 'as it does now' : 'which the files alone do not tell';
    return warn(
      'target-asserts',
      `${starts} will start only where ${says} holds, ${now}`,
      `see that it stays true${relation === 'requires' ? ', or use --relation part-of' : ''}`,
    );
  }
  const text = `${starts} would not start: ${says} does not hold here`;
  if (relation !== 'requires') return warn('target-asserts', text, 'make it true');
  const other = otherRelation(situation, 'target-asserts', withoutStart(situation));
  return refuse('target-asserts', text, either('make it true first', other && `use ${other}`));
}

/** A firewall that loads its rules and ends counts as started before they are loaded, unless it is a oneshot. */
export const loadsTooLate: Look = ({ files, unit, follow, relation, facts }) => {
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
