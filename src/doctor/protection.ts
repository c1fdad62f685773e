import type { DockerSetup } from '../docker/ask-machine.js';
import type { Protection, RelationState, WatchedBy } from '../docker/evidence.js';
import { UnitPatchError } from '../errors.js';
import { daemonFacts } from '../firewalls/dockerd/daemon-json.js';
import { isSoft, type Relation, RELATIONS } from '../firewalls/template.js';
import { unlessUnfit } from '../plan/compare.js';
import { watchInactive } from '../plan/findings/watch.js';
import { isRefused, needsNothing, type Plan, refusals } from '../plan/plan.js';
import { plannerFor, type SystemPlan } from '../plan/plan-for-system.js';
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
    systemd: options?.systemd,
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
  try {
    return bestOf(plansFor(plannerFor(withoutEngine(system), request, options)));
  } catch (error) {
    if (!(error instanceof UnitPatchError)) throw error;
    return { state: 'unknown', follow: null, text: error.message };
  }
}

/** The plans by which the unit is protected, or could be; and why it has no firewall. */
interface Plans {
  readonly planned: readonly SystemPlan[];
  readonly noFirewall?: UnitPatchError | undefined;
}

/** One plan for each relation; first of the one that is in place, or the default. */
function plansFor(plan: (relation: Relation | undefined) => SystemPlan): Plans {
  const planned: SystemPlan[] = [];
  let noFirewall: UnitPatchError | undefined;
  for (const relation of [undefined, ...RELATIONS.filter((one) => !isSoft(one))]) {
    if (planned.some((one) => one.plan.relation === relation)) continue;
    // Where no unit is the firewall, only a watch is left.
    if (noFirewall && relation !== 'watch') continue;
    try {
      planned.push(...(unlessUnfit(() => [plan(relation)]) ?? []));
    } catch (error) {
      if (!(error instanceof UnitPatchError && error.code === 'no-candidate')) throw error;
      noFirewall ??= error;
    }
  }
  return { planned, noFirewall };
}

function bestOf({ planned, noFirewall }: Plans): Protection {
  const relations = planned.flatMap((one) => (needsNothing(one.plan) ? [] : relationState(one)));
  const sorted = RELATIONS.flatMap((one) => relations.filter(({ relation }) => relation === one));
  const states = planned.map(stateOf);
  const best = states.find(({ state }) => state !== 'unprotected') ?? states[0];
  // A watch that is in place needs no firewall.
  if (noFirewall && best?.watch === undefined)
    return {
      state: 'no-firewall',
      follow: null,
      text: noFirewall.message,
      ...(sorted.length > 0 && { relations: sorted }),
    };
  if (!best) return { state: 'unknown', follow: null, text: 'there is no relation' };
  return best.state === 'not-needed' ? best : { ...best, relations: sorted };
}

function relationState(planned: SystemPlan): RelationState[] {
  const { plan } = planned;
  const { relation, coverage } = plan;
  const { state } = stateOf(planned);
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
  if (needsNothing(plan)) return state('not-needed', plan.findings[0]?.text ?? 'nothing has to be followed');
  if (plan.changed) return state('unprotected', `missing: ${plan.missing.join(' ')}`);
  if (mustReload) return state('unprotected', whyReload(plan));
  const restart = plan.coverage.find(({ event }) => event === 'restart');
  const isSafe = !restart || restart.outcome === 'covered' || restart.outcome === 'harmless';
  return isSafe ? state('protected', 'in force') : state('unprotected', `in force, but ${restart.text}`);
}
