import { afterAll, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { openSystem } from '../../src/system/open-system.js';
import { RootSystem } from '../../src/system/root-system.js';
import type { CommandResult, Manager } from '../../src/system/system.js';
import { docker, firewall, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const LIB = '/usr/lib/systemd/system';

async function patched(): Promise<string> {
  const root = makeRoot(withFirewall());
  await run(['docker', '--root', root, '--yes']);
  return root;
}

describe('check prints one line per unit, whether anything is missing; the exit status is the worst', () => {
  test('0: everything is in force', async () => {
    const { status, out } = await run(['check', 'docker', '--root', await patched()]);
    expect({ status, out }).toEqual({
      status: 0,
      out: 'docker.service: in force, it follows iptables.service\n',
    });
  });

  test('1: something is missing, and nothing is written', async () => {
    const root = makeRoot(withFirewall());
    const before = fingerprint(root);
    const { status, out } = await run(['check', 'docker', '--root', root]);
    expect({ status, out }).toEqual({
      status: 1,
      out: 'docker.service: missing: Requires=iptables.service After=iptables.service\n',
    });
    expect(fingerprint(root)).toBe(before);
  });

  test('2: it cannot tell', async () => {
    const { status, out } = await run(['check', 'docker', '--root', makeRoot()]);
    expect(status).toBe(2);
    expect(out).toMatch(/^docker\.service: cannot tell, there is no docker\.service in /);
  });

  test('3: it would be refused', async () => {
    const root = makeRoot({ [`${LIB}/docker.service`]: docker(), [`${LIB}/fw.service`]: firewall() });
    const { status, out } = await run(['check', 'docker', '--follow', 'fw.service', '--root', root]);
    expect({ status, out }).toEqual({ status: 3, out: 'docker.service: refused, followed-disabled\n' });
  });

  test('several units and roots: a bad one does not hide the others', async () => {
    const [good, open, empty] = [await patched(), makeRoot(withFirewall()), makeRoot()];
    const roots = [good, open, empty].flatMap((root) => ['--root', root]);
    const { status, out } = await run(['check', 'docker', 'docker.service', ...roots]);
    expect(status).toBe(2);
    expect(out.split('\n').map((line) => line.replace(/(force|missing|tell).*/, '$1'))).toEqual([
      `${good}: docker.service: in force`,
      `${good}: docker.service: in force`,
      `${open}: docker.service: missing`,
      `${open}: docker.service: missing`,
      `${empty}: docker.service: cannot tell`,
      `${empty}: docker.service: cannot tell`,
      '',
    ]);
  });

  test('a firewall with which docker needs nothing', async () => {
    const { status, out } = await run([
      'check',
      'docker',
      '--root',
      makeRoot(withFirewall('firewalld.service')),
    ]);
    expect({ status, out }).toEqual({ status: 0, out: 'docker.service: nothing to follow\n' });
  });

  test('files that systemd has not loaded are missing', async () => {
    const root = await patched();
    const answer = (stdout: string): CommandResult => ({ status: 0, stdout, stderr: '' });
    const manager: Manager = {
      about: () => ({}),
      isActive: () => false,
      activeUnits: () => [],
      reload: () => answer(''),
      show: () => answer('LoadState=loaded\nRequires=\nAfter=\n'),
    };
    const io = { openSystem: () => new RootSystem(openRoot(root), manager) };
    const { status, out } = await run(['check', 'docker'], io);
    expect({ status, out }).toEqual({
      status: 1,
      out: 'docker.service: missing: systemd has not loaded the files\n',
    });
  });

  test('--json prints the plans, and an error if there is none', async () => {
    const roots = [await patched(), makeRoot()].flatMap((root) => ['--root', root]);
    const { out } = await run(['check', 'docker', '--json', ...roots]);
    expect(JSON.parse(out)).toMatchObject([
      { schema: 'unit-patch/plan@1', changed: false, missing: [] },
      { schema: 'unit-patch/error@1', unit: 'docker.service', code: 'no-such-unit' },
    ]);
  });

  test('a terminal shows the progress of a long run, and clears it at the end', async () => {
    let now = 0;
    const clock = Date.now;
    Date.now = () => (now += 600);
    try {
      const roots = [await patched(), await patched(), await patched()].flatMap((root) => ['--root', root]);
      const { err } = await run(['check', 'docker', ...roots], { errIsTerminal: true, openSystem });
      expect(err).toContain('2 of 3');
      expect(err.endsWith('\r\u001b[K')).toBe(true);
      expect((await run(['check', 'docker', ...roots])).err).toBe('');
    } finally {
      Date.now = clock;
    }
  });

  test.each(['diff'])('has no format %s', async (format) => {
    expect((await run(['check', 'docker', '--format', format, '--root', '/'])).status).toBe(2);
  });
});

describe('--dry-run --exit-code gives the same answer', () => {
  test('1 if something is missing, 0 if nothing is', async () => {
    expect((await run(['docker', '-n', '--exit-code', '--root', makeRoot(withFirewall())])).status).toBe(1);
    expect((await run(['docker', '-n', '--exit-code', '--root', await patched()])).status).toBe(0);
  });

  test('without --dry-run it is a usage error', async () => {
    expect((await run(['docker', '--exit-code', '--root', makeRoot(withFirewall())])).status).toBe(2);
  });
});
