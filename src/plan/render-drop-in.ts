import { inDirectory, type RootPath } from '../files/files.js';
import { USUAL_SYSTEMCTL } from '../firewalls/commands/unit-calls.js';
import { templateByName } from '../firewalls/in-use.js';
import type { Relation, Template } from '../firewalls/template.js';
import { badUnitName, templateIsNoUnit } from '../units/loader.js';
import { parseUnitName } from '../units/name.js';
import { dropInText, fillIn } from './drop-in-text.js';
import { comeBackFor, hookFor, wantedBy } from './drop-in.js';
import { ownDirectory } from './own-file.js';
import { followsItself } from './usable.js';

/** Which of two drop-ins: that of the unit that follows, or that of the followed one. */
export const DROP_INS = ['unit', 'follow'] as const;

/** The request for a whole drop-in. */
export interface Whole {
  /** the real name of the unit to follow */
  readonly follow: string;
  readonly relation: Relation;
  readonly noStartLimit?: boolean | undefined;
  /** the followed unit's drop-in is the one that starts this unit along */
  readonly comeBack?: boolean | undefined;
  readonly of?: (typeof DROP_INS)[number] | undefined;
}

/**
 * The drop-in as it is written if nothing is in force yet, for other tools to install: byte for byte what unit-patch
 * itself writes, so that `check`, `revert` and a later run recognise it as their own.
 * @returns where it belongs, and its text
 * @throws UnitPatchError `bad-unit-name`, `follows-itself`
 */
export function wholeDropIn(
  named: Template,
  { follow, relation, noStartLimit = false, comeBack = false, of = 'unit' }: Whole,
): { readonly path: RootPath; readonly text: string } {
  const { unit } = named;
  mustBeFollowable(unit, follow);
  const template = templateByName(named, follow);
  const names = { unit, follow, systemctl: USUAL_SYSTEMCTL };
  const revertName = template.name;
  if (of === 'unit') {
    const part = wantedBy({ template, relation, noStartLimit }, names);
    return {
      path: inDirectory(ownDirectory(unit), fillIn(template.dropIn, names)),
      text: dropInText(part.template, part.wanted, { revertName }),
    };
  }
  const part = comeBack
    ? comeBackFor(template, names)
    : hookFor({ template, canReload: !template.noReload.includes(follow) }, names);
  const name = comeBack ? template.comeBackDropIn : template.hookDropIn;
  return {
    path: inDirectory(ownDirectory(follow), fillIn(name, names)),
    text: dropInText(part.template, part.wanted, { revertName, servedUnit: unit }),
  };
}

function mustBeFollowable(unit: string, follow: string): void {
  const parsed = parseUnitName(follow);
  if (!parsed) throw badUnitName(follow);
  if (parsed.kind === 'template') throw templateIsNoUnit(parsed);
  if (follow === unit) throw followsItself(unit);
}
