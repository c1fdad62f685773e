import type { Disk } from '../files/disk.js';
import { openRoot } from '../files/open-root.js';
import { dockerClient } from './docker-cli.js';
import { RootSystem } from './root-system.js';
import type { System } from './system.js';
import { liveManager } from './systemctl.js';

/**
 * Opens the system to patch.
 * @param root an image tree; undefined for the running system
 * @param disk through which the files of an image are read, if not directly
 * @throws UnitPatchError `bad-root`, `no-systemd`
 * @example
 * ```ts
 * import { openSystem } from 'unit-patch';
 *
 * assert.equal(openSystem('examples/centos-7').manager, undefined); // an image has no manager
 * ```
 */
export function openSystem(root?: string, disk?: Disk): System {
  if (root !== undefined) return new RootSystem(openRoot(root), undefined, undefined, disk);
  const manager = liveManager();
  return new RootSystem(openRoot('/'), manager, dockerClient());
}
