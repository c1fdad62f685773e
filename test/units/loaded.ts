import { openRoot } from '../../src/files/open-root.js';
import { type LoadOptions, loadUnit } from '../../src/units/loader.js';
import type { Unit } from '../../src/units/unit.js';
import { makeRoot, type Tree } from '../helpers/tree.js';

/** Where an administrator's units lie in a test's root. */
export const ETC = 'etc/systemd/system';
/** Where a distribution's units lie in a test's root. */
export const USR = 'usr/lib/systemd/system';

/** A service that systemd loads, with more lines for its [Unit] section. */
export const service = (...lines: string[]): string =>
  ['[Unit]', ...lines, '[Service]', 'ExecStart=/bin/true', ''].join('\n');

/** A file with a [Unit] section. */
export const unitSection = (...lines: string[]): string => ['[Unit]', ...lines, ''].join('\n');

/** Loads a unit from a root that holds `tree`. */
export function load(tree: Tree, name: string, options?: LoadOptions): Unit {
  return loadUnit(openRoot(makeRoot(tree)), name, options);
}

/** What a unit depends on, as `Requires=a.service`, in the order in which systemd meets it. */
export function dependencies(unit: Unit): string[] {
  return unit.dependencies.map(({ type, unit: other }) => `${type}=${other}`);
}

/** The dependencies that a service of this name declares with these lines of [Unit]. */
export function declared(name: string, lines: readonly string[], others: Tree = {}): string[] {
  return dependencies(load({ [`${USR}/${name}`]: service(...lines), ...others }, name));
}

/** The codes of a unit's problems. */
export function codes(unit: Unit): string[] {
  return unit.problems.map(({ code }) => code);
}
