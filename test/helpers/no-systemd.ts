import { openRoot } from '../../src/files/open-root.js';
import { RootSystem } from '../../src/system/root-system.js';
import { liveManager } from '../../src/system/systemctl.js';

/** Opens the running system of a machine on which systemd is not init. */
export function noSystemd(): RootSystem {
  return new RootSystem(openRoot('/'), liveManager('systemctl', '/nowhere'));
}
