import { EXIT, UnitPatchError } from '../errors.js';
import { readTemplate, templateNames } from '../system/package-files.js';
import { parseUnitName, UNIT_TYPES, withSuffix } from '../units/name.js';
import { didYouMean, nearest } from '../units/nearest.js';
import { parseTemplate, templateForUnit } from './parse-template.js';
import type { Template } from './template.js';

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
  const names = templateNames();
  const unit = withSuffix(name);
  // Each template has the name of its service; only the one that is meant is read.
  const known = names.find((one) => unit === `${one}.service`);
  if (known !== undefined) return parseTemplate(readTemplate(known));
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
