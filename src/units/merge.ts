import { mergingOf } from './settings.js';
import type { Setting } from './unit.js';

/**
 * The settings that are in force once all files are read: an empty assignment resets a list (and, for
 * conditions, listen, timer and path settings, the whole family); a setting that is no list is replaced by
 * the next one; dependencies only add up, so their empty assignments say nothing.
 * @param settings every assignment, in the order in which systemd reads them
 */
export function inForce(settings: readonly Setting[]): Setting[] {
  const kept: Setting[] = [];
  /** the groups of which something that stands further down has reset what is above */
  const reset = new Set<string>();
  for (const setting of settings.toReversed()) {
    const merging = mergingOf(setting.section, setting.key);
    const isEmpty = setting.value === '';
    if (!isEmpty && (merging.how === 'adds' || !reset.has(merging.group))) kept.push(setting);
    if (merging.how === 'adds') continue;
    const resets = merging.how === 'list' ? isEmpty : !(isEmpty && merging.neverEmpty);
    if (resets) reset.add(merging.group);
  }
  return kept.reverse();
}
