import { mergingOf } from './settings.js';
import type { Setting } from './unit.js';

/**
 * The settings that are in force once all files are read: an empty assignment resets a list (and, for
 * conditions, listen, timer and path settings, the whole family); a setting that is no list is replaced by
 * the next one; dependencies only add up, so their empty assignments say nothing.
 * @param settings every assignment, in the order in which systemd reads them
 */
export function inForce(settings: readonly Setting[]): Setting[] {
  const dropped = new Set<Setting>();
  const groups = new Map<string, Setting[]>();
  for (const setting of settings) {
    const merging = mergingOf(setting.section, setting.key);
    if (setting.value === '') dropped.add(setting);
    if (merging.how === 'adds' || (setting.value === '' && merging.how === 'replaces' && merging.neverEmpty))
      continue;
    const before = groups.get(merging.group) ?? [];
    const replaced = merging.how === 'replaces' || setting.value === '';
    if (replaced) for (const earlier of before.splice(0)) dropped.add(earlier);
    before.push(setting);
    groups.set(merging.group, before);
  }
  return settings.filter((setting) => !dropped.has(setting));
}
