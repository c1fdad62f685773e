import type { RealName } from '../units/unit.js';
import type { Count, Evidence, Network, Protection } from '../docker/evidence.js';
import type { UnitState } from '../docker/unit-times.js';
import { type WatchedToday, watchedText, watchedToday } from '../docker/watched-today.js';
import { type Cause, causesOfDown, causesOfLoss, unitOf } from './cause.js';
import { type Cure, curesOf } from './cure.js';
import { exposuresOf } from './exposure.js';
import { findSymptoms, type Symptom } from './symptoms.js';

/** How many of docker's rules there should be. */
export interface RuleCounts {
  /** how many should be in force */
  readonly needed: Count;
  /** how many of these are not */
  readonly missing: Count;
}

/** The state of docker's rules, its cause, and what to do. */
export interface Diagnosis {
  /** the name and version of this document's schema */
  readonly schema: 'unit-patch/doctor@1';
  /** the unit whose rules are looked at */
  readonly unit: RealName;
  /** `healthy` says nothing of the next restart of the firewall; `off`: docker writes no rules here */
  readonly state: 'healthy' | 'broken' | 'down' | 'off' | 'unknown';
  readonly protection: Protection;
  /** one sentence */
  readonly text: string;
  readonly rules: RuleCounts;
  /** docker's networks */
  readonly networks: readonly Pick<Network, 'name' | 'bridge' | 'subnets'>[];
  /** what the service that watches the rules did today; missing if there is none */
  readonly watch?: WatchedToday;
  /** what does not work, in plain words */
  readonly symptoms: readonly Symptom[];
  /** what a flush has opened, or would open, one sentence each */
  readonly exposures: readonly string[];
  /** the causes, by the times and the journal */
  readonly causes: readonly Cause[];
  /** what to do, in this order */
  readonly cures: readonly Cure[];
}

/**
 * What `unit-patch doctor NAME` prints: the diagnosis, and its exit status.
 * @title A diagnosis
 */
export interface DoctorReport extends Diagnosis {
  /** the exit status: 0 healthy and protected, 1 something to do, 2 cannot tell */
  readonly status: 0 | 1 | 2;
}

/** Makes a diagnosis from the evidence. */
export function diagnose(evidence: Evidence): Diagnosis {
  const docker = unitOf(evidence, evidence.unit);
  if (!docker) return without(evidence, 'unknown', `systemd does not say how ${evidence.unit} is`);
  const { LoadState: loadState = '', ActiveState: state = '' } = docker;
  if (loadState !== 'loaded') return without(evidence, 'unknown', notLoaded(evidence, loadState));
  if (!evidence.daemon.writesRules)
    return without(
      evidence,
      'off',
      `docker writes no rules here (${evidence.daemon.saidBy}); they are yours to write`,
    );
  if (state !== 'active' && state !== 'reloading') return down(evidence, docker);
  const { symptoms, needed, missing } = findSymptoms(evidence);
  const isBroken = missing > 0;
  const causes = isBroken ? causesOfLoss(evidence) : [];
  const text = isBroken
    ? `${missing} of docker's ${needed} rules ${missing === 1 ? 'is' : 'are'} gone`
    : `all ${needed} rules are in force`;
  const silent = evidence.daemonAnswers
    ? ''
    : '; the daemon does not answer, so its interfaces were looked at';
  return {
    ...without(
      evidence,
      isBroken ? 'broken' : evidence.daemonAnswers ? 'healthy' : 'unknown',
      text + silent + watchedSuffix(evidence),
    ),
    rules: { needed, missing },
    symptoms,
    exposures: exposuresOf(evidence, symptoms),
    causes,
    cures: curesOf(evidence, isBroken, causes),
  };
}

/** The exit status of a diagnosis: 0 nothing to do, 1 something to do, 2 cannot tell. */
export function statusOf({ state, protection }: Diagnosis): DoctorReport['status'] {
  if (state === 'broken' || state === 'down') return 1;
  if (state === 'off') return 0;
  if (state === 'unknown' || protection.state === 'unknown') return 2;
  return protection.state === 'unprotected' ? 1 : 0;
}

function watchedSuffix({ watch }: Evidence): string {
  const said = watch ? watchedText(watchedToday(watch)) : '';
  return said === '' ? '' : `; ${said}`;
}

function down(evidence: Evidence, docker: UnitState): Diagnosis {
  const causes = causesOfDown(evidence, docker);
  return {
    ...without(
      evidence,
      'down',
      `docker is not running (${docker.ActiveState ?? ''}), so it can have no rules`,
    ),
    causes,
    cures: curesOf(evidence, true, causes),
  };
}

function without(evidence: Evidence, state: Diagnosis['state'], text: string): Diagnosis {
  const { unit, protection, networks, watch } = evidence;
  return {
    schema: 'unit-patch/doctor@1',
    unit,
    state,
    protection,
    text,
    rules: { needed: 0, missing: 0 },
    networks: networks.map(({ name, bridge, subnets }) => ({ name, bridge, subnets })),
    ...(watch ? { watch: watchedToday(watch) } : {}),
    symptoms: [],
    exposures: [],
    causes: [],
    cures: [],
  };
}

function notLoaded(evidence: Evidence, loadState: string): string {
  const podman = ['podman.service', 'podman.socket'].some(
    (name) => unitOf(evidence, name)?.LoadState === 'loaded',
  );
  const instead = podman
    ? "; there is podman, which is not docker's case: podman network reload --all brings its rules back"
    : '';
  return `there is no ${evidence.unit} to be asked (${loadState})${instead}`;
}
