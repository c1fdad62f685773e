import type { Transactions } from '../transactions/transactions.js';
import type { UnitLoader } from '../units/loader.js';
import type { Unit } from '../units/unit.js';
import type { DropInPlan } from './drop-in.js';
import type { OwnFile } from './own-file.js';
import { type PlannedDropIn, removedBetween } from './plan.js';
import { written } from './settings.js';

/**
 * The part of a plan that concerns each unit: those with drop-ins of the relation first, then those that only lose one.
 * @param then the root as the plan leaves it
 */
export function plannedDropIns(
  loader: UnitLoader,
  { dropIns, stale }: { readonly dropIns: readonly DropInPlan[]; readonly stale: readonly OwnFile[] },
  then: Transactions,
): PlannedDropIn[] {
  const removed = (now: Unit): string[] => removedBetween(now, then.load(now.id));
  const isOnPart = ({ unit }: OwnFile): boolean => dropIns.some(({ part }) => part.unit.id === unit);
  return [
    ...dropIns.map(({ part, inForce, missing }) => ({
      unit: part.unit.id,
      dropIns: [part.own, ...stale.filter(({ unit }) => unit === part.unit.id)].map(({ path }) => path),
      inForce,
      missing: missing.map(written),
      removed: removed(part.unit),
    })),
    ...stale
      .filter((own) => !isOnPart(own))
      .map(({ unit, path }) => ({
        unit,
        dropIns: [path],
        inForce: [],
        missing: [],
        removed: removed(loader.load(unit)),
      })),
  ];
}
