import { EXIT, UnitPatchError } from '../errors.js';
import type { PlanResult } from '../report/plan-markdown.js';

/**
 * An error that comes once something was applied: its own exit status would say that nothing was written.
 * @param told the plans so far, and what was done
 */
export function afterApplying(error: unknown, told: readonly PlanResult[]): unknown {
  const roots = told.filter(({ application }) => application?.ok === true).map(({ plan }) => plan.root);
  if (!(error instanceof UnitPatchError) || roots.length === 0) return error;
  return new UnitPatchError(
    error.code,
    `${error.message}; before that the plan was applied in ${roots.join(', ')}, and it stays applied`,
    EXIT.failed,
    `do not take this for a rollback: unit-patch check ${told[0]?.plan.asked.name ?? ''} says what is in force`,
  );
}
