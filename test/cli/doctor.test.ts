import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import path from 'node:path';
import type { Diagnosis } from '../../src/doctor/diagnose.js';
import { openRoot } from '../../src/files/open-root.js';
import { RootSystem } from '../../src/system/root-system.js';
import type { Engine, Manager } from '../../src/system/system.js';
import { fakeMachine, type MachineChanges, FLUSHED, saved, unit } from '../doctor/fake-machine.js';
import { firewall, systemctl, withFirewall } from '../helpers/docker.js';
import { noSystemd } from '../helpers/no-systemd.js';
import { type Run, run } from '../helpers/run.js';
import { complaints } from '../helpers/schemas.js';
import { fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const manager: Manager = {
  about: () => ({ systemd: 257 }),
  isActive: () => true,
  activeUnits: () => [],
  reload: () => ({ status: 0, stdout: '', stderr: '' }),
  show: () => ({ status: 0, stdout: '', stderr: '' }),
};
const root = makeRoot(withFirewall());

/** Runs doctor on a fake machine. */
function doctor(different: MachineChanges, ...args: readonly string[]): Promise<Run> {
  const engine: Engine = {
    containers: () => {
      throw new Error('a question to a daemon that is down starts it');
    },
  };
  const openSystem = (): RootSystem => new RootSystem(openRoot(root), manager, engine);
  return run(['doctor', 'docker', ...args], { openSystem, machine: fakeMachine(different).machine });
}

/** Runs it on what was saved. */
const from = (files: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Run> =>
  run(['doctor', 'docker', '--from', makeRoot(files), ...args]);

describe('unit-patch doctor', () => {
  test('writes nothing', async () => {
    const before = fingerprint(root);
    await doctor({ rules: FLUSHED });
    expect(fingerprint(root)).toBe(before);
  });

  test('the outage, for a person: what is missing, the cause, the cure', async () => {
    const { status, out, err } = await doctor({ rules: FLUSHED, firewall: unit('iptables.service', 30) });
    expect(status).toBe(1);
    expect(err).toBe('');
    expect(out).toContain('docker.service: broken');
    expect(out).toContain('-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE');
    const order = [
      '\ncause\n',
      'iptables.service was started',
      '\ncure\n',
      'systemctl restart docker',
      'unit-patch docker',
    ];
    const places = order.map((what) => out.indexOf(what));
    expect(places).toEqual(places.filter((place) => place > 0).sort((a, b) => a - b));
  });

  test('healthy, but unprotected, says both', async () => {
    const { status, out } = await doctor({});
    expect(status).toBe(1);
    expect(out).toContain('docker.service: healthy, but unprotected; all ');
    expect(out).toContain('missing: Requires=iptables.service After=iptables.service');
  });

  test('--json is a document of its own schema, with the status', async () => {
    const { out } = await doctor({}, '--json');
    const report = JSON.parse(out) as Diagnosis;
    expect(report).toMatchObject({
      schema: 'unit-patch/doctor@1',
      state: 'healthy',
      status: 1,
      symptoms: [],
    });
  });

  describe('the relations that it offers are those of this root', () => {
    const IPTABLES =
      `${firewall('Before=network-pre.target')}ExecReload=/usr/sbin/iptables-restore /etc/rules\n`.replace(
        /(\[Install\]\n.*\n)(ExecReload=.*\n)/,
        '$2$1',
      );
    const inForce = {
      '/usr/lib/systemd/system/iptables.service': IPTABLES,
      '/usr/lib/systemd/system/docker.service.d/vendor.conf':
        '[Unit]\nRequires=iptables.service\nAfter=iptables.service\n',
      ...systemctl,
    };
    const loaded: Manager = {
      ...manager,
      show: () => ({
        status: 0,
        stdout: 'LoadState=loaded\nRequires=iptables.service\nAfter=iptables.service\n',
        stderr: '',
      }),
    };
    const cures = async (firewallState: string): Promise<string[]> => {
      const tree = makeRoot(withFirewall('iptables.service', inForce));
      const { out } = await run(['doctor', 'docker', '--json'], {
        openSystem: () => new RootSystem(openRoot(tree), loaded),
        machine: fakeMachine({ rules: FLUSHED, firewall: firewallState }).machine,
      });
      const diagnosis = JSON.parse(out) as Diagnosis;
      expect(complaints(diagnosis)).toEqual([]);
      expect(diagnosis.protection.state).toBe('protected');
      return diagnosis.cures.map(({ command }) => command);
    };

    test('after a reload: the hook, although docker is protected', async () => {
      const reloaded = { StateChangeTimestampMonotonic: '30000000' };
      expect(await cures(unit('iptables.service', 10, reloaded))).toEqual([
        'systemctl restart docker.service',
        'unit-patch docker --relation hook',
      ]);
    });

    test('after a stop: nothing, if a Requires= of somebody else takes docker down anyway', async () => {
      const stopped = { ActiveState: 'inactive', InactiveEnterTimestampMonotonic: '30000000' };
      expect(await cures(unit('iptables.service', 10, stopped))).toEqual([
        'systemctl restart docker.service',
      ]);
    });
  });

  test('a user who is not root sees no rules', async () => {
    const { machine } = fakeMachine();
    const openSystem = (): RootSystem => new RootSystem(openRoot(root), manager);
    const { status, out, err } = await run(['doctor', 'docker'], {
      openSystem,
      machine: { ...machine, isRoot: false },
    });
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain('only root sees the rules in force');
  });

  test('--follow is given once', async () => {
    const { status, out, err } = await run(
      ['doctor', 'docker', '--follow', 'a.service', '--follow', 'b.service'],
      {
        openSystem: () => new RootSystem(openRoot(root), manager),
        machine: fakeMachine().machine,
      },
    );
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain('--follow was given 2 times');
  });

  test('nor does one without iptables-save', async () => {
    const { machine } = fakeMachine();
    const ask: typeof machine.ask = (command) =>
      command[0] === 'iptables-save'
        ? Promise.resolve({ status: null, stdout: '', stderr: 'iptables-save is not installed' })
        : machine.ask(command);
    const openSystem = (): RootSystem => new RootSystem(openRoot(root), manager);
    const { status, err } = await run(['doctor', 'docker'], { openSystem, machine: { ...machine, ask } });
    expect(status).toBe(2);
    expect(err).toContain('the rules in force cannot be read: iptables-save is not installed');
  });

  test('without systemd the hint names --from, and no option that doctor does not have', async () => {
    const { status, out, err } = await run(['doctor', 'docker'], { openSystem: noSystemd });
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain('doctor needs the running machine: systemd is not running here');
    expect(err).toContain('use --from DIR, with what --save kept');
    expect(err).not.toContain('--root');
  });

  test.each([
    [['doctor', 'myapp.service'], "doctor knows docker's rules only"],
    [['doctor', 'docker', '--from', 'a', '--save', 'b'], '--from and --save do not go together'],
    [['doctor', 'docker', '--format', 'diff'], '--format is text or json, not "diff"'],
    [['doctor', 'docker', '--root', '/'], 'root'],
  ])('%j is wrong usage', async (argv, message) => {
    const { status, err } = await run(argv);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });
});

const good = await saved();

describe('--save and --from', () => {
  test('what was saved gives the same answer elsewhere, and nobody else can read it', async () => {
    const directory = path.join(makeRoot(), 'saved');
    const here = await doctor({ rules: FLUSHED }, '--save', directory);
    expect(here.err).toContain(`saved in ${directory}`);
    expect(here.err).toContain('no environment, no labels');
    const there = await run(['doctor', 'docker', '--from', directory]);
    expect({ status: there.status, out: there.out }).toEqual({ status: 1, out: here.out });
    expect(fs.statSync(directory).mode & 0o777).toBe(0o700);
  });

  test('a directory that is not empty is left alone', async () => {
    const directory = makeRoot({ mine: 'x' });
    const { status, err } = await doctor({}, '--save', directory);
    expect(status).toBe(2);
    expect(err).toContain('exists and is not empty');
    expect(fs.readdirSync(directory)).toEqual(['mine']);
  });

  test('only named fields leave the daemon', async () => {
    const { asked, raw } = fakeMachine();
    await raw();
    const inspections = asked.filter((command) => command.includes('inspect'));
    expect(inspections).toHaveLength(2);
    for (const command of inspections) {
      expect(command).toContain('--format {');
      expect(command).not.toMatch(/Config\.Env|Labels|\.Args|\.Cmd|Mounts|\{\{json \.\}\}/);
    }
  });

  const { 'iptables-save.txt': rules = '', 'evidence.json': contents = '' } = good;
  const resaved = (file: string, text: string): Record<string, string> => {
    const table = JSON.parse(contents) as { files: { file: string; length: number }[] };
    const files = table.files.map((one) => (one.file === file ? { ...one, length: text.length } : one));
    return { ...good, [file]: text, 'evidence.json': JSON.stringify({ ...table, files }) };
  };

  test.each<[string, Record<string, string>, string]>([
    ['an empty directory', {}, 'holds no evidence.json'],
    ['something else', { 'evidence.json': '{"schema":"x"}' }, 'is not what doctor --save writes'],
    ['no JSON', { 'evidence.json': '{' }, 'is not what doctor --save writes'],
    [
      'a file that was cut short',
      { ...good, 'iptables-save.txt': rules.slice(0, 300) },
      'is not as it was saved',
    ],
    ['a file that was emptied', { ...good, 'iptables-save.txt': '' }, 'is not as it was saved: 0 characters'],
    [
      'an output that was cut short',
      resaved('iptables-save.txt', rules.slice(0, 300)),
      'iptables-save.txt is cut short',
    ],
    [
      'rules of something else',
      resaved('iptables-save.txt', 'table ip nat {\n'),
      'is not the output of iptables-save',
    ],
    [
      'networks of something else',
      resaved('docker-networks.jsonl', 'NAME  ID\n'),
      'is not what doctor --save writes',
    ],
  ])('%s cannot be read: 2, and why', async (_, files, message) => {
    const { status, out, err } = await from(files);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(message);
  });

  test('a missing directory', async () => {
    const { status, err } = await run(['doctor', 'docker', '--from', '/nowhere']);
    expect(status).toBe(2);
    expect(err).toContain('/nowhere holds no evidence.json');
  });
});
