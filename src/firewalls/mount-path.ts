import { EXIT, UnitPatchError } from '../errors.js';
import type { Transactions } from '../transactions/transactions.js';
import { generatedUnit } from '../units/generated/generated.js';
import { unitOfPath, unitsAbove } from '../units/name.js';
import type { Unit } from '../units/unit.js';

/** The mount that a path lies on. */
export interface MountOfPath {
  /** the path as it is written in RequiresMountsFor= */
  readonly path: string;
  /** the mount unit; one that is not there if nothing mounts the path */
  readonly unit: Unit;
}

/**
 * The mount unit of a path: that of the path itself, or of the nearest directory above it that is mounted, by a unit or by
 * a line of fstab. The root is always there, and does not count.
 * @throws UnitPatchError `bad-path` if a unit file could not name it, or if it is the root itself
 */
export function mountOfPath(transactions: Transactions, named: string): MountOfPath {
  const path = named.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '');
  const names = unitsAbove(path, 'mount')?.reverse();
  const own = unitOfPath(path, 'mount');
  if (path === '/' || !names || own === undefined)
    throw badPath(
      named,
      'is no path of a directory that may be mounted',
      'name one below /: --follow /srv/data',
    );
  // systemd would expand, split or unquote it.
  if (!/^[\x21-\x7e]+$/.test(path) || /["'\\%]/.test(path))
    throw badPath(
      named,
      'has characters that a unit file cannot hold as they are',
      `name its unit: --follow '${own}'`,
    );
  const { loader } = transactions;
  const isMounted = (name: string): boolean =>
    transactions.load(name).loadState !== 'not-found' ||
    generatedUnit(loader.files, name, loader.systemd) !== undefined;
  return { path, unit: transactions.load(names.find(isMounted) ?? own) };
}

function badPath(path: string, why: string, hint: string): UnitPatchError {
  return new UnitPatchError('bad-path', `--follow ${path}: it ${why}`, EXIT.usage, hint);
}
