import { parseUnitName, type UnitType } from '../units/name.js';
import { lastValue, type Unit } from '../units/unit.js';

const TEXTS: Readonly<Record<string, string>> = {
  'default.target': '[Unit]\nRequires=graphical.target\nAfter=graphical.target\n',
  'graphical.target': '[Unit]\nRequires=multi-user.target\nAfter=multi-user.target\n',
  'multi-user.target': '[Unit]\nRequires=basic.target\nAfter=basic.target\n',
  'basic.target': [
    '[Unit]',
    'Requires=sysinit.target',
    'Wants=sockets.target timers.target paths.target slices.target',
    'After=sysinit.target sockets.target paths.target slices.target',
    '',
  ].join('\n'),
  'sysinit.target': '[Unit]\nWants=local-fs.target swap.target\nAfter=local-fs.target swap.target\n',
  'local-fs.target': '[Unit]\nDefaultDependencies=no\nAfter=local-fs-pre.target\n',
  'local-fs-pre.target': '[Unit]\n',
  'swap.target': '[Unit]\nDefaultDependencies=no\n',
  'sockets.target': '[Unit]\n',
  'timers.target': '[Unit]\nDefaultDependencies=no\n',
  'paths.target': '[Unit]\n',
  'slices.target': '[Unit]\n',
  'network-pre.target': '[Unit]\n',
  'network.target': '[Unit]\nAfter=network-pre.target\n',
  'network-online.target': '[Unit]\nAfter=network.target\n',
  'nss-lookup.target': '[Unit]\n',
  'time-set.target': '[Unit]\n',
  'time-sync.target': '[Unit]\nAfter=time-set.target\nWants=time-set.target\n',
  'remote-fs.target': '[Unit]\n',
};

/**
 * The targets that every systemd ships, as far as they pull in and order others: systemd.special(7), bootup(7).
 * A root that holds only part of a system lacks them, and its `.wants` directories would mean nothing. The bytes are
 * the same for every root, so that they are parsed once.
 */
export const STANDARD_TARGETS: ReadonlyMap<string, Buffer> = new Map(
  Object.entries(TEXTS).map(([name, text]) => [name, Buffer.from(text)]),
);

/** The setting that names what a unit starts: systemd.timer(5), systemd.path(5), systemd.socket(5). */
const NAMED_BY: Partial<Record<UnitType, readonly [section: string, key: string]>> = {
  socket: ['Socket', 'Service'],
  timer: ['Timer', 'Unit'],
  path: ['Path', 'Unit'],
};

/**
 * The unit that a timer, path or socket starts, as it is named: the service of its own name unless it names another.
 */
export function triggeredUnit(unit: Unit): string | undefined {
  const named = NAMED_BY[parseUnitName(unit.id)?.type ?? 'target'];
  return named && (lastValue(unit, ...named) ?? unit.id.replace(/\.[a-z]+$/, '.service'));
}
