import { liveManager } from '../../src/system/live-manager.js';
import { RootSystem } from '../../src/system/root-system.js';
import { openRoot } from '../../src/system/open-root.js';

/** Opens the running system of a machine on which systemd is not init. */
export function noSystemd(): RootSystem {
  return new RootSystem(openRoot('/'), liveManager('systemctl', '/nowhere'));
}
