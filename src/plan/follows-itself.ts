import { EXIT, UnitPatchError } from '../errors.js';

/** The error for a unit that is to follow itself. */
export function followsItself(unit: string): UnitPatchError {
  return new UnitPatchError(
    'follows-itself',
    `${unit} cannot follow itself`,
    EXIT.usage,
    'name another unit: --follow UNIT',
  );
}
