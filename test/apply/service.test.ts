import { afterEach, describe, expect, test } from '@jest/globals';
import { type Application, applyPlan } from '../../src/apply/apply-plan.js';
import { openRoot } from '../../src/files/open-root.js';
import { findTemplate } from '../../src/firewalls/find-template.js';
import type { Heal } from '../../src/firewalls/template.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import { planRevert } from '../../src/plan/plan-revert.js';
import { RootSystem } from '../../src/system/root-system.js';
import type { CommandResult, Manager, System } from '../../src/system/system.js';
import { OURS, WATCH, watchTools, withFirewall } from '../helpers/docker.js';
import { fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';

afterEach(removeTrees);

const DOCKER = 'docker.service';
const SERVICE = 'docker-rules.service';
const ok = (stdout = ''): CommandResult => ({ status: 0, stdout, stderr: '' });

/** A systemd that knows what its files say, and how often it was made to act. */
class FakeSystemd {
  readonly acts: string[] = [];
  readonly root = makeRoot({ ...withFirewall(), ...watchTools });
  readonly active = new Set([DOCKER]);
  /** what `start` and `restart` of the service come to */
  startsAs = 'active';
  /** whether it has Docker restarted, and is down until that is done */
  restartsDocker = false;
  /** when the two became active, in microseconds after the boot */
  since = { docker: 1_000_000, service: 2_000_000 };

  private get manager(): Manager {
    return {
      about: () => ({ systemd: 257 }),
      isActive: (unit) => this.active.has(unit),
      activeUnits: () => [...this.active],
      reload: () => ok(),
      act: (verb, unit) => {
        this.acts.push(`${verb} ${unit}`);
        if (verb === 'stop' || this.startsAs !== 'active') this.active.delete(unit);
        else this.active.add(unit);
        return ok();
      },
      settle: () => {
        this.restartsDocker = false;
      },
      show: (unit) => ok(unit === SERVICE ? this.service() : this.docker()),
    };
  }

  system(): System {
    return new RootSystem(openRoot(this.root), this.manager);
  }

  apply(heal?: Heal): Application {
    const system = this.system();
    return applyPlan(
      system,
      planPatch(system, { template: findTemplate('docker'), relation: 'watch', heal }),
    );
  }

  revert(): Application {
    const system = this.system();
    return applyPlan(system, planRevert(system, { unit: DOCKER }));
  }

  private has(path: string): boolean {
    return openRoot(this.root).lstat(path as never) !== undefined;
  }

  private service(): string {
    const load = this.has(WATCH.service) ? 'loaded' : 'not-found';
    const isActive = this.active.has(SERVICE) && !this.restartsDocker;
    return `LoadState=${load}\nActiveState=${isActive ? 'active' : this.restartsDocker ? 'inactive' : this.startsAs}\nResult=exit-code\nExecMainStatus=1\nActiveEnterTimestampMonotonic=${this.since.service}\n`;
  }

  private docker(): string {
    const ours = this.has(OURS)
      ? `Wants=${SERVICE}\nAfter=iptables.service\nStartLimitIntervalUSec=0\nDropInPaths=${OURS}\n`
      : 'Wants=\nAfter=\nDropInPaths=\n';
    return `LoadState=loaded\nActiveEnterTimestampMonotonic=${this.since.docker}\n${ours}`;
  }
}

const failures = ({ steps }: Application): (string | undefined)[] =>
  steps.filter(({ outcome }) => outcome === 'failed').map(({ reason }) => reason);

describe('the service of a watch', () => {
  test('is started once its files are there, and not again by a second run', () => {
    const systemd = new FakeSystemd();
    expect(systemd.apply().ok).toBe(true);
    expect(systemd.apply().ok).toBe(true);
    expect(systemd.acts).toEqual([`start ${SERVICE}`]);
  });

  test('is restarted if it has to heal in another way', () => {
    const systemd = new FakeSystemd();
    systemd.apply();
    expect(systemd.apply('restart').ok).toBe(true);
    expect(systemd.acts).toEqual([`start ${SERVICE}`, `restart ${SERVICE}`]);
  });

  test('is left to the next start of docker if docker is down: it would start docker', () => {
    const systemd = new FakeSystemd();
    systemd.active.delete(DOCKER);
    expect(systemd.apply().ok).toBe(true);
    expect(systemd.acts).toEqual([]);
  });

  test('that does not stay up: everything is rolled back, and it is stopped', () => {
    const systemd = new FakeSystemd();
    systemd.startsAs = 'failed';
    const before = fingerprint(systemd.root);
    const application = systemd.apply();
    expect(application).toMatchObject({ ok: false, notRolledBack: [] });
    expect(failures(application)).toEqual([`${SERVICE} is failed (exit-code, status 1)`]);
    expect(fingerprint(systemd.root)).toBe(before);
    expect(systemd.acts).toEqual([`start ${SERVICE}`, `stop ${SERVICE}`]);
  });

  test('that restarts docker as soon as it has looked is down for a moment, and waited for', () => {
    const systemd = new FakeSystemd();
    systemd.restartsDocker = true;
    const application = systemd.apply();
    expect(failures(application)).toEqual([]);
    expect(application.ok).toBe(true);
    expect(systemd.acts).toEqual([`start ${SERVICE}`]);
  });

  test('one that runs since before docker does not know its rules, so it counts as not running', () => {
    const systemd = new FakeSystemd();
    systemd.apply();
    systemd.since = { docker: 5_000_000, service: 4_000_000 };
    const system = systemd.system();
    const { findings } = planPatch(system, { template: findTemplate('docker') });
    expect(findings.map(({ code, text }) => [code, text])).toContainEqual([
      'watch-inactive',
      `nothing watches Docker's rules: ${SERVICE} runs since before ${DOCKER} was started`,
    ]);
    systemd.since = { docker: 5_000_000, service: 6_000_000 };
    expect(planPatch(system, { template: findTemplate('docker') }).findings).toEqual([]);
  });

  test('is stopped before its files go', () => {
    const systemd = new FakeSystemd();
    const before = fingerprint(systemd.root);
    systemd.apply();
    const application = systemd.revert();
    expect(application.ok).toBe(true);
    const steps = application.steps.map(({ step }) => step);
    expect(steps.indexOf(`stop ${SERVICE}`)).toBeLessThan(steps.indexOf(`remove ${WATCH.script}`));
    expect(fingerprint(systemd.root)).toBe(before);
  });
});
