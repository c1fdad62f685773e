import type { Protection, RelationState } from '../docker/evidence.js';
import { UnitPatchError } from '../errors.js';
import { type Relation, RELATIONS } from '../firewalls/template.js';
import type { Event } from '../plan/coverage.js';
import type { Plan } from '../plan/plan.js';
import { refused } from '../report/plan-text.js';
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
  const relations: RelationState[] = [];
  const tried = new Set<Relation | null>();
  // First the one that is in place, or the default.
  for (const one of [undefined, ...RELATIONS]) {
    if (one !== undefined && tried.has(one)) continue;
    try {
      const request = patchRequest(given.name, { follow: given.follow, relation: one });
      const planned = planFor(request, undefined, quiet);
      tried.add(planned.plan.relation);
      const state = stateOf(planned);
      states.push(state);
      if (state.follow !== null) relations.push(...relationState(state, planned));
    } catch (error) {
      if (!(error instanceof UnitPatchError)) throw error;
      const state = error.code === 'no-candidate' ? 'no-firewall' : 'unknown';
      return { state, follow: null, text: error.message };
    }
  }
  const [first] = states;
  const best = states.find(({ state }) => state !== 'unprotected') ?? first;
  if (!best) return { state: 'unknown', follow: null, text: 'there is no relation' };
  if (best.follow === null) return best;
  return {
    ...best,
    relations: RELATIONS.flatMap((one) => relations.filter(({ relation }) => relation === one)),
  };
}

function relationState({ state }: Protection, { plan }: Planned): RelationState[] {
  const { relation, coverage } = plan;
  if (relation === null) return [];
  const covers = coverage
    .filter(({ outcome }) => outcome === 'covered' || outcome === 'harmless')
    .map(({ event }) => event)
    .filter((event) => !staysDown(event, plan));
  return [
    { relation, state: state === 'protected' ? 'in-force' : refused(plan) ? 'refused' : 'missing', covers },
  ];
}

/** A dependency that somebody else has written takes docker down, by whatever relation it follows besides. */
function staysDown(event: Event, { unit, follow, ties }: Plan): boolean {
  const isThere = (...types: readonly string[]): boolean =>
    ties.after.some((tie) => tie.of === unit && types.includes(tie.type) && tie.to === follow?.unit);
  const needs = isThere('Requires', 'BindsTo', 'Requisite');
  return event === 'stop-start' ? needs || isThere('PartOf') : event === 'failed-start' && needs;
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
