import { EXIT, UnitPatchError } from '../errors.js';
import { parseTemplate, type Template, templateForUnit } from '../firewalls/template.js';
import { readTemplate, templateNames } from '../system/package-files.js';
import { parseUnitName, UNIT_TYPES, withSuffix } from '../units/name.js';
import { loadUnit } from '../units/loader.js';
import { nearest } from '../units/nearest.js';
import { didYouMean } from './did-you-mean.js';
import type { Io } from './io.js';
import { loadOptions, usage } from './options.js';

/** Every template of this package. */
export function allTemplates(): Template[] {
  return templateNames().map((name) => parseTemplate(readTemplate(name)));
}

/**
 * The NAME of a command line that has none: docker, if the box has it.
 * @param root the first one, as it was named; undefined for the running system
 * @throws UnitPatchError `usage` if it has not
 */
export function nameOr(name: string | undefined, root: string | undefined, io: Io): string {
  if (name !== undefined) return name;
  const system = io.openSystem(root);
  const docker = parseTemplate(readTemplate('docker'));
  const { loadState } = loadUnit(system.files(), docker.unit, loadOptions(system, io));
  if (loadState !== 'not-found') return docker.name;
  throw usage(
    `missing NAME, and there is no ${docker.unit} here`,
    'name a unit: unit-patch check UNIT --follow OTHER',
  );
}

/**
 * The template that a NAME on the command line means: one of ours, the one for that unit, or a bare one.
 * @throws UnitPatchError `no-such-name`
 */
export function findTemplate(name: string): Template {
  const templates = allTemplates();
  const unit = withSuffix(name);
  const known = templates.find((template) => template.name === name || template.unit === unit);
  if (known) return known;
  const names = templates.map((one) => one.name);
  const meant = parseUnitName(name) ? undefined : nearest(name, names);
  if (parseUnitName(unit) && meant === undefined) return templateForUnit(unit, readTemplate().texts);
  throw new UnitPatchError(
    'no-such-name',
    `${JSON.stringify(name)} is neither a template (${names.join(', ')}) nor a unit name`,
    EXIT.usage,
    didYouMean(
      meant,
      `a unit name is letters, digits and :-_.\\@ with a suffix: ${UNIT_TYPES.map((type) => `.${type}`).join(' ')}`,
    ),
  );
}
