import { openRoot } from '../files/open-root.js';
import { TextFiles } from '../files/text-files.js';
import { dockerClient } from './docker-cli.js';
import { RootSystem } from './root-system.js';
import type { System } from './system.js';
import { liveManager } from './systemctl.js';

/** A system of which only some files are given: nothing runs there, and nothing can be written. */
export function textSystem(files: TextFiles): System {
  const why = 'there is no root to write to, only the text of some files';
  const refuse = (): never => {
    throw new Error(why);
  };
  return {
    files: () => files,
    whyNotWritable: () => why,
    makeDirectory: refuse,
    removeDirectory: refuse,
    writeFile: refuse,
    removeFile: refuse,
    uninterrupted: (run) => run(),
    manager: undefined,
  };
}

/**
 * Opens the system to patch.
 * @param root an image tree; undefined for the running system
 * @throws UnitPatchError `bad-root`, `no-systemd`
 * @example
 * ```ts
 * import { openSystem } from 'unit-patch';
 *
 * assert.equal(openSystem('examples/centos-7').manager, undefined); // an image has no manager
 * ```
 */
export function openSystem(root?: string): System {
  if (root !== undefined) return new RootSystem(openRoot(root), undefined);
  const manager = liveManager();
  return new RootSystem(openRoot('/'), manager, dockerClient());
}
