import { parseUnitName } from '../units/name.js';
import type { Source, Unit } from '../units/unit.js';
import { awaitedByTarget, implicitDependencies } from './implicit.js';
import type { Transactions } from './transactions.js';

/** One unit waits for another, and the setting that says so. */
export interface Order {
  readonly later: string;
  readonly earlier: string;
  /** `After=docker.service`, as it is written in the unit's file */
  readonly says: string;
  readonly saidBy: string;
  /** where; undefined for what systemd adds by itself */
  readonly from: Source | undefined;
  /** the setting that makes systemd add it */
  readonly by: string | undefined;
}

/**
 * The shortest way on which one unit waits for another, through units that have a job at the same time.
 * @param members the units that have one, see Transactions
 * @returns the orders from `later` down to `earlier`; undefined if there is no such way
 */
export function wayDown(
  transactions: Transactions,
  members: ReadonlySet<string>,
  later: string,
  earlier: string,
): readonly Order[] | undefined {
  if (!members.has(later) || !members.has(earlier)) return undefined;
  const below = new Map<string, Order[]>();
  for (const one of ordersAmong(transactions, members)) {
    const others = below.get(one.later);
    if (others) others.push(one);
    else below.set(one.later, [one]);
  }
  const reached = new Map<string, readonly Order[]>([[later, []]]);
  for (const [at, way] of reached) {
    if (at === earlier) return way;
    for (const one of below.get(at) ?? [])
      if (!reached.has(one.earlier)) reached.set(one.earlier, [...way, one]);
  }
  return undefined;
}

/** Every order between members that some file declares or that systemd adds by itself. */
function ordersAmong(transactions: Transactions, members: ReadonlySet<string>): Order[] {
  const all = [...members].map((name) => ordersBy(transactions, transactions.load(name)));
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
  /** the orders that a target adds if nothing says the contrary */
  readonly ofTarget: readonly Order[];
}

function ordersBy(transactions: Transactions, unit: Unit): OrdersBy {
  return {
    said: [...declared(unit), ...implied(transactions, unit)],
    ofTarget: targetOrders(transactions, unit),
  };
}

function declared(unit: Unit): Order[] {
  return unit.dependencies.flatMap(({ type, unit: other, from }) =>
    type === 'After' || type === 'Before' ? [order(unit.id, type, other, from[0], undefined)] : [],
  );
}

function implied(transactions: Transactions, unit: Unit): Order[] {
  return implicitDependencies(unit).flatMap(({ type, unit: name, by }) => {
    if ((type !== 'After' && type !== 'Before') || !parseUnitName(name)) return [];
    return [order(unit.id, type, transactions.load(name).id, undefined, by)];
  });
}

function targetOrders(transactions: Transactions, target: Unit): Order[] {
  return awaitedByTarget(target, (name) => transactions.load(name)).map((other) =>
    order(target.id, 'After', other, undefined, 'DefaultDependencies='),
  );
}

function order(
  unit: string,
  type: 'After' | 'Before',
  other: string,
  from: Order['from'],
  by: Order['by'],
): Order {
  const says = `${type}=${other}`;
  return type === 'After'
    ? { later: unit, earlier: other, says, saidBy: unit, from, by }
    : { later: other, earlier: unit, says, saidBy: unit, from, by };
}
