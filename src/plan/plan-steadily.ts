import { UnitPatchError } from '../errors.js';
import type { Plan } from './plan.js';

/** A tree that never holds still must not keep anybody waiting. */
const LOOKS_MAX = 10;

/**
 * Plans, and says no only when it has seen the same twice: who plans while somebody else writes may see half of
 * that. A yes needs no second look, since its inputs are checked again before anything is written.
 * @param look makes the plan from a fresh view
 */
export function planSteadily(look: () => Plan): Plan {
  let seen = lookOnce(look);
  for (let looks = 1; seen.no !== undefined && looks < LOOKS_MAX; looks++) {
    const again = lookOnce(look);
    if (again.no === seen.no) break;
    seen = again;
  }
  return seen.result();
}

interface Seen {
  /** what a no is about; undefined for a plan that may be applied */
  readonly no: string | undefined;
  readonly result: () => Plan;
}

function lookOnce(look: () => Plan): Seen {
  try {
    const plan = look();
    const isRefused = plan.findings.some(({ level }) => level === 'refuse');
    return { no: isRefused ? JSON.stringify(plan) : undefined, result: () => plan };
  } catch (error) {
    const no = error instanceof UnitPatchError ? `${error.code} ${error.message}` : String(error);
    return {
      no,
      result: () => {
        throw error;
      },
    };
  }
}
