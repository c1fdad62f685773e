import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fingerprint, removeTrees } from '../helpers/tree.js';
import { checkout, example, runIn } from './checkout.js';
import { shownCommand } from './readme.js';

afterAll(removeTrees);

const TIME = 60_000;

const DROP_IN = 'etc/systemd/system/docker.service.d/50-follow-firewall.conf';

describe('examples/README.md', () => {
  test('lists every example', () => {
    const listed = [...fs.readFileSync(example('README.md'), 'utf8').matchAll(/^- \[(.*)\]\(\1\): /gm)];
    const there = fs.readdirSync(example('.')).filter((name) => name !== 'README.md');
    expect(listed.map(([, name]) => name).sort()).toEqual(there.sort());
  });
});

describe.each([
  { name: 'centos-7', firewall: 'iptables.service' },
  { name: 'debian-12', firewall: 'netfilter-persistent.service' },
])('examples/$name', ({ name, firewall }) => {
  let directory: string;
  let root: string;
  beforeAll(() => {
    directory = checkout({ [`examples/${name}`]: name });
    root = path.join(directory, 'examples', name);
  });

  test(
    'the command of its README prints what the README shows, and writes nothing',
    async () => {
      const before = fingerprint(root);
      const { command, output } = shownCommand(name, /./);
      const { status, stdout, stderr } = await runIn(directory, ['sh', '-c', command]);
      expect({ status, stdout }).toEqual({ status: 0, stdout: output });
      expect(stderr).toContain(`docker.service will follow ${firewall} (enabled by `);
      expect(fingerprint(root)).toBe(before);
    },
    TIME,
  );

  test(
    'git apply takes what it prints, and then all is in force',
    async () => {
      const { command, output } = shownCommand(name, /./);
      execFileSync('git', ['apply'], { cwd: root, input: output });
      const { status, stdout } = await runIn(directory, [
        'sh',
        '-c',
        command.replace('docker', 'check docker').replace(' --dry-run', ''),
      ]);
      expect({ status, stdout }).toEqual({
        status: 0,
        stdout: `docker.service: in force, it follows ${firewall}\n`,
      });
      expect(fs.readFileSync(path.join(root, DROP_IN), 'utf8')).toContain(`\nRequires=${firewall}\n`);
    },
    TIME,
  );
});

test(
  'in examples/debian-12 iptables.service is an alias that no link makes',
  async () => {
    const directory = checkout({ root: 'debian-12' });
    const options = ['--root', 'root', '--follow', 'iptables.service'];
    const { status, stderr } = await runIn(directory, ['npx', '--yes', 'unit-patch', 'docker', ...options]);
    expect(status).toBe(3);
    expect(stderr).toContain('refused [followed-missing] iptables.service does not exist here');
    expect(stderr).toContain('netfilter-persistent.service is in use');
  },
  TIME,
);
