import { EXIT, UnitPatchError } from '../errors.js';
import { readTemplate, templateNames } from '../system/package-files.js';
import { parseUnitName, UNIT_TYPES } from '../units/name.js';
import { parseTemplate, type Template, templateForUnit } from './template.js';

/** Every template of this package. */
export function allTemplates(): Template[] {
  return templateNames().map((name) => parseTemplate(readTemplate(name)));
}

/**
 * The template that a name means: one of this package's, the one for that unit, or a bare one for any other unit.
 * @throws UnitPatchError `no-such-name`
 * @example
 * ```ts
 * import { findTemplate } from 'unit-patch';
 *
 * assert.equal(findTemplate('docker').unit, 'docker.service');
 * assert.deepEqual(findTemplate('myapp.service').candidates, []); // the request has to name the unit to follow
 * ```
 */
export function findTemplate(name: string): Template {
  const templates = allTemplates();
  const known = templates.find((template) => template.name === name || template.unit === name);
  if (known) return known;
  if (parseUnitName(name)) return templateForUnit(name, readTemplate().texts);
  const isWord = /^[\w:-]+$/.test(name);
  throw new UnitPatchError(
    'no-such-name',
    `${JSON.stringify(name)} is neither a template (${templates.map((one) => one.name).join(', ')}) nor a unit name`,
    EXIT.usage,
    isWord
      ? `for a service: unit-patch ${name}.service --follow UNIT`
      : `a unit name is letters, digits and :-_.\\@ with a suffix: ${UNIT_TYPES.map((type) => `.${type}`).join(' ')}`,
  );
}
