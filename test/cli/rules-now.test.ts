import { afterAll, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import type { PlanReport } from '../../src/report/plan-json.js';
import { RootSystem } from '../../src/system/root-system.js';
import type { Manager, WatchedMachine } from '../../src/system/system.js';
import { fakeMachine, container, type MachineChanges, FLUSHED, RULES, unit } from '../doctor/fake-machine.js';
import { OURS, withFirewall } from '../helpers/docker.js';
import { type Run, run } from '../helpers/run.js';
import { complaints } from '../helpers/schemas.js';
import { makeRoot, removeTrees, type Tree } from '../helpers/tree.js';

afterAll(removeTrees);

// Root writes to the live system that is made up here, no matter which user runs the tests.
process.geteuid = (): number => 0;

const manager: Manager = {
  about: () => ({ systemd: 257 }),
  isActive: () => true,
  activeUnits: () => [],
  reload: () => ({ status: 0, stdout: '', stderr: '' }),
  show: () => ({
    status: 0,
    stdout: `LoadState=loaded\nRequires=iptables.service\nAfter=iptables.service\nDropInPaths=${OURS}\n`,
    stderr: '',
  }),
};
const IN_FORCE = {
  '/etc/systemd/system/docker.service.d/a.conf':
    '[Unit]\nRequires=iptables.service\nAfter=iptables.service\n',
};
const RIVALS = {
  ...withFirewall('firewalld.service'),
  '/usr/lib/systemd/system/firewalld.service':
    '[Unit]\nConflicts=iptables.service\n[Service]\nExecStart=/usr/sbin/firewalld\n[Install]\nWantedBy=multi-user.target\n',
};
const ALL = /^All of Docker's (\d+) rules are in force\.$/m;
const MISSING = /^! (\d+) of Docker's \1 rules are (?:still missing|missing right now)/gm;

interface Live {
  readonly rules?: MachineChanges;
  readonly files?: Tree;
  readonly machine?: Partial<WatchedMachine>;
  readonly answer?: string;
}

/** Runs the command on a fake live system. */
function live({ rules = {}, files = {}, machine = {}, answer }: Live, ...argv: string[]): Promise<Run> {
  const root = makeRoot(withFirewall('iptables.service', files));
  let said = '';
  return run(argv, {
    openSystem: () => new RootSystem(openRoot(root), manager),
    machine: { ...fakeMachine(rules).machine, ...machine },
    err: (text) => (said += text),
    ask:
      answer === undefined
        ? undefined
        : (question) => {
            said += question;
            return Promise.resolve(answer);
          },
  }).then((result) => ({ ...result, err: said }));
}

const broken = { rules: FLUSHED };
const adhoc = {
  rules: FLUSHED,
  containers: container() + container({ name: '/adhoc', restartPolicy: 'no' }),
};

describe('missing rules are reported', () => {
  test('before the question, and again after success with the command that heals', async () => {
    const { status, err } = await live({ rules: adhoc, answer: 'y' }, 'docker');
    expect(status).toBe(0);
    const [before = '', after = ''] = err.split('[c]ompare relations: ');
    expect(before).toMatch(MISSING);
    expect(before).toContain(
      'This change does not bring them back: run `sudo systemctl restart docker` afterwards',
    );
    expect(after).toMatch(
      /still missing: run `sudo systemctl restart docker` \(adhoc has no restart policy and stays down: docker start adhoc\)\n$/,
    );
  });

  test('if nobody is asked', async () => {
    const { status, err } = await live({ rules: broken }, 'docker', '--yes');
    expect(status).toBe(0);
    expect(err.match(MISSING)).toHaveLength(2);
  });

  test('by a dry run', async () => {
    const { status, err } = await live({ rules: broken }, 'docker', '--dry-run');
    expect(status).toBe(0);
    expect(err.match(MISSING)).toHaveLength(1);
  });

  test('if there is nothing to write', async () => {
    const { status, err } = await live({ rules: broken, files: IN_FORCE }, 'docker');
    expect(status).toBe(0);
    expect(err).toMatch(/missing right now: run `sudo systemctl restart docker`\n$/);
  });

  test('if the plan is refused, without a command that may leave docker down', async () => {
    const { status, err } = await live(
      { rules: broken, files: RIVALS },
      'docker',
      '--follow',
      'iptables.service',
    );
    expect(status).toBe(3);
    expect(err).toMatch(/missing right now\. `sudo unit-patch doctor docker` says why\n$/);
    expect(err).not.toContain('systemctl restart docker');
  });

  test('one of them', async () => {
    const one = { rules: aMachineWithout('-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE') };
    expect((await live({ rules: one }, 'docker', '-n')).err).toMatch(
      /^! 1 of Docker's \d+ rules is missing/m,
    );
  });

  test('live-restore keeps every container', async () => {
    const daemon = { '/etc/docker/daemon.json': '{"live-restore": true}' };
    expect((await live({ rules: adhoc, files: daemon }, 'docker', '-n')).err).not.toContain('adhoc has no');
  });

  test('on the line of check, whose status is as without it', async () => {
    const { status, out } = await live(
      { rules: adhoc, files: IN_FORCE },
      'check',
      'docker',
      'docker.service',
    );
    expect(status).toBe(0);
    const line =
      /^docker\.service: in force, it follows iptables\.service; (\d+) of Docker's \1 rules are missing now: sudo systemctl restart docker \(adhoc has no restart policy and stays down: docker start adhoc\)$/gm;
    expect(out.match(line)).toHaveLength(2);
    expect((await live({ rules: broken }, 'check', 'docker')).status).toBe(1);
  });

  test('in JSON', async () => {
    for (const argv of [
      ['docker', '-n'],
      ['docker', '--yes'],
      ['check', 'docker'],
    ]) {
      const { out, err } = await live({ rules: adhoc }, ...argv, '--json');
      const report = JSON.parse(out) as PlanReport;
      expect(err).toBe('');
      expect(complaints(report)).toEqual([]);
      expect(report.rulesNow?.missing).toBe(report.rulesNow?.needed);
      expect(report.rulesNow?.stayDown).toEqual(['adhoc']);
    }
  });
});

describe('own rules in DOCKER-USER that no file of the firewall has', () => {
  const own = '-A DOCKER-USER -s 203.0.113.66/32 -j DROP';
  const rules = { rules: RULES.replace('-A DOCKER-USER -j RETURN', `${own}\n-A DOCKER-USER -j RETURN`) };
  const said = async (files: Tree, ...more: string[]): Promise<string> =>
    (await live({ rules, files }, 'docker', '-n', ...more)).err;

  test('are named before anything restarts docker after a flush', async () => {
    expect(await said({})).toContain('1 own rule in DOCKER-USER is in no file of a firewall');
    expect(await said({}, '--relation', 'part-of')).toContain('use --relation watch');
    expect(await said({}, '--heal', 'restart')).toContain('1 own rule in DOCKER-USER');
  });

  test('need no word if the firewall loads them, or a watch puts them back', async () => {
    expect(await said({ '/etc/sysconfig/iptables': `*filter\n${own}\nCOMMIT\n` })).not.toContain('own rule');
    expect(await said({}, '--relation', 'watch')).not.toContain('own rule');
  });
});

test('rules that are all in force are one line at the end', async () => {
  for (const [files, argv] of [
    [{}, ['docker', '--yes']],
    [IN_FORCE, ['docker']],
  ] as const) {
    const { err } = await live({ files }, ...argv);
    expect(err.trimEnd().split('\n').at(-1)).toMatch(ALL);
  }
  expect((await live({ files: IN_FORCE }, 'check', 'docker')).out).toBe(
    'docker.service: in force, it follows iptables.service\n',
  );
});

describe('nothing is reported, and nothing fails,', () => {
  const silent = async (box: Live, ...more: string[]): Promise<void> => {
    const { status, err } = await live({ rules: broken, ...box }, 'docker', '--yes', ...more);
    expect(status).toBe(0);
    expect(err).not.toMatch(/Docker's/);
  };

  test('for a user who is not root', () => silent({ machine: { isRoot: false } }));

  test('if docker is down, which is not asked then', async () => {
    const machine = fakeMachine({ docker: unit('docker.service', 20, { ActiveState: 'inactive' }) });
    await silent({ machine: machine.machine });
    expect(machine.asked.filter((command) => !command.startsWith('systemctl show'))).toEqual([]);
  });

  test('if the daemon does not answer', () => silent({ rules: { ...broken, version: null } }));

  test('if docker writes no rules', () =>
    silent({
      rules: { ...broken },
      files: { '/etc/docker/daemon.json': '{"iptables": false}' },
    }));

  test('if asking throws', () =>
    silent({ machine: { ask: () => Promise.reject(new Error('a mistake of this program')) } }));

  test('once two seconds are over, and no question may take longer than what is left of it', async () => {
    let now = 0;
    const { machine } = fakeMachine(broken);
    const limits: (number | undefined)[] = [];
    const ask: WatchedMachine['ask'] = (command, timeoutMs) => {
      limits.push(timeoutMs);
      now += 800_000;
      return machine.ask(command);
    };
    await silent({ machine: { ask, now: () => now } });
    expect(limits).toEqual([2000, 1200, 400]);
  });

  test('of another unit', async () => {
    const { err } = await live({ rules: broken }, 'a.service', '--follow', 'iptables.service', '-n');
    expect(err).not.toMatch(/Docker's/);
  });

  test('of an image', async () => {
    const { err } = await run(['docker', '--yes', '--root', makeRoot(withFirewall())], {
      machine: fakeMachine(broken).machine,
    });
    expect(err).not.toMatch(/Docker's/);
  });
});

test('piped output stays the patch, and nothing else', async () => {
  const { out, err } = await live({ rules: broken }, 'docker', '-n', '--format', 'diff');
  expect(err).toBe('');
  expect(out).toMatch(new RegExp(`^diff --git a${OURS}|^--- `));
});

function aMachineWithout(rule: string): string {
  return RULES.replace(`${rule}\n`, '');
}
