import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { PlanReport } from '../../src/report/plan-json.js';
import { cat } from '../helpers/cat.js';
import { OURS, withFirewall } from '../helpers/docker.js';
import { type Run, run } from '../helpers/run.js';
import { directory, fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere, whyNoProgram } from '../helpers/where.js';

afterAll(removeTrees);

const BOTH = ['docker.service', 'iptables.service'];
const printed = (): string => cat(makeRoot(withFirewall()), ...BOTH);

const openSystem = (): never => {
  throw new Error('a system was opened');
};

/** Runs with that on standard input. */
const from = (text: string | Buffer, ...more: readonly string[]): Promise<Run> =>
  run(['docker', '--from-cat', '-', ...more], {
    openSystem,
    input: Readable.from([Buffer.from(text as string)]),
  });

describe('unit-patch docker --from-cat - -n', () => {
  test('looks at no system, prints the patch, and says that this is not the full check', async () => {
    const { status, out, err } = await from(printed(), '-n');
    expect(status).toBe(0);
    expect(out).toContain('+Requires=iptables.service');
    expect(err).toContain(
      'warning [partial-view] only what systemctl cat printed is known, so this is not the full check',
    );
    expect(err).toContain('dry run: nothing was written');
  });

  describeWhere(whyNoProgram('git'), 'with git', () => {
    test('prints a patch that git apply takes, and unit-patch recognises the result as its own', async () => {
      const root = makeRoot(withFirewall());
      const { out } = await from(cat(root, ...BOTH), '-n');
      execFileSync('git', ['apply', '-'], { cwd: root, input: out });
      expect(await run(['check', 'docker', '--root', root])).toMatchObject({ status: 0 });
      await run(['revert', 'docker', '--root', root, '--yes']);
      expect(fingerprint(root)).toBe(fingerprint(makeRoot(withFirewall())));
    });
  });

  test('reads a file, too', async () => {
    const root = makeRoot({ '/cat.txt': printed() });
    const file = path.join(root, 'cat.txt');
    const before = fingerprint(root);
    const { status, out, err } = await run(['docker', '--from-cat', file, '--dry-run', '--yes'], {
      openSystem,
    });
    expect(status).toBe(0);
    expect(out).toBe((await from(printed(), '-n')).out);
    expect(err).toContain(`the only one in ${file}`);
    expect(fingerprint(root)).toBe(before);
  });

  test('takes the other options: --relation, --follow, --force, --exit-code, --format', async () => {
    expect((await from(printed(), '-n', '--relation', 'part-of')).out).toContain('+PartOf=iptables.service');
    expect((await from(printed(), '-n', '--exit-code')).status).toBe(1);
    expect((await from(printed(), '-n', '--format', 'diff')).err).toBe('');
    expect((await from(printed(), '-n', '--follow', 'iptables.service')).err).toContain('named by --follow');
  });

  test('prints the plan as JSON: its root is not a directory, and partial-view is among the findings', async () => {
    const { status, out } = await from(printed(), '-n', '--json');
    expect(status).toBe(0);
    const plan = JSON.parse(out) as PlanReport;
    expect(plan).toMatchObject({
      schema: 'unit-patch/plan@1',
      root: 'from-cat:-',
      unit: 'docker.service',
      follow: { asked: null, unit: 'iptables.service' },
      missing: ['Requires=iptables.service', 'After=iptables.service'],
      changes: [{ path: OURS, action: 'create', before: null }],
      changed: true,
    });
    expect(plan.findings).toContainEqual(expect.objectContaining({ code: 'partial-view', level: 'warn' }));
    expect(plan.inputs.map((input) => input.path)).toEqual([
      OURS,
      ...BOTH.map((name) => `/usr/lib/systemd/system/${name}`),
    ]);
  });

  test('works through a real pipe, and in a terminal it says what it waits for', async () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      ['dist/bin/unit-patch.cjs', 'docker', '--from-cat', '-', '-n'],
      { encoding: 'utf8', input: printed() },
    );
    expect(status).toBe(0);
    expect(stdout).toBe((await from(printed(), '-n')).out);
    const ask = (): Promise<string> => Promise.resolve('');
    const input = Readable.from([Buffer.from(printed())]);
    const { err } = await run(['docker', '--from-cat', '-', '-n'], { ask, input });
    expect(err).toContain('what systemctl cat printed, then Ctrl-D:\n');
  });
});

describe('usage errors', () => {
  const file = (name: string): string => path.join(makeRoot({ '/x.txt': '' }), name);
  const usages: [string, string[], string][] = [
    ['without --dry-run', ['docker', '--from-cat', '-'], 'add --dry-run (-n)'],
    ['with --yes instead', ['docker', '--from-cat', '-', '--yes'], '--from-cat has no system to write to'],
    [
      'with --root',
      ['docker', '--from-cat', '-', '-n', '--root', '/'],
      '--from-cat and --root do not go together',
    ],
    ['empty', ['docker', '--from-cat=', '-n'], '--from-cat is empty'],
    ['given twice', ['docker', '--from-cat', '-', '--from-cat', '-', '-n'], '--from-cat was given 2 times'],
    ['without a value', ['docker', '-n', '--from-cat'], 'not enough arguments following: from-cat'],
    ['a file that is not there', ['docker', '--from-cat', file('gone.txt'), '-n'], 'gone.txt does not exist'],
    ['a directory', ['docker', '--from-cat', makeRoot({ '/d': directory }), '-n'], 'is a directory'],
    ['below a file', ['docker', '--from-cat', file('x.txt/y'), '-n'], 'cannot be read (ENOTDIR)'],
    ['a device', ['docker', '--from-cat', '/dev/null', '-n'], '/dev/null is empty'],
    ['an empty file', ['docker', '--from-cat', file('x.txt'), '-n'], 'x.txt is empty'],
    ['another command', ['check', 'docker', '--from-cat', '-'], 'there is no option --from-cat'],
  ];
  test.each(usages)('%s', async (_, argv, message) => {
    const input = Readable.from([Buffer.from(printed())]);
    const { status, out, err } = await run(argv, { openSystem, input });
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(message);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('a file that is too large is not read', async () => {
    const large = file('large.txt');
    fs.truncateSync(large.replace('large', 'x'), 9 << 20);
    const { status, err } = await run(['docker', '--from-cat', large.replace('large', 'x'), '-n'], {
      openSystem,
    });
    expect(status).toBe(2);
    expect(err).toContain('is larger than 2 MiB');
  });
});

describe('wrong input', () => {
  test.each([
    ['nothing', '', 'standard input is empty'],
    [
      'only docker.service',
      cat(makeRoot(withFirewall()), 'docker.service'),
      'systemctl cat docker.service iptables.service',
    ],
    ['only the firewall', cat(makeRoot(withFirewall()), 'iptables.service'), 'holds no docker.service'],
    ['an error message', 'No files found for docker.service.\n', 'there is no docker.service there'],
    ['another language', 'Keine Dateien für docker.service gefunden.\n', 'is not what systemctl cat prints'],
    ['binary garbage', Buffer.from('\0\x01\xff', 'latin1'), 'holds NUL bytes'],
    ['escape sequences', '\x1b[2J\x1b]0;x\x07', String.raw`\u001b[2J`],
  ])('%s', async (_, text, message) => {
    const { status, out, err } = await from(text, '-n');
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(message);
  });
});
