import { restartsInBackground } from '../firewalls/commands/unit-calls.js';
import { type Relation, RELATIONS } from '../firewalls/template.js';
import { isCommand } from '../units/settings.js';
import type { Unit } from '../units/unit.js';
import { liftsStartLimit } from './drop-in.js';
import type { OwnFile } from './own-file.js';
import type { OwnDropIn } from './own-files.js';
import { settingsIn } from './settings.js';

/**
 * The relation that files of ours have set up between two units; the next run keeps it.
 * @param own the drop-in of ours for the followed unit
 * @param hooks the result of hookFiles()
 * @returns undefined if there is no file of ours for it
 */
export function relationInPlace(
  unit: Unit,
  follow: Unit,
  own: OwnDropIn | undefined,
  hooks: readonly OwnFile[],
): Relation | undefined {
  const settings = settingsIn(own?.file.bytes?.toString() ?? '');
  const has = (key: string): boolean => settings.some((one) => one.key === key);
  if (has('Requires')) return 'requires';
  if (has('PartOf')) return 'part-of';
  if (hooks.some((hook) => hook.unit === follow.id)) return 'hook';
  if (!own) return undefined;
  // We wrote only what was missing: other files have the rest.
  const inForce = relationInForce(unit, follow);
  if (inForce) return inForce;
  // Only a hook needs none of these: its other half is gone.
  return settings.some(liftsStartLimit) ? 'hook' : RELATIONS[0];
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
