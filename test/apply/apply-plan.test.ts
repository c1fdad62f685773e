import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { applyPlan } from '../../src/apply/apply-plan.js';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { openRoot } from '../../src/files/open-root.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import type { Plan } from '../../src/plan/plan.js';
import { RootSystem } from '../../src/system/root-system.js';
import type { CommandResult, Manager } from '../../src/system/system.js';
import { docker, OURS, withFirewall } from '../helpers/docker.js';
import { addTo, fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const done: CommandResult = { status: 0, stdout: '', stderr: '' };

/** A manager that answers as systemd would, unless a test makes it fail; it records each question. */
class FakeManager implements Manager {
  readonly calls: string[] = [];
  constructor(
    private readonly answers: {
      reload?: CommandResult[];
      show?: Partial<Record<string, string>>;
      showStatus?: number;
    } = {},
  ) {}

  about(): object {
    return {};
  }
  isActive(): boolean {
    return false;
  }
  activeUnits(): string[] {
    return [];
  }
  reload(): CommandResult {
    this.calls.push('reload');
    return this.answers.reload?.shift() ?? done;
  }
  show(unit: string, properties: readonly string[]): CommandResult {
    this.calls.push(`show ${unit}`);
    const values: Partial<Record<string, string>> = {
      LoadState: 'loaded',
      DropInPaths: `/etc/x.conf ${OURS}`,
      Requires: 'a.service iptables.service',
      After: 'iptables.service',
      ...this.answers.show,
    };
    const stdout = properties.map((property) => `${property}=${values[property] ?? ''}\n`).join('');
    return { status: this.answers.showStatus ?? 0, stdout, stderr: '' };
  }
}

function prepare(manager?: Manager, relation: 'requires' | 'part-of' = 'requires') {
  const root = makeRoot(withFirewall());
  const system = new RootSystem(openRoot(root), manager);
  const plan = planPatch(system.files(), { template: findTemplate('docker'), relation });
  return { root, system, plan };
}

const outcomes = (steps: readonly { step: string; outcome: string }[]): string[] =>
  steps.map(({ step, outcome }) => `${outcome}: ${step}`);

describe('an image', () => {
  test('gets the file of the plan, mode 0644 in a directory of mode 0755, whatever the umask', () => {
    const { root, system, plan } = prepare();
    const umask = process.umask(0o077);
    const { ok, steps } = applyPlan(system, plan);
    process.umask(umask);
    expect(ok).toBe(true);
    expect(outcomes(steps)).toEqual([
      'done: check that no file has changed since the plan was made',
      'done: make /etc/systemd/system/docker.service.d',
      `done: write ${OURS}`,
      'done: check that every file is as planned',
    ]);
    expect(fs.readFileSync(root + OURS, 'utf8')).toBe(plan.changes[0]?.after);
    expect(fs.statSync(root + OURS).mode & 0o7777).toBe(0o644);
    expect(fs.statSync(`${root}/etc/systemd/system/docker.service.d`).mode & 0o7777).toBe(0o755);
    expect(fs.readdirSync(`${root}/etc/systemd/system/docker.service.d`)).toHaveLength(1);
  });

  test('a plan without changes writes nothing', () => {
    const { root, system, plan } = prepare();
    applyPlan(system, plan);
    const before = fingerprint(root);
    const again = planPatch(system.files(), { template: findTemplate('docker'), relation: 'requires' });
    expect(applyPlan(system, again).ok).toBe(true);
    expect(fingerprint(root)).toBe(before);
  });
});

describe('a running system', () => {
  test('reloads, and is asked whether it has loaded the files', () => {
    const manager = new FakeManager();
    const { system, plan } = prepare(manager);
    const { ok, steps } = applyPlan(system, plan);
    expect(ok).toBe(true);
    expect(manager.calls).toEqual(['reload', 'show docker.service']);
    expect(outcomes(steps).slice(-4)).toEqual([
      'done: reload systemd',
      'done: check that systemd has loaded it',
      'done: skip systemd-analyze verify: it is not installed',
      'done: check that every file is as planned',
    ]);
  });

  const failures: [string, ConstructorParameters<typeof FakeManager>[0], string][] = [
    ['the reload fails', { reload: [{ status: 1, stdout: '', stderr: 'Access denied\n' }] }, 'Access denied'],
    ['the reload hangs', { reload: [{ status: null, stdout: '', stderr: 'ETIMEDOUT' }] }, 'ETIMEDOUT'],
    [
      'the unit does not load any more',
      { show: { LoadState: 'bad-setting' } },
      'docker.service is bad-setting',
    ],
    [
      'the requirement is not there',
      { show: { Requires: 'a.service' } },
      'does not list iptables.service in Requires=',
    ],
    ['the order is not there', { show: { After: '' } }, 'does not list iptables.service in After='],
    ['the drop-in is not listed', { show: { DropInPaths: '/etc/x.conf' } }, 'in DropInPaths='],
    ['systemctl show fails', { showStatus: 1 }, 'systemctl show failed'],
  ];
  test.each(failures)(
    '%s: everything is rolled back, and the old state loaded again',
    (_, answers, reason) => {
      const manager = new FakeManager(answers);
      const { root, system, plan } = prepare(manager);
      const before = fingerprint(root);
      const { ok, steps, notRolledBack } = applyPlan(system, plan);
      expect(ok).toBe(false);
      expect(steps.find(({ outcome }) => outcome === 'failed')?.reason).toContain(reason);
      expect(fingerprint(root)).toBe(before);
      expect(manager.calls.at(-1)).toBe('reload');
      expect(manager.calls.filter((call) => call === 'reload')).toHaveLength(2);
      expect(notRolledBack).toEqual([]);
    },
  );

  test('files that cannot be rolled back are named', () => {
    const bad = { status: 1, stdout: '', stderr: 'no bus' };
    const { system, plan } = prepare(new FakeManager({ reload: [bad, bad] }));
    expect(applyPlan(system, plan).notRolledBack).toEqual(['reload systemd with the old state: no bus']);
  });

  test('a changed file gets its old content back', () => {
    const { root, system, plan } = prepare();
    applyPlan(system, plan);
    const before = fingerprint(root);
    const live = new RootSystem(openRoot(root), new FakeManager({ show: { PartOf: '' } }));
    const change = planPatch(live.files(), { template: findTemplate('docker'), relation: 'part-of' });
    expect(change.changes).toMatchObject([{ action: 'modify' }]);
    expect(applyPlan(live, change).ok).toBe(false);
    expect(fingerprint(root)).toBe(before);
  });
});

describe('a plan that has gone stale is not applied', () => {
  const moves: [string, (root: string) => void, string][] = [
    [
      'the fragment changed',
      (root) => {
        addTo(root, { '/usr/lib/systemd/system/docker.service': docker('After=x.service') });
      },
      'docker.service',
    ],
    [
      'the firewall went',
      (root) => {
        fs.removeSync(`${root}/usr/lib/systemd/system/iptables.service`);
      },
      'iptables.service',
    ],
    [
      'somebody wrote our file',
      (root) => {
        addTo(root, { [OURS]: '[Unit]\n' });
      },
      OURS,
    ],
  ];
  test.each(moves)('%s', (_, move, name) => {
    const { root, system, plan } = prepare();
    move(root);
    const before = fingerprint(root);
    const { ok, steps } = applyPlan(system, plan);
    expect(ok).toBe(false);
    expect(steps[0]?.reason).toContain(name);
    expect(fingerprint(root)).toBe(before);
  });
});

test('a directory that cannot be written leaves everything as it was', () => {
  const { root, plan } = prepare();
  const before = fingerprint(root);
  class FullDisk extends RootSystem {
    override writeFile(): void {
      throw Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC' });
    }
  }
  const { ok, steps } = applyPlan(new FullDisk(openRoot(root), undefined), plan);
  expect(ok).toBe(false);
  expect(steps.find(({ outcome }) => outcome === 'failed')?.reason).toBe(
    'no space left on the device (ENOSPC)',
  );
  expect(fingerprint(root)).toBe(before);
});

test('a file whose last sync fails is removed again', () => {
  const { root, plan } = prepare();
  const before = fingerprint(root);
  class FailsLate extends RootSystem {
    override writeFile(...[path, content]: Parameters<RootSystem['writeFile']>): void {
      super.writeFile(path, content);
      throw Object.assign(new Error('EIO: fsync'), { code: 'EIO' });
    }
  }
  expect(applyPlan(new FailsLate(openRoot(root), undefined), plan).ok).toBe(false);
  expect(fingerprint(root)).toBe(before);
});

test('a plan that is refused is never applied', () => {
  const { system, plan } = prepare();
  const refused: Plan = { ...plan, findings: [{ code: 'x', level: 'refuse', text: '', hint: '' }] };
  expect(() => applyPlan(system, refused)).toThrow(TypeError);
});
