import { restartsInBackground } from '../firewalls/commands/unit-calls.js';
import { type Relation, RELATIONS, type Watch } from '../firewalls/template.js';
import { isCommand } from '../units/settings.js';
import type { Unit } from '../units/unit.js';
import { liftsStartLimit } from './drop-in.js';
import { softRelation } from './drop-in-text.js';
import { isHook, type OwnFile } from './own-file.js';
import type { OwnDropIn } from './own-files.js';
import { settingsIn } from './settings.js';

/**
 * The relation that files of ours have set up between two units; the next run keeps it.
 * @param own the drop-in of ours for the followed unit
 * @param hooks the result of hookFiles()
 * @param watch the service that watches rules of the unit, if there is such a one
 * @returns undefined if there is no file of ours for it
 */
export function relationInPlace(
  unit: Unit,
  follow: Unit,
  own: OwnDropIn | undefined,
  hooks: readonly OwnFile[],
  watch?: Pick<Watch, 'service'>,
): Relation | undefined {
  const text = own?.file.bytes?.toString() ?? '';
  const settings = settingsIn(text);
  if (isWatched(unit, own, watch)) return 'watch';
  const declared = relationDeclared((type) => settings.some(({ key }) => key === type)) ?? softRelation(text);
  if (declared) return declared;
  const onFollow = hooks.filter((hook) => hook.unit === follow.id);
  if (onFollow.some(isHook)) return 'hook';
  if (!own && onFollow.length === 0) return undefined;
  // We wrote only what was missing: other files have the rest.
  const inForce = relationInForce(unit, follow);
  if (inForce) return inForce;
  // Only a hook needs none of these: its other half is gone.
  return settings.some(liftsStartLimit) ? 'hook' : RELATIONS[0];
}

/** Whether a drop-in of ours brings the service that watches rules of the unit. */
export function isWatched(
  unit: Unit,
  own: OwnDropIn | undefined,
  watch: Pick<Watch, 'service'> | undefined,
): boolean {
  const wants = unit.dependencies.filter((one) => one.type === 'Wants' && one.unit === watch?.service);
  return wants.some(({ from }) => from.some(({ file }) => file === own?.file.path));
}

/**
 * The dependencies that each relation is known by; a hook is known by its commands, a watch by its service, and a soft
 * tie by its comment.
 */
const DEPENDENCIES: Readonly<Record<Relation, readonly string[]>> = {
  requires: ['Requires', 'BindsTo'],
  'part-of': ['PartOf', 'Requisite'],
  hook: [],
  watch: [],
  wants: [],
  order: [],
};

/** The first relation of which a unit has a dependency. */
function relationDeclared(has: (type: string) => boolean): Relation | undefined {
  return RELATIONS.find((relation) => DEPENDENCIES[relation].some(has));
}

function relationInForce(unit: Unit, follow: Unit): Relation | undefined {
  const declared = relationDeclared((type) =>
    unit.dependencies.some((one) => one.type === type && one.unit === follow.id),
  );
  if (declared) return declared;
  const isHooked = follow.directives.some(
    (setting) => isCommand(setting) && restartsInBackground(setting.value, unit.names),
  );
  return isHooked ? 'hook' : undefined;
}
