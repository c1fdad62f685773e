import { parseUnitName } from './name.js';

/** What a header of `systemctl cat` names. */
export interface CatHeader {
  readonly path: string;
  readonly kind: 'unit' | 'drop-in';
  /** the unit's name, or what stands before `.d` in the name of the drop-in's directory */
  readonly of: string;
  /** the directory that systemd would find it through */
  readonly directory: string;
}

/**
 * A line that may be a header: `# ` and the path of a unit or of a drop-in, and nothing else. Other comments that begin
 * with a path, `# /etc/sysconfig/iptables` for example, are none.
 */
export function headerIn(line: string): CatHeader | undefined {
  const [, path] = /^# (\/.*)$/.exec(line) ?? [];
  if (path === undefined) return undefined;
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  if (parseUnitName(name)) return { path, kind: 'unit', of: name, directory: parts.slice(0, -1).join('/') };
  const [, of] = /^(.+)\.d$/.exec(parts.at(-2) ?? '') ?? [];
  if (of === undefined || !name.endsWith('.conf')) return undefined;
  return { path, kind: 'drop-in', of, directory: parts.slice(0, -2).join('/') };
}

/** Whether a path says where it leads: no `..`, no `.`, no `//`. */
export function isPlain(path: string): boolean {
  return path.split('/').every((part, at) => (at === 0 ? part === '' : !['', '.', '..'].includes(part)));
}
