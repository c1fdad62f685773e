/**
 * What one run may cost, in counts, which no busy machine changes: `unit-patch docker --root examples/centos-7 -n`.
 * A change that needs more raises it here, and its commit says why.
 */
export const BUDGET = {
  /** files and directories opened besides those of the root; the kernel's name of each directory that is listed, too */
  filesOpened: 22,
  /** files and directories opened in the root, each once */
  rootOpened: 8,
  /** looks at a path of the root: statx, readlink */
  rootLooks: 34,
  /**
   * modules of Node.js loaded besides those that it needs itself: those of node:crypto, and assert of yargs; 51 of
   * Node.js 20
   */
  nodeModules: 52,
  /** size of the files of the command that are read, in bytes */
  bundle: 432_000,
} as const;
