import { parseUnitName, type UnitType } from '../units/name.js';

/** The types in the order of systemd's own list: unit-def.h. */
const RANKS: readonly UnitType[] = [
  ...(['service', 'mount', 'swap', 'socket', 'target', 'device'] as const),
  ...(['automount', 'timer', 'path', 'slice', 'scope'] as const),
];

/**
 * Which of two units has its job run first, if both may run: the one of the later type, then the one whose name comes
 * first (unit_compare_priority()). CPUWeight= and Nice=, which come between the two, are taken to be the same.
 */
export function byPriority(one: string, other: string): number {
  const rank = (name: string): number => RANKS.indexOf(parseUnitName(name)?.type ?? 'service');
  return rank(other) - rank(one) || (one < other ? -1 : 1);
}
