import { isTriggered, otherEngines } from '../engines.js';
import { warn } from './finding.js';
import { conflictBetween } from './rivals.js';
import type { Look } from './situation.js';

/** The engine that runs here is another unit's; a drop-in of this one changes nothing for it. */
export const otherEngine: Look = ({ template, unit, follow, without, facts }) => {
  if (template.daemonFile === undefined || facts.isExcerpt) return [];
  if (without.atBoot().has(unit.id) || facts.isActive(unit.id)) return [];
  const others = otherEngines(without, unit.names, facts);
  if (others.length === 0) return [];
  const isStarted = isTriggered(without, unit);
  return others
    .filter((other) => !isStarted || conflictBetween(other.unit, unit))
    .map((other) =>
      warn(
        'other-engine',
        `${other.unit.id} (${other.from}) runs dockerd here, and ${unit.id} is not enabled, so a drop-in of ${unit.id} changes nothing`,
        `${facts.isLive ? 'sudo ' : ''}unit-patch ${other.unit.id} --follow ${follow.id}`,
      ),
    );
};
