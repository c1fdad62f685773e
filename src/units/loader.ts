import { EXIT, UnitPatchError } from '../errors.js';
import { baseName, type Files, parentOf, type RootPath } from '../files/files.js';
import { realName } from './aliases.js';
import { loadPath } from './load-path.js';
import { UnitLoading } from './load-unit.js';
import { buildNameMap, mapWithDropIns, mapWithUnits, type NameMap } from './name-map.js';
import { directoryNames, parseUnitName, type UnitName } from './name.js';
import type { Unit } from './unit.js';

/** How units are loaded. */
export interface LoadOptions {
  /** `$SYSTEMD_UNIT_PATH`, or the running manager's own load path, with `:` between its entries. */
  readonly unitPath?: string;
  /**
   * The systemd version to read like, 257 by default. Below 255 a masked unit keeps its drop-ins;
   * below 254 there are no `.upholds` directories.
   */
  readonly systemd?: number;
}

const NEWEST = 257;

/** A loader of the same root before something was laid over it: units that this does not touch are as before. */
interface Base {
  readonly loader: UnitLoader;
  readonly isTouched: (unit: Unit) => boolean;
}

/**
 * Loads units of one root; the load path is listed once, a unit's own files are all that is opened, and a unit that
 * was loaded is remembered.
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
  private readonly units = new Map<string, Unit>();

  constructor(
    readonly files: Files,
    private readonly options: LoadOptions = {},
    map?: NameMap,
    private readonly base?: Base,
  ) {
    this.map = map ?? buildNameMap(files, loadPath(files, options.unitPath));
    this.systemd = options.systemd ?? NEWEST;
  }

  /**
   * Reads a unit with everything laid over it.
   * @param name a unit name with its suffix
   * @returns the unit; missing, masked and broken ones too, with their load state
   * @throws UnitPatchError `bad-unit-name` if `name` is not a unit name
   */
  load(name: string): Unit {
    const known = this.units.get(name);
    if (known) return known;
    const before = this.base?.loader.load(name);
    const unit = before && !this.base?.isTouched(before) ? before : this.loadAnew(name);
    this.units.set(name, unit);
    return unit;
  }

  private loadAnew(name: string): Unit {
    const parsed = parseUnitName(name);
    if (!parsed) throw badUnitName(name);
    return new UnitLoading(this, parsed).load();
  }

  /** The unit that a name means, loaded or not. */
  realName(name: string): string {
    return realName(this.files, this.map, name);
  }

  /**
   * The loader of the same root with files of drop-in directories changed.
   * @param files the root as it is with them
   * @param paths the resolved paths of these files
   */
  withDropIns(files: Files, paths: readonly RootPath[]): UnitLoader {
    const map = mapWithDropIns(this.map, paths);
    const isTouched = (unit: Unit): boolean => isLaidOver(this.files, unit, paths);
    return new UnitLoader(files, this.options, map, map && { loader: this, isTouched });
  }

  /**
   * The loader of the same root with unit files added, under names that have none.
   * @param files the root as it is with them
   */
  withUnits(files: Files, paths: readonly RootPath[]): UnitLoader {
    return new UnitLoader(files, this.options, mapWithUnits(files, this.map, paths));
  }
}

/** Whether one of these files is a drop-in of a unit, or a link among its files leads to it. */
function isLaidOver(files: Files, unit: Unit, paths: readonly RootPath[]): boolean {
  const type = parseUnitName(unit.id)?.type ?? '';
  const names = [...unit.names.flatMap((name) => directoryNames(name)), type];
  const own = [...(unit.fragment === null ? [] : [unit.fragment]), ...unit.dropIns];
  return (
    paths.some((path) => names.some((name) => baseName(parentOf(path)) === `${name}.d`)) ||
    own.some((path) => paths.includes(files.follow(path).path))
  );
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

/** The error for something that is not a unit name. */
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

/** Only a unit can be followed: a plain unit that names a template means an instance of its own name. */
export function templateIsNoUnit({ name, prefix, type }: UnitName): UnitPatchError {
  return new UnitPatchError(
    'bad-unit-name',
    `${name} is a template of units, and only a unit can be followed`,
    EXIT.usage,
    `name an instance of it: ${prefix}@INSTANCE.${type}`,
  );
}
