import { encodeBytes } from '../syntax/bytes.js';
import type { UnitType } from './name.js';

/**
 * The name of the unit of a path: systemd-escape(1), --path.
 * @returns undefined for what is no absolute path, or leads through `..`
 */
export function unitOfPath(path: string, type: UnitType): string | undefined {
  return unitsAbove(path, type)?.at(-1);
}

/** The names of the units of every directory above a path, the root left out, and last its own. */
export function unitsAbove(path: string, type: UnitType): string[] | undefined {
  // A longer path is none: PATH_MAX of Linux.
  if (path.length > 4095) return undefined;
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (!path.startsWith('/') || names.includes('..')) return undefined;
  if (names.length === 0) return [`-.${type}`];
  const escaped = names.map(escapeName);
  return escaped.map((_, at) => `${escaped.slice(0, at + 1).join('-')}.${type}`);
}

function escapeName(name: string, at: number): string {
  const escaped = (character: string): string =>
    [...encodeBytes(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  const plain = name.replace(/[^\w:.]/gu, escaped);
  return at === 0 && plain.startsWith('.') ? `\\x2e${plain.slice(1)}` : plain;
}
