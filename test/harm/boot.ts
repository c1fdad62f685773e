import { link, type Tree } from '../helpers/tree.js';
import { LIB } from '../plan/plan-for.js';

// What Debian's own units say of order and need, without what no case here leans on. Every one of
// these texts is in the package systemd as it is here, except for descriptions.
const TEXTS: Readonly<Record<string, string>> = {
  'graphical.target':
    'Requires=multi-user.target\nConflicts=rescue.service rescue.target\nAfter=multi-user.target rescue.service rescue.target\nAllowIsolate=yes',
  'multi-user.target':
    'Requires=basic.target\nConflicts=rescue.service rescue.target\nAfter=basic.target rescue.service rescue.target\nAllowIsolate=yes',
  'basic.target':
    'Requires=sysinit.target\nWants=sockets.target timers.target paths.target slices.target\nAfter=sysinit.target sockets.target paths.target slices.target',
  'sysinit.target':
    'Conflicts=emergency.service emergency.target\nBefore=emergency.service emergency.target\nWants=local-fs.target swap.target\nAfter=local-fs.target swap.target',
  'local-fs.target': 'DefaultDependencies=no\nConflicts=shutdown.target\nAfter=local-fs-pre.target',
  'local-fs-pre.target': 'RefuseManualStart=yes',
  'swap.target': '',
  'sockets.target': '',
  'timers.target': 'DefaultDependencies=no\nConflicts=shutdown.target',
  'paths.target': '',
  'slices.target': 'Wants=-.slice system.slice\nAfter=-.slice system.slice',
  'network-pre.target': 'RefuseManualStart=yes',
  'network.target': 'After=network-pre.target\nRefuseManualStart=yes',
  'network-online.target': 'After=network.target',
  'time-set.target': '',
  'time-sync.target': 'After=time-set.target\nWants=time-set.target\nRefuseManualStart=yes',
  'rescue.target':
    'Requires=sysinit.target rescue.service\nAfter=sysinit.target rescue.service\nAllowIsolate=yes',
  'shutdown.target': 'DefaultDependencies=no\nRefuseManualStart=yes',
  'umount.target': 'DefaultDependencies=no\nRefuseManualStart=yes',
};

/** The targets of Debian's boot: `default.target` is a server's, multi-user.target. */
export const BOOT: Tree = {
  ...Object.fromEntries(Object.entries(TEXTS).map(([name, text]) => [`${LIB}/${name}`, `[Unit]\n${text}\n`])),
  [`${LIB}/default.target`]: link('multi-user.target'),
};

/** The units of the boot itself, which no case speaks of. */
export const BOOT_UNITS: ReadonlySet<string> = new Set([
  ...Object.keys(TEXTS),
  'default.target',
  '-.slice',
  'system.slice',
]);
