import type { Protection } from '../doctor/evidence.js';
import { UnitPatchError } from '../errors.js';
import { RELATIONS, type Relation } from '../plan/template.js';
import { refused } from '../report/talk.js';
import type { System } from '../system/system.js';
import type { Io } from './io.js';
import { patchRequest, planFor } from './plan-request.js';
import type { Planned } from './plan-run.js';

/** Whether docker would be restarted along with its firewall, by any of the relations. */
export function protectionOf(
  given: { readonly name: string; readonly follow?: unknown },
  io: Io,
): Protection {
  const quiet = { ...io, openSystem: (root?: string) => withoutEngine(io.openSystem(root)) };
  const states: Protection[] = [];
  const tried = new Set<Relation | null>();
  // First the one that is in place, or the default.
  for (const relation of [undefined, ...RELATIONS]) {
    if (relation !== undefined && tried.has(relation)) continue;
    try {
      const planned = planFor(patchRequest(given.name, { follow: given.follow, relation }), undefined, quiet);
      tried.add(planned.plan.relation);
      states.push(stateOf(planned));
    } catch (error) {
      if (!(error instanceof UnitPatchError)) throw error;
      const state = error.code === 'no-candidate' ? 'no-firewall' : 'unknown';
      return { state, follow: null, text: error.message };
    }
  }
  const [first] = states;
  const best = states.find(({ state }) => state !== 'unprotected') ?? first;
  return best ?? { state: 'unknown', follow: null, text: 'there is no relation' };
}

/** Whoever asks a daemon that is down starts it, through its socket. */
function withoutEngine(system: System): System {
  return Object.create(system, { engine: { value: undefined } }) as System;
}

function stateOf({ plan, mustReload }: Planned): Protection {
  const follow = plan.follow?.unit ?? null;
  const state = (state: Protection['state'], text: string): Protection => ({ state, follow, text });
  if (refused(plan)) {
    const codes = plan.findings.filter(({ level }) => level === 'refuse').map(({ code }) => code);
    return state('unprotected', `unit-patch would refuse: ${[...new Set(codes)].join(', ')}`);
  }
  if (!plan.follow) return state('not-needed', plan.findings[0]?.text ?? 'nothing has to be followed');
  if (plan.changed) return state('unprotected', `missing: ${plan.missing.join(' ')}`);
  return mustReload
    ? state('unprotected', 'systemd has not loaded the drop-in')
    : state('protected', 'in force');
}
