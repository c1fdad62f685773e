import { EXIT, UnitPatchError } from '../errors.js';

/** An error in how the command was called. */
export function usage(message: string, hint: string): UnitPatchError {
  return new UnitPatchError('usage', message, EXIT.usage, hint);
}
