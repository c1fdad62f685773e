import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { execFileSync, spawnSync } from 'node:child_process';
import type { PlanReport } from '../../src/report/plan-json.js';
import { docker, firewall, OURS, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { addTo, fingerprint, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';

afterAll(removeTrees);

const LIB = '/usr/lib/systemd/system';

describe('unit-patch docker --root R', () => {
  test('writes nothing with --dry-run', async () => {
    const root = makeRoot(withFirewall());
    const before = fingerprint(root);
    for (const flag of ['-n', '--dry-run']) {
      const { status, out, err } = await run(['docker', '--root', root, flag, '--yes']);
      expect(status).toBe(0);
      expect(out).toContain('+Requires=iptables.service');
      expect(err).toContain('nothing was written');
    }
    expect(fingerprint(root)).toBe(before);
  });

  test('writes what the patch says, and the second run writes nothing and says where everything is', async () => {
    const root = makeRoot(
      withFirewall('iptables.service', { [`${LIB}/docker.service`]: docker('After=iptables.service') }),
    );
    const first = await run(['docker', '--root', root, '--yes']);
    expect(first.status).toBe(0);
    const added = first.out.split('\n').flatMap((line) => (/^\+(?!\+\+)/.test(line) ? [line.slice(1)] : []));
    expect(fs.readFileSync(root + OURS, 'utf8')).toBe(`${added.join('\n')}\n`);
    const before = fingerprint(root);
    const second = await run(['docker', '--root', root]);
    expect(second).toMatchObject({ status: 0, out: '' });
    expect(second.err).toContain(`Requires=iptables.service  ${OURS}:7`);
    expect(second.err).toContain(`After=iptables.service     ${LIB}/docker.service:3`);
    expect(second.err).toContain('nothing to write');
    expect(fingerprint(root)).toBe(before);
  });

  test('says which firewall is followed, and why', async () => {
    const { err } = await run(['docker', '--root', makeRoot(withFirewall()), '-n']);
    expect(err).toContain(
      'docker.service will follow iptables.service (enabled by /etc/systemd/system/multi-user.target.wants/iptables.service)',
    );
  });

  test.each(['firewalld.service', 'ufw.service'])('needs nothing with %s', async (name) => {
    const root = makeRoot(withFirewall(name));
    const before = fingerprint(root);
    const { status, out, err } = await run(['docker', '--root', root]);
    expect({ status, out }).toEqual({ status: 0, out: '' });
    expect(err).toContain(`docker.service needs nothing here: the firewall is ${name}`);
    expect(fingerprint(root)).toBe(before);
  });

  test.each([
    [
      'simple',
      /misses its firewall, firewalld\.service .*by Type=simple \(\S+firewalld\.service:2\)[^]*Type=dbus, BusName=/,
    ],
    ['dbus', /docker\.service needs nothing here/],
  ])('a firewalld of Type=%s', async (type, says) => {
    const text = `[Service]\nType=${type}\nBusName=org.fedoraproject.FirewallD1\nExecStart=/usr/sbin/firewalld --nofork\n`;
    const root = makeRoot(withFirewall('firewalld.service', { [`${LIB}/firewalld.service`]: text }));
    const { status, out, err } = await run(['docker', '--root', root]);
    expect({ status, out }).toEqual({ status: 0, out: '' });
    expect(err).toMatch(says);
  });

  test('ends with 2 if no candidate is in use, and lists them', async () => {
    const { status, err } = await run([
      'docker',
      '--root',
      makeRoot({ [`${LIB}/docker.service`]: docker() }),
    ]);
    expect(status).toBe(2);
    expect(err).toContain(
      'iptables.service (not-found), netfilter-persistent.service (not-found), nftables.service (not-found)',
    );
    expect(err).toContain('name the one that is meant: unit-patch docker --follow UNIT');
  });

  test('ends with 3 if it refuses, and names the way out', async () => {
    const root = makeRoot(withFirewall());
    const before = fingerprint(root);
    const { status, out, err } = await run(['docker', '--root', root, '--follow', 'gone.service']);
    expect({ status, out }).toEqual({ status: 3, out: '' });
    expect(err).toContain('refused [followed-missing] gone.service does not exist here');
    expect(fingerprint(root)).toBe(before);
  });

  test('the same by the name of the unit', async () => {
    const root = makeRoot(withFirewall());
    await run(['docker.service', '--root', root, '--yes']);
    expect(fs.existsSync(root + OURS)).toBe(true);
  });

  test('any unit can follow any other', async () => {
    const root = makeRoot({ [`${LIB}/a.service`]: docker(), [`${LIB}/b.service`]: firewall() });
    const { status } = await run([
      'a.service',
      '--follow',
      'b.service',
      '--root',
      root,
      '--relation',
      'part-of',
      '--yes',
    ]);
    expect(status).toBe(0);
    expect(
      fs.readFileSync(`${root}/etc/systemd/system/a.service.d/50-follow-b.service.conf`, 'utf8'),
    ).toContain('PartOf=b.service\nAfter=b.service\n');
  });
});

const missing = ['git', 'patch'].filter((tool) => spawnSync(tool, ['--version']).status !== 0);
const whyNoPatch = missing.length > 0 ? `not installed here: ${missing.join(', ')}` : undefined;

describeWhere(whyNoPatch, 'the patch on stdout', () => {
  const both = { ...withFirewall(), ...withFirewall('nftables.service') };
  const admin = '[Unit]\nRequires=nftables.service\nAfter=nftables.service\n';
  const mask = { '/etc/systemd/system/iptables.service': link('/dev/null') };
  const cases: [what: string, tree: Tree, first: string[] | undefined, args: string[], expected: RegExp][] = [
    ['a new file', withFirewall(), undefined, [], /^new file mode 100644$/m],
    ['a changed one', both, [], ['--relation', 'part-of'], /^-Requires=iptables.service$/m],
    ['a removed one', both, [], ['--follow', 'nftables.service'], /^deleted file mode 100644$/m],
  ];
  test.each(cases)(
    'is accepted by git apply and patch inside the root: %s',
    async (what, tree, first, args, expected) => {
      const root = makeRoot(tree);
      if (first) await run(['docker', '--root', root, ...first, '--yes']);
      if (what === 'a removed one')
        addTo(root, { '/etc/systemd/system/docker.service.d/10.conf': admin, ...mask });
      const { out } = await run(['docker', '--root', root, '-n', ...args]);
      expect(out).toMatch(expected);
      execFileSync('git', ['apply', '--check', '-'], { cwd: root, input: out });
      execFileSync('patch', ['-p1', '--dry-run', '--quiet'], { cwd: root, input: out });
      execFileSync('git', ['apply', '-'], { cwd: root, input: out });
      expect((await run(['docker', '--root', root, '-n', ...args])).err).toContain('everything is in force');
    },
  );

  test('patches of several roots name their roots', async () => {
    const roots = [makeRoot(withFirewall()), makeRoot(withFirewall())];
    const { out } = await run(['docker', '-n', ...roots.flatMap((root) => ['--root', root])]);
    for (const root of roots) expect(out).toContain(`+++ b${root}${OURS}`);
    execFileSync('git', ['apply', '--check', '-'], { cwd: '/', input: out });
  });
});

describe('the output', () => {
  test('is the same under --format diff, which says nothing else', async () => {
    const root = makeRoot(withFirewall());
    const text = await run(['docker', '--root', root, '-n']);
    expect(await run(['docker', '--root', root, '-n', '--format', 'diff'])).toEqual({
      status: 0,
      out: text.out,
      err: '',
    });
  });

  test('has colours only if they are asked for', async () => {
    const root = makeRoot(withFirewall());
    expect((await run(['docker', '--root', root, '-n', '--color', 'always'])).out).toContain(
      '\u001b[32m+Requires',
    );
    const terminal = { outIsTerminal: true };
    expect((await run(['docker', '--root', root, '-n'], terminal)).out).toContain('\u001b[');
    expect(
      (await run(['docker', '--root', root, '-n'], { ...terminal, env: { NO_COLOR: '1' } })).out,
    ).not.toContain('\u001b[');
    expect((await run(['docker', '--root', root, '-n', '--color', 'never'], terminal)).out).not.toContain(
      '\u001b[',
    );
  });
});

describe('--json', () => {
  test('prints the plan, and with an application each of its steps', async () => {
    const root = makeRoot(withFirewall());
    const planned = JSON.parse((await run(['docker', '--root', root, '-n', '--json'])).out) as PlanReport;
    expect(planned).toMatchObject({
      schema: 'unit-patch/plan@1',
      root,
      unit: 'docker.service',
      follow: { asked: null, unit: 'iptables.service' },
      relation: 'requires',
      inForce: [],
      missing: ['Requires=iptables.service', 'After=iptables.service'],
      findings: [{ code: 'no-live-restore', level: 'warn' }],
      changes: [{ path: OURS, action: 'create', before: null }],
      changed: true,
    });
    expect(planned.applied).toBeUndefined();
    const { out, err } = await run(['docker', '--root', root, '--format', 'json', '--yes']);
    const applied = JSON.parse(out) as PlanReport;
    expect(applied.applied?.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done', 'done']);
    expect(err).toBe('');
    expect(applied.changes[0]?.patch).toBe(planned.changes[0]?.patch);
  });

  test('of several roots is an array, and the worst exit status counts', async () => {
    const roots = [makeRoot(withFirewall()), makeRoot(withFirewall('nftables.service'))];
    const { status, out } = await run([
      'docker',
      '-n',
      '--json',
      ...roots.flatMap((root) => ['--root', root]),
      '--follow',
      'nftables.service',
    ]);
    expect(status).toBe(3);
    expect((JSON.parse(out) as PlanReport[]).map(({ root, changed }) => [root, changed])).toEqual([
      [roots[0], false],
      [roots[1], true],
    ]);
  });
});

describe('on a terminal it asks', () => {
  const answers: [string, boolean][] = [
    ['y', true],
    ['yes', true],
    ['Y ', true],
    ['', false],
    ['n', false],
    ['what?', false],
  ];
  test.each(answers)('%j', async (answer, writes) => {
    const root = makeRoot(withFirewall());
    let question = '';
    const { status, err } = await run(['docker', '--root', root], {
      ask: (text) => {
        question = text;
        return Promise.resolve(answer);
      },
    });
    expect(question).toBe(
      `Write this file into ${root}?\n[y]es, [N]o, [d]iff in full, [c]ompare relations: `,
    );
    expect(fs.existsSync(root + OURS)).toBe(writes);
    expect(status).toBe(writes ? 0 : 1);
    if (!writes) expect(err).toContain('nothing was written');
  });

  test.each([['--yes'], ['-y'], ['-n']])('not with %s', async (flag) => {
    const ask = (): Promise<string> => Promise.reject(new Error('asked'));
    const { status } = await run(['docker', '--root', makeRoot(withFirewall()), flag], { ask });
    expect(status).toBe(0);
  });

  test('not if there is nothing to do', async () => {
    const root = makeRoot(withFirewall());
    await run(['docker', '--root', root, '--yes']);
    const ask = (): Promise<string> => Promise.reject(new Error('asked'));
    expect((await run(['docker', '--root', root], { ask })).status).toBe(0);
  });
});
