/** What systemd adds to real units by itself. */
import type { Reading } from '../conformance/dump.js';
import { DEPENDENCIES } from '../conformance/dump.js';
import type { Entry, Root } from '../conformance/root.js';

const settings = [...DEPENDENCIES, 'BindTo', 'PropagateReloadTo', 'PropagateReloadFrom'].join('|');
const assignment = new RegExp(`^[ \\t]*(?:${settings})[ \\t]*=(?:.*\\\\\\n)*.*\\n?`, 'gm');

/**
 * The same units without a declared dependency. What systemd still gives them (slices, journal sockets, dbus for
 * `BusName=`, systemd-tmpfiles for `PrivateTmp=`) follows from their other settings, yet is marked origin-file too;
 * a plain unit of the same name would not show it.
 */
export function undeclared(root: Root): Root {
  return root
    .filter(({ path }) => !/\.(?:wants|requires|upholds)(?:\/|$)/.test(path))
    .map(withoutDependencies);
}

/** The dependencies of a reading that a baseline does not have, without the kinds that are left empty. */
export function beyond(
  dependencies: Readonly<Record<string, readonly string[]>>,
  baseline: Reading,
): Record<string, string[]> {
  const rest = DEPENDENCIES.map((kind): [string, string[]] => {
    const automatic = baseline.dependencies[kind] ?? [];
    return [kind, (dependencies[kind] ?? []).filter((unit) => !automatic.includes(unit)).sort()];
  });
  return Object.fromEntries(rest.filter(([, units]) => units.length > 0));
}

function withoutDependencies(entry: Entry): Entry {
  if (entry.kind !== 'file') return entry;
  // Latin-1 keeps every byte.
  const text = entry.bytes.toString('latin1').replace(assignment, '');
  return { ...entry, bytes: Buffer.from(text, 'latin1') };
}
