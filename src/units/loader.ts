import { EXIT, UnitPatchError } from '../errors.js';
import type { Files } from '../system/files.js';
import { loadPath } from './load-path.js';
import { Loading } from './loading.js';
import { parseUnitName } from './name.js';
import { buildNameMap, type NameMap } from './name-map.js';
import type { Unit } from './unit.js';

/** How units are loaded. */
export interface LoadOptions {
  /** `$SYSTEMD_UNIT_PATH`, or the running manager's own load path, with `:` between its entries. */
  readonly unitPath?: string;
  /**
   * The systemd version whose reading is wanted, 257 by default. Below 255 a masked unit keeps its drop-ins;
   * below 254 there are no `.upholds` directories.
   */
  readonly systemd?: number;
}

const NEWEST = 257;

/**
 * Loads units of one root; the load path is listed once, and a unit's own files are all that is opened.
 * @example
 * ```ts
 * import { openRoot, UnitLoader } from 'unit-patch';
 *
 * const loader = new UnitLoader(openRoot('examples/centos-7'));
 * assert.equal(loader.load('docker.service').loadState, 'loaded');
 * assert.equal(loader.load('gone.service').loadState, 'not-found');
 * ```
 */
export class UnitLoader {
  readonly map: NameMap;
  readonly systemd: number;

  constructor(
    readonly files: Files,
    options: LoadOptions = {},
  ) {
    this.map = buildNameMap(files, loadPath(files, options.unitPath));
    this.systemd = options.systemd ?? NEWEST;
  }

  /**
   * Reads a unit with everything laid over it.
   * @param name a unit name with its suffix
   * @returns the unit; missing, masked and broken ones too, with their load state
   * @throws UnitPatchError `bad-unit-name` where `name` is none
   */
  load(name: string): Unit {
    const parsed = parseUnitName(name);
    if (!parsed) throw badUnitName(name);
    return new Loading(this, parsed).load();
  }
}

/**
 * Loads one unit.
 * @param files the root to read, see openRoot()
 * @throws UnitPatchError `bad-unit-name`
 * @example
 * ```ts
 * import { loadUnit, openRoot } from 'unit-patch';
 *
 * const unit = loadUnit(openRoot('examples/centos-7'), 'docker.service');
 * assert.equal(unit.fragment, '/usr/lib/systemd/system/docker.service');
 * ```
 */
export function loadUnit(files: Files, name: string, options: LoadOptions = {}): Unit {
  return new UnitLoader(files, options).load(name);
}

/** The error for something that is no unit name. */
export function badUnitName(name: string): UnitPatchError {
  return new UnitPatchError(
    'bad-unit-name',
    `${JSON.stringify(name)} is not a unit name`,
    EXIT.usage,
    /^[\w:-]+$/.test(name)
      ? `unit names have a suffix: ${name}.service?`
      : 'a unit name is letters, digits and :-_.\\@ with a suffix, such as docker.service',
  );
}
