import { parseUnitName } from '../units/name.js';
import type { Source, Unit } from '../units/unit.js';
import { hasDefaultDependencies, impliedDependencies } from './implied.js';
import type { Jobs } from './jobs.js';

/** One unit waits for another, and what says so. */
export interface Order {
  readonly later: string;
  readonly earlier: string;
  /** `After=docker.service`, as the unit whose file it stands in says it */
  readonly says: string;
  readonly saidBy: string;
  /** where; undefined for what systemd adds by itself */
  readonly from: Source | undefined;
  /** the setting that makes systemd add it */
  readonly by: string | undefined;
}

/** What a target pulls in, it waits for, unless an order the other way is there: unit_add_default_target_dependency(). */
// PartOf= counts where systemd happens to load the other unit first.
const WAITED_FOR_BY_TARGETS = ['Requires', 'Requisite', 'Wants', 'BindsTo', 'Upholds', 'PartOf'];

/**
 * The shortest way on which one unit waits for another, through units that have a job at the same time.
 * @param members the units that have one, see Jobs
 * @returns the orders from `later` down to `earlier`; undefined where there is no such way
 */
export function wayDown(
  jobs: Jobs,
  members: ReadonlySet<string>,
  later: string,
  earlier: string,
): readonly Order[] | undefined {
  if (!members.has(later) || !members.has(earlier)) return undefined;
  const below = new Map<string, Order[]>();
  for (const order of ordersAmong(jobs, members))
    below.set(order.later, [...(below.get(order.later) ?? []), order]);
  const reached = new Map<string, readonly Order[]>([[later, []]]);
  for (const [at, way] of reached) {
    if (at === earlier) return way;
    for (const order of below.get(at) ?? [])
      if (!reached.has(order.earlier)) reached.set(order.earlier, [...way, order]);
  }
  return undefined;
}

/** Every order between members that some file declares or that systemd adds by itself. */
function ordersAmong(jobs: Jobs, members: ReadonlySet<string>): Order[] {
  const all = [...members].map((name) => ordersBy(jobs, jobs.load(name)));
  const orders = all
    .flatMap(({ said }) => said)
    .filter(({ later, earlier }) => members.has(later) && members.has(earlier));
  const ofTargets = all.flatMap(({ ofTarget }) => ofTarget).filter(({ earlier }) => members.has(earlier));
  const known = new Set(orders.map(({ later, earlier }) => `${later} ${earlier}`));
  return [...orders, ...ofTargets.filter(({ later, earlier }) => !known.has(`${earlier} ${later}`))];
}

/** The orders that come from one unit. */
interface OrdersBy {
  readonly said: readonly Order[];
  /** what a target adds where nothing says the contrary */
  readonly ofTarget: readonly Order[];
}

/** A unit may be in several transactions. */
const known = new WeakMap<Jobs, Map<Unit, OrdersBy>>();

function ordersBy(jobs: Jobs, unit: Unit): OrdersBy {
  const ofJobs = known.get(jobs) ?? new Map<Unit, OrdersBy>();
  known.set(jobs, ofJobs);
  const orders = ofJobs.get(unit) ?? {
    said: [...declared(unit), ...implied(jobs, unit)],
    ofTarget: targetOrders(jobs, unit),
  };
  ofJobs.set(unit, orders);
  return orders;
}

function declared(unit: Unit): Order[] {
  return unit.dependencies.flatMap(({ type, unit: other, from }) =>
    type === 'After' || type === 'Before'
      ? [{ ...direction(unit.id, type, other), saidBy: unit.id, from: from[0], by: undefined }]
      : [],
  );
}

function implied(jobs: Jobs, unit: Unit): Order[] {
  return impliedDependencies(unit).flatMap(({ type, unit: name, by }) => {
    if ((type !== 'After' && type !== 'Before') || !parseUnitName(name)) return [];
    return [{ ...direction(unit.id, type, jobs.load(name).id), saidBy: unit.id, from: undefined, by }];
  });
}

function targetOrders(jobs: Jobs, target: Unit): Order[] {
  if (parseUnitName(target.id)?.type !== 'target' || !hasDefaultDependencies(target)) return [];
  return target.dependencies
    .filter(({ type }) => WAITED_FOR_BY_TARGETS.includes(type))
    .filter(({ unit }) => hasDefaultDependencies(jobs.load(unit)))
    .map(({ unit: other }) => ({
      ...direction(target.id, 'After', other),
      saidBy: target.id,
      from: undefined,
      by: 'DefaultDependencies=',
    }));
}

function direction(
  unit: string,
  type: 'After' | 'Before',
  other: string,
): Pick<Order, 'later' | 'earlier' | 'says'> {
  const says = `${type}=${other}`;
  return type === 'After' ? { later: unit, earlier: other, says } : { later: other, earlier: unit, says };
}
