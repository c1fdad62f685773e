import { restartsInBackground } from '../firewalls/commands/unit-calls.js';
import { type Relation, RELATIONS } from '../firewalls/template.js';
import { isCommand } from '../units/settings.js';
import type { Unit } from '../units/unit.js';
import { liftsStartLimit } from './drop-in.js';
import type { OwnFile } from './own-file.js';
import type { OwnFollow } from './own-places.js';
import { settingsIn } from './settings.js';

/**
 * The relation that files of ours set up between two units, which the next run keeps.
 * @param own the drop-in of ours for the followed unit
 * @param hooks what hookFiles() gave
 * @returns undefined if there is no file of ours for it
 */
export function relationInPlace(
  unit: Unit,
  follow: Unit,
  own: OwnFollow | undefined,
  hooks: readonly OwnFile[],
): Relation | undefined {
  const says = settingsIn(own?.file.bytes?.toString() ?? '');
  const has = (key: string): boolean => says.some((one) => one.key === key);
  if (has('Requires')) return 'requires';
  if (has('PartOf')) return 'part-of';
  if (hooks.some((hook) => hook.unit === follow.id)) return 'hook';
  if (!own) return undefined;
  // Only what was missing was written: the rest is somebody else's word, and in force as well.
  const others = relationInForce(unit, follow);
  if (others) return others;
  // Only a hook does without any of these: its other half is gone.
  return says.some(liftsStartLimit) ? 'hook' : RELATIONS[0];
}

function relationInForce(unit: Unit, follow: Unit): Relation | undefined {
  const has = (...types: string[]): boolean =>
    unit.dependencies.some((one) => types.includes(one.type) && one.unit === follow.id);
  if (has('Requires', 'BindsTo')) return 'requires';
  if (has('PartOf', 'Requisite')) return 'part-of';
  const isHooked = follow.directives.some(
    (setting) => isCommand(setting) && restartsInBackground(setting.value, unit.names),
  );
  return isHooked ? 'hook' : undefined;
}
