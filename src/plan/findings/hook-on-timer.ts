import { lastValue } from '../../jobs/implied.js';
import { staysActive } from '../../jobs/jobs.js';
import { triggeredUnit } from '../../jobs/triggers.js';
import type { Unit } from '../../units/unit.js';
import { loadsOnce } from '../loads-once.js';
import { refuse } from './finding.js';
import type { Look } from './situation.js';
import { either, otherRelation } from './ways-out.js';

/** What starts the followed unit again and again has the hook restart the other one each time. */
export const hookOnTimer: Look = (situation) => {
  const { files, unit, follow: followed, relation, without, facts } = situation;
  if (relation !== 'hook' || followed.loadState !== 'loaded') return [];
  const follow = without.load(followed.id);
  // A start of what is still active does nothing.
  if (staysActive(follow) && !loadsOnce(files, follow)) return [];
  const inUse = new Set([...without.atBoot(), ...facts.activeUnits()]);
  const trigger = [...inUse]
    .filter((name) => /\.(?:timer|path|socket)$/.test(name))
    .map((name) => without.load(name))
    .find(
      (one) => one.loadState === 'loaded' && repeats(one) && follow.names.includes(triggeredUnit(one) ?? ''),
    );
  if (!trigger) return [];
  const other = otherRelation(situation, 'hook-on-timer', ['part-of']);
  const file = trigger.fragment === null ? '' : ` (${trigger.fragment})`;
  return [
    refuse(
      'hook-on-timer',
      `${trigger.id}${file} starts ${follow.id} again and again, and with the hook each run restarts ${unit.id} and ` +
        'its containers',
      either(
        `disable it if it is not needed: sudo systemctl disable --now ${trigger.id}`,
        other && `use ${other}, which follows only what restarts ${follow.id}`,
      ),
    ),
  ];
};

/** systemd.timer(5): what counts from the boot, or from the timer's own start, comes once. */
function repeats(trigger: Unit): boolean {
  if (!trigger.id.endsWith('.timer')) return true;
  return ['OnCalendar', 'OnUnitActiveSec', 'OnUnitInactiveSec'].some(
    (key) => lastValue(trigger, 'Timer', key) !== undefined,
  );
}
