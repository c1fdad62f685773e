/** Exit statuses of the command. */
export const EXIT = {
  /** done, or nothing to do */
  done: 0,
  /** something is left to patch */
  left: 1,
  /** usage error, or unsupported environment */
  usage: 2,
  /** refused, because writing would break the unit */
  refused: 3,
  /** it failed while applying, and everything was rolled back */
  failed: 4,
} as const;

/** One of the exit statuses. */
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/**
 * The one error that this program throws on purpose: a sentence, an exit status, and the way out.
 * @example
 * ```ts
 * import { loadUnit, openRoot } from 'unit-patch';
 *
 * try {
 *   loadUnit(openRoot('examples/centos-7'), 'no/unit');
 *   assert.fail();
 * } catch (error) {
 *   assert.equal(error.code, 'bad-unit-name');
 *   assert.equal(error.exitStatus, 2);
 * }
 * ```
 */
export class UnitPatchError extends Error {
  override readonly name = 'UnitPatchError';

  /**
   * @param code stable and short, for programs: `no-such-unit`
   * @param message one sentence that names the file and the reason
   * @param exitStatus what the command ends with
   * @param hint the way out, if there is one
   */
  constructor(
    readonly code: string,
    message: string,
    readonly exitStatus: ExitStatus,
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** The code of a Node.js system error (`ENOENT`), or an empty string for any other error. */
export function errorCode(error: unknown): string {
  const isObject = typeof error === 'object' && error !== null;
  return isObject && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
