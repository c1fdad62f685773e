import type { Plan } from '../plan/plan.js';
import type { Io } from './io.js';
import type { Planned } from './request.js';

/** Whether a watch puts back own rules in DOCKER-USER too. */
function isPutBack({ relation, asked: { heal } }: Plan): boolean {
  return relation === 'watch' && heal !== 'restart';
}

/** Asks a live machine for its rules; the code for that is not loaded for an image. */
export async function withRulesNow(all: readonly Planned[], io: Io): Promise<readonly Planned[]> {
  if (!all.some(({ system }) => system.manager)) return all;
  const { rulesNow } = await import('./inspect-machine.js');
  return Promise.all(
    all.map(async (one) => {
      const rules = await rulesNow(one.system, one.plan.asked.name, io);
      return { ...one, rulesNow: isPutBack(one.plan) && rules ? { ...rules, unsaved: [] } : rules };
    }),
  );
}
