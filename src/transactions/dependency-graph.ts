import { parseUnitName } from '../units/name.js';
import { hasReload, type Source, type Unit } from '../units/unit.js';
import { awaitedByTarget, implicitDependencies } from './implicit.js';
import { isAdded } from './needs.js';
import { type Service, serviceOf } from './service.js';

/** A dependency in both directions, and what says it. */
export interface Edge {
  /** `Requires`, or seen from the other side `RequiredBy` */
  readonly type: EdgeType;
  readonly unit: string;
  /** the number of `unit` in its graph */
  readonly number: number;
  /** the unit whose files say it */
  readonly saidBy: string;
  /** as that unit says it: `Requires=iptables.service` */
  readonly says: string;
  /** undefined for what systemd adds by itself */
  readonly from: Source | undefined;
}

/** The name of each dependency, seen from the other unit: systemd.unit(5), "MAPPING OF UNIT PROPERTIES TO THEIR INVERSES". */
const INVERSES = {
  Requires: 'RequiredBy',
  Requisite: 'RequisiteOf',
  Wants: 'WantedBy',
  BindsTo: 'BoundBy',
  PartOf: 'ConsistsOf',
  Upholds: 'UpheldBy',
  Conflicts: 'ConflictedBy',
  Before: 'After',
  After: 'Before',
  OnFailure: 'OnFailureOf',
  OnSuccess: 'OnSuccessOf',
  PropagatesReloadTo: 'ReloadPropagatedFrom',
  ReloadPropagatedFrom: 'PropagatesReloadTo',
  PropagatesStopTo: 'StopPropagatedFrom',
  StopPropagatedFrom: 'PropagatesStopTo',
} as const;

type Declared = keyof typeof INVERSES;

/** A dependency as it is declared, or as the other unit sees it. */
export type EdgeType = Declared | (typeof INVERSES)[Declared];

/** A unit that was met, and the dependencies that are known of it. */
interface Node {
  readonly unit: Unit;
  readonly dependencies: Dependencies;
  service?: Service | undefined;
}

/** A dependency as the files of one unit say it. */
interface Said extends Pick<Edge, 'unit' | 'says' | 'from'> {
  readonly type: Declared;
}

const NONE: readonly Edge[] = [];

/** A unit's dependencies of one type, one for each other unit: a target of the boot has hundreds. */
class EdgesOfOneType {
  private readonly byUnit = new Map<string, Edge>();
  private list: readonly Edge[] | undefined;

  add(edge: Edge): void {
    if (this.byUnit.has(edge.unit)) return;
    this.byUnit.set(edge.unit, edge);
    this.list = undefined;
  }

  /** Those that are known so far: what is met while they are gone through does not come among them. */
  get all(): readonly Edge[] {
    return (this.list ??= [...this.byUnit.values()]);
  }
}

/** The dependencies of one unit. */
export class Dependencies {
  /** @param number of the unit in its graph: by it others keep what they know of a unit, since a name is slow to look up */
  constructor(readonly number: number) {}

  private readonly byType = new Map<EdgeType, EdgesOfOneType>();

  /** Those of one type, those that the other side declares among them. */
  of(type: EdgeType): readonly Edge[] {
    return this.byType.get(type)?.all ?? NONE;
  }

  add(edge: Edge): void {
    const ofType = this.byType.get(edge.type) ?? new EdgesOfOneType();
    this.byType.set(edge.type, ofType);
    ofType.add(edge);
  }
}

/**
 * The dependencies of the units that were met so far, from both sides. A unit that is down and that nothing starts
 * changes nothing, so it is enough to meet those that are up and those that get a job.
 */
export class DependencyGraph {
  /** by any of their names */
  private readonly met = new Map<string, Node>();
  /** by their own names; of units that were not met, what the others say */
  private readonly said = new Map<string, Dependencies>();
  private readonly numbered: string[] = [];

  /**
   * @param load gives a unit by any of its names
   * @param up the units that are up
   */
  constructor(
    private readonly load: (name: string) => Unit,
    up: Iterable<string> = [],
  ) {
    for (const name of up) this.unit(name);
  }

  /** A unit by any of its names, whose dependencies are known from then on. */
  unit(name: string): Unit {
    return this.node(name).unit;
  }

  /** The dependencies of a unit of these types, those that the other side declares among them. */
  of(name: string, ...types: readonly EdgeType[]): readonly Edge[] {
    const { dependencies } = this.node(name);
    const [first] = types;
    if (first !== undefined && types.length === 1) return dependencies.of(first);
    return types.flatMap((type) => dependencies.of(type));
  }

  /** All dependencies of a unit, for who asks for many types; those that are met later come among them. */
  dependencies(name: string): Dependencies {
    return this.node(name).dependencies;
  }

  /** How a service starts and ends, see serviceOf(); every simulation of the same files asks for it. */
  service(name: string): Service | undefined {
    const node = this.node(name);
    return (node.service ??= serviceOf(node.unit));
  }

  /** Whether a reload is a job for a unit: unit_can_reload(). What has no commands passes it on. */
  canReload(name: string): boolean {
    const unit = this.unit(name);
    const passesOn = !unit.id.endsWith('.service') && this.of(unit.id, 'PropagatesReloadTo').length > 0;
    return passesOn || hasReload(unit);
  }

  /** The names that have a number so far, in the order of their numbers. */
  get names(): readonly string[] {
    return this.numbered;
  }

  /** The number of a name. */
  numberOf(name: string): number {
    return this.saidOf(name).number;
  }

  private node(name: string): Node {
    const known = this.met.get(name);
    if (known) return known;
    const unit = this.load(name);
    const byOtherName = this.met.get(unit.id);
    const node = byOtherName ?? { unit, dependencies: this.saidOf(unit.id) };
    this.met.set(name, node).set(unit.id, node);
    // A masked one has those of its drop-ins, in versions that read them.
    if (!byOtherName && ['loaded', 'masked'].includes(unit.loadState))
      for (const edge of this.edgesOf(unit)) this.add(unit.id, edge);
    return node;
  }

  private add(id: string, edge: Said): void {
    if (edge.unit === id) return;
    const here = this.saidOf(id);
    const there = this.saidOf(edge.unit);
    here.add({ ...edge, number: there.number, saidBy: id });
    there.add({ ...edge, unit: id, number: here.number, saidBy: id, type: INVERSES[edge.type] });
  }

  private saidOf(id: string): Dependencies {
    const known = this.said.get(id);
    if (known) return known;
    const dependencies = new Dependencies(this.said.size);
    this.said.set(id, dependencies);
    this.numbered.push(id);
    return dependencies;
  }

  private edgesOf(unit: Unit): Said[] {
    const declared = unit.dependencies.map(({ type, unit: other, from: [from] }) => ({
      type,
      unit: other,
      from,
    }));
    const implied = (unit.loadState === 'loaded' ? implicitDependencies(unit) : [])
      .filter(({ unit: other }) => parseUnitName(other) && isAdded(this.load(other)))
      .map(({ type, unit: other }) => ({ type, unit: other, from: undefined }));
    const before = new Set(unit.dependencies.flatMap((one) => (one.type === 'Before' ? one.unit : [])));
    const saysAfter = ({ dependencies }: Unit): boolean =>
      dependencies.some((one) => one.unit === unit.id && one.type === 'After');
    const awaited = awaitedByTarget(unit, this.load)
      .filter((other) => !before.has(other) && !saysAfter(this.load(other)))
      .map((other) => ({ type: 'After', unit: other, from: undefined }));
    return [...declared, ...implied, ...awaited].flatMap(({ type, ...one }) =>
      Object.hasOwn(INVERSES, type) ? [{ ...one, type: type as Declared, says: `${type}=${one.unit}` }] : [],
    );
  }
}
