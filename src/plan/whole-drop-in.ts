import { EXIT, UnitPatchError } from '../errors.js';
import { inDirectory, type RootPath } from '../system/files.js';
import { badUnitName } from '../units/loader.js';
import { parseUnitName } from '../units/name.js';
import { dependenciesIn, dropInText, fillIn } from './drop-in-text.js';
import { followsItself } from './follows-itself.js';
import { ownDirectory } from './own-file.js';
import type { Relation, Template } from './template.js';

/**
 * The directory of the unit's drop-ins. Whoever installs the file makes it in most cases, and taken back along with the
 * file it must not stay behind empty; where it holds anything else, it stays.
 */
const DIRECTORIES = 1;

/**
 * The drop-in as it is written where nothing is in force yet, for others to install: byte for byte what unit-patch
 * itself writes, so that `check`, `revert` and a later run know it for their own.
 * @param follow the real name of the unit to follow
 * @returns where it belongs, and its text
 * @throws UnitPatchError `bad-unit-name`, `follows-itself`
 */
export function wholeDropIn(
  { unit, dropIn, texts }: Template,
  follow: string,
  relation: Relation,
): { readonly path: RootPath; readonly text: string } {
  const parsed = parseUnitName(follow);
  if (!parsed) throw badUnitName(follow);
  if (parsed.kind === 'template')
    throw new UnitPatchError(
      'bad-unit-name',
      `${follow} is a template of units, and only a unit can be followed`,
      EXIT.usage,
      `name an instance of it: ${parsed.prefix}@INSTANCE.${parsed.type}`,
    );
  if (follow === unit) throw followsItself(unit);
  const template = fillIn(texts[relation], unit, follow);
  return {
    path: inDirectory(ownDirectory(unit), fillIn(dropIn, unit, follow)),
    text: dropInText(template, dependenciesIn(template), DIRECTORIES),
  };
}
