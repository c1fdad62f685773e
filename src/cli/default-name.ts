import { findTemplate } from '../firewalls/find-template.js';
import { loadUnit } from '../units/loader.js';
import type { Io } from './io.js';
import { loadOptions } from './options.js';
import { usage } from './usage.js';

/**
 * The NAME of a command line that has none: docker, if the box has it.
 * @param root the first one, as it was named; undefined for the running system
 * @throws UnitPatchError `usage` if it has not
 */
export function nameOr(name: string | undefined, root: string | undefined, io: Io): string {
  if (name !== undefined) return name;
  const system = io.openSystem(root);
  const docker = findTemplate('docker');
  const { loadState } = loadUnit(system.files(), docker.unit, loadOptions(system, io));
  if (loadState !== 'not-found') return docker.name;
  throw usage(
    `missing NAME, and there is no ${docker.unit} here`,
    'name a unit: unit-patch check UNIT --follow OTHER',
  );
}
