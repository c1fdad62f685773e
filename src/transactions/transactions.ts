import { EXIT, UnitPatchError } from '../errors.js';
import { inDirectory } from '../files/files.js';
import { type OverlayFile, OverlayFiles } from '../files/overlay-files.js';
import type { UnitLoader } from '../units/loader.js';
import { parseUnitName } from '../units/name.js';
import type { Unit } from '../units/unit.js';
import { implicitDependencies } from './implicit.js';
import { serviceOf } from './service.js';
import { STANDARD_TARGETS } from './standard-targets.js';

/** Starting a unit starts these along with it: UNIT_ATOM_PULL_IN_START. */
export const PULLING = ['Requires', 'Wants', 'BindsTo', 'Upholds'];

/** Those of them whose failure also fails the unit that pulls them in. */
const NEEDING = ['Requires', 'BindsTo'];

/** A unit that has one of these on another one is restarted along with it: UNIT_ATOM_PROPAGATE_RESTART. */
const RESTARTED_WITH = ['Requires', 'BindsTo', 'Requisite', 'PartOf'];

/** The most bytes of all units of a boot: ten times what a large system has. */
const BYTES_MAX = 16 * 1024 * 1024;

/**
 * The units that systemd puts into one transaction, worked out from the files. Units are
 * loaded when they are met, and kept.
 */
export class Transactions {
  private readonly units = new Map<string, Unit>();
  private bytesRead = 0;
  private booted: ReadonlySet<string> | undefined;

  private constructor(
    readonly loader: UnitLoader,
    private readonly active: readonly string[],
  ) {}

  /**
   * The transactions of a root as it is.
   * @param active names of units that are known to be active besides those of the boot
   */
  static of(loader: UnitLoader, active: readonly string[] = []): Transactions {
    const weakest = loader.map.loadPath.at(-1);
    const missing = [...STANDARD_TARGETS].filter(([name]) => !loader.map.entries.has(name));
    if (!weakest || missing.length === 0) return new Transactions(loader, active);
    const targets = missing.map(([name, after]) => ({ path: inDirectory(weakest, name), after }));
    const files = new OverlayFiles(loader.files, targets);
    const paths = targets.map(({ path }) => path);
    return new Transactions(loader.withUnits(files, paths), active);
  }

  /** The same in the root as it will be, with these drop-ins. */
  planned(changes: readonly OverlayFile[]): Transactions {
    if (changes.length === 0) return this;
    const files = new OverlayFiles(this.loader.files, changes);
    const paths = changes.map(({ path }) => path);
    return new Transactions(this.loader.withDropIns(files, paths), this.active);
  }

  /** A unit by any of its names. */
  load(name: string): Unit {
    const known = this.units.get(name);
    if (known) return known;
    const unit = this.loader.load(name);
    this.bytesRead += unit.inputs.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (this.bytesRead > BYTES_MAX) throw tooMuch(name);
    this.units.set(name, unit);
    this.units.set(unit.id, unit);
    return unit;
  }

  /** The units that a boot starts. */
  atBoot(): ReadonlySet<string> {
    // If default.target leads nowhere, as in part of a system, the boot is taken to be the usual one.
    const isThere = this.load('default.target').loadState === 'loaded';
    this.booted ??= this.startOf([isThere ? 'default.target' : 'graphical.target']);
    return this.booted;
  }

  /** The unit, and all units that it cannot start without, loaded or not. */
  needsOf(name: string): readonly Unit[] {
    const needs = new Map([[this.load(name).id, this.load(name)]]);
    for (const unit of needs.values())
      for (const { type, unit: other } of unit.dependencies)
        if (NEEDING.includes(type)) needs.set(this.load(other).id, this.load(other));
    return [...needs.values()];
  }

  /** The units that a start of these brings along, from cold: them and all that they pull in, as far as it loads. */
  startOf(names: readonly string[]): ReadonlySet<string> {
    return this.pulledIn(names, () => true);
  }

  /** All units that may be active once these are, besides those of the boot. */
  activeWith(names: readonly string[]): ReadonlySet<string> {
    return new Set([...this.atBoot(), ...this.startOf([...names, ...this.active])]);
  }

  /**
   * The units that have a job when this one is restarted.
   * @param others units to be taken for active, besides those of the boot
   */
  restartOf(name: string, others: readonly string[]): ReadonlySet<string> {
    const restarted = this.boundTo(name, others);
    // A unit that is active already gets no job; only one that does not stay active starts again.
    const again = this.pulledIn([...restarted], (unit) => !staysActive(unit));
    return new Set([...restarted, ...again]);
  }

  /**
   * The units that are stopped when this one is stopped.
   * @param others units to be taken for active, besides those of the boot
   */
  stopOf(name: string, others: readonly string[]): ReadonlySet<string> {
    return this.boundTo(name, others);
  }

  private boundTo(name: string, others: readonly string[]): Set<string> {
    const known = this.activeWith([name, ...others]);
    const bound = new Set([this.load(name).id]);
    // A set that grows while it is walked: each new member brings its own followers.
    for (const one of bound)
      for (const other of known) if (restartersOf(this.load(other)).includes(one)) bound.add(other);
    return bound;
  }

  private pulledIn(names: readonly string[], counts: (unit: Unit) => boolean): ReadonlySet<string> {
    const seeds = names.map((name) => this.load(name)).filter(({ loadState }) => loadState === 'loaded');
    const found = new Set(seeds.map(({ id }) => id));
    for (const id of found) {
      for (const name of pulledBy(this.load(id))) {
        if (found.has(name)) continue;
        const other = this.load(name);
        if (other.loadState === 'loaded' && counts(other)) found.add(other.id);
      }
    }
    return found;
  }
}

/** What a unit pulls in, by its files or by itself. */
function pulledBy(unit: Unit): readonly string[] {
  const implied = implicitDependencies(unit).filter((one) => parseUnitName(one.unit));
  const pulls = [...unit.dependencies, ...implied].filter(({ type }) => PULLING.includes(type));
  return pulls.map((pull) => pull.unit);
}

/** The units whose restart restarts this one too: by what its files say, and by mounts that they imply. */
function restartersOf(unit: Unit): readonly string[] {
  const mounts = implicitDependencies(unit).filter(({ setting }) => setting !== undefined);
  return [...unit.dependencies, ...mounts]
    .filter(({ type }) => RESTARTED_WITH.includes(type))
    .map((one) => one.unit);
}

/** Whether a unit is still active once its start is through: a oneshot is not, unless it says so. */
export function staysActive(unit: Unit): boolean {
  const service = serviceOf(unit);
  return !service?.isOneshot || service.remainsAfterExit;
}

function tooMuch(unit: string): UnitPatchError {
  return new UnitPatchError(
    'too-large',
    `the units that have to be read up to ${unit} hold more than ${BYTES_MAX} bytes`,
    EXIT.usage,
    'no system has so much: look for unit files that do not belong there',
  );
}
