import type { DockerSetup } from '../docker/ask-machine.js';
import type { Protection, RelationState, WatchedBy } from '../docker/evidence.js';
import { UnitPatchError } from '../errors.js';
import { daemonFacts } from '../firewalls/dockerd/daemon-json.js';
import { type Relation, RELATIONS } from '../firewalls/template.js';
import { unlessNoWatch } from '../plan/compare.js';
import { watchInactive } from '../plan/findings/watch.js';
import { isRefused, type Plan, refusals } from '../plan/plan.js';
import { planFor, type SystemPlan } from '../plan/plan-for-system.js';
import type { PatchRequest } from '../plan/request.js';
import type { System } from '../system/system.js';
import type { LoadOptions } from '../units/loader.js';

/** The facts about docker and its firewall in the files of a system, before its machine is asked for the rules. */
export function dockerSetup(system: System, request: PatchRequest, options?: LoadOptions): DockerSetup {
  const { template } = request;
  const protection = protectionOf(system, request, options);
  const { follow } = protection;
  const firewalls = [...template.candidates, ...template.noNeed.map(({ unit }) => unit)];
  return {
    unit: template.unit,
    firewalls: follow === null || firewalls.includes(follow) ? firewalls : [...firewalls, follow],
    daemon: daemonFacts(system.files(), template, options),
    protection,
  };
}

/**
 * Whether docker would be restarted along with its firewall, by any of the relations.
 * @example
 * ```ts
 * import { findTemplate, openSystem, protectionOf } from 'unit-patch';
 *
 * const request = { template: findTemplate('docker') };
 * const { state, follow } = protectionOf(openSystem('examples/centos-7'), request);
 * assert.deepEqual({ state, follow }, { state: 'unprotected', follow: 'iptables.service' });
 * ```
 */
export function protectionOf(system: System, request: PatchRequest, options?: LoadOptions): Protection {
  const quiet = withoutEngine(system);
  const states: Protection[] = [];
  const relations: RelationState[] = [];
  const tried = new Set<Relation | null>();
  // First the one that is in place, or the default.
  for (const relation of [undefined, ...RELATIONS]) {
    if (relation !== undefined && tried.has(relation)) continue;
    try {
      const planned = unlessNoWatch(() => planFor(quiet, { ...request, relation }, options));
      if (!planned) continue;
      tried.add(planned.plan.relation);
      const state = stateOf(planned);
      states.push(state);
      if (state.follow !== null) relations.push(...relationState(state, planned.plan));
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

function relationState({ state }: Protection, plan: Plan): RelationState[] {
  const { relation, coverage } = plan;
  if (relation === null) return [];
  const covers = coverage
    .filter(({ outcome }) => outcome === 'covered' || outcome === 'harmless')
    .map(({ event }) => event);
  return [
    { relation, state: state === 'protected' ? 'in-force' : isRefused(plan) ? 'refused' : 'missing', covers },
  ];
}

function whyReload({ findings }: Plan): string {
  const inactive = findings.find(({ code }) => code === watchInactive.code);
  return inactive?.text ?? 'systemd has not loaded the drop-in';
}

/** The service of a watch that is in place. */
function watchedBy({ relation, changed, service, asked: { heal } }: Plan): WatchedBy | undefined {
  const isInPlace = relation === 'watch' && !changed && service !== undefined;
  return isInPlace && heal ? { service: service.unit, heal } : undefined;
}

/** A question to a daemon that is down starts it, through its socket. */
function withoutEngine(system: System): System {
  return Object.create(system, { engine: { value: undefined } }) as System;
}

function stateOf({ plan, mustReload }: SystemPlan): Protection {
  const follow = plan.follow?.unit ?? null;
  const watch = watchedBy(plan);
  const state = (state: Protection['state'], text: string): Protection => ({
    state,
    follow,
    text,
    ...(watch && { watch }),
  });
  if (isRefused(plan)) return state('unprotected', `unit-patch would refuse: ${refusals(plan).join(', ')}`);
  if (!plan.follow) return state('not-needed', plan.findings[0]?.text ?? 'nothing has to be followed');
  if (plan.changed) return state('unprotected', `missing: ${plan.missing.join(' ')}`);
  if (mustReload) return state('unprotected', whyReload(plan));
  const restart = plan.coverage.find(({ event }) => event === 'restart');
  const isSafe = !restart || restart.outcome === 'covered' || restart.outcome === 'harmless';
  return isSafe ? state('protected', 'in force') : state('unprotected', `in force, but ${restart.text}`);
}
