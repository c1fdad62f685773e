import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'node:fs';
import { docker, OURS, systemctl, withFirewall } from '../helpers/docker.js';
import { type Run, run } from '../helpers/run.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
];
const RIVALS = {
  '/usr/lib/systemd/system/firewalld.service':
    '[Unit]\nConflicts=iptables.service\n[Service]\nExecStart=/usr/sbin/firewalld\n[Install]\nWantedBy=multi-user.target\n',
  '/etc/systemd/system/multi-user.target.wants/firewalld.service': '',
};

/** A box with a firewall, on which a hook can run. */
const box = (): string => makeRoot({ ...withFirewall(), ...systemctl });

/** Runs the command for a person at a terminal of this size. */
function atTerminal(argv: readonly string[], size = SIZES[0], answers: string[] = []): Promise<Run> {
  let shown = '';
  return run(argv, {
    errIsTerminal: true,
    outIsTerminal: true,
    env: { NO_COLOR: '1' },
    size,
    out: (text) => (shown += text),
    err: (text) => (shown += text),
    ask: (question) => {
      shown += question;
      const answer = answers.shift() ?? 'n';
      shown += `${answer}\n`;
      return Promise.resolve(answer);
    },
  }).then((result) => ({ ...result, out: shown }));
}

const lines = (text: string): string[] => text.trimEnd().split('\n');

/** Lines that are too long although they could break at a space. */
const tooLong = (text: string, columns: number): string[] =>
  lines(text).filter(
    (line) => line.length > columns && !isCommand(line) && /\S +\S/.test(line.slice(0, columns)),
  );

/** A command is not broken, so that it can be copied. */
const isCommand = (line: string): boolean =>
  /^ *[+-]? ?(?:sudo |systemctl |unit-patch |docker |ExecSt|ExecRe)/.test(line);

test.each([[[]], [['-h']]])('the first screen, by %j, fits into 80 columns and 24 rows', async (argv) => {
  const { out } = await atTerminal(argv);
  expect(lines(out).length).toBeLessThanOrEqual(24);
  expect(lines(out).filter((line) => line.length > 80)).toEqual([]);
  expect(out).toContain('unit-patch doctor docker');
});

test('the list of findings is wrapped, too', async () => {
  const { out } = await atTerminal(['explain']);
  expect(tooLong(out, 80)).toEqual([]);
  expect(out).toContain('rival-firewall');
});

describe('the screen of a plan', () => {
  test('shows what changes, what it means, and asks, on 24 rows', async () => {
    const root = makeRoot(withFirewall());
    const { out, status } = await atTerminal(['docker', '--root', root]);
    expect(status).toBe(1);
    expect(lines(out).length).toBeLessThanOrEqual(24);
    expect(out).toMatch(/^docker\.service does not follow your firewall, iptables\.service \(enabled\)\.\n/);
    expect(out).toContain(
      `  new file ${OURS}\n  + [Unit]\n  + Requires=iptables.service\n  + After=iptables.service\n`,
    );
    expect(out).toMatch(/^ {2}systemctl restart iptables +restarts Docker and its containers$/m);
    expect(out).toContain(
      `Write this file into ${root}?\n[y]es, [N]o, [d]iff in full, [c]ompare relations: `,
    );
    expect(out).not.toContain('diff --git');
  });

  test('names other relations that cover more', async () => {
    const { out } = await atTerminal(['docker', '--root', box(), '-n']);
    expect(out).toMatch(/^ {2}systemctl stop iptables +stops Docker as well \(hook, watch: covered\)$/m);
  });

  test('with the hook, which is two files, fits too', async () => {
    const { out } = await atTerminal(['docker', '--root', box(), '--relation', 'hook']);
    expect(lines(out).length).toBeLessThanOrEqual(24);
    expect(out).toContain('50-restart-docker.conf');
  });

  test('d shows the patch, c the relations; only y writes', async () => {
    const root = makeRoot(withFirewall());
    const { out, status } = await atTerminal(['docker', '--root', root], SIZES[0], ['d', 'c', 'y']);
    expect(status).toBe(0);
    expect(out).toMatch(/diff --git .*[^]*\+# checksum: [^]*idea +no Docker[^]*Done\. 1 file written in /);
    expect(fs.existsSync(root + OURS)).toBe(true);
  });

  test('with nothing to write is one sentence with the place', async () => {
    const root = makeRoot(withFirewall());
    await run(['docker', '--root', root, '--yes']);
    const { out, status } = await atTerminal(['docker', '--root', root], { columns: 200, rows: 24 });
    expect(status).toBe(0);
    expect(out.replace(/\s+/g, ' ')).toBe(
      `docker.service follows iptables.service already (${OURS}:7). Nothing to write. `,
    );
  });

  test('of a revert says that nothing protects Docker any more', async () => {
    const root = makeRoot(withFirewall());
    await run(['docker', '--root', root, '--yes']);
    const { out } = await atTerminal(['revert', '--root', root]);
    expect(out).toContain('docker.service will no longer follow iptables.service.');
    expect(out).toContain('  - Requires=iptables.service');
    expect(out.replace(/\s+/g, ' ')).toContain('the next restart of the firewall takes its rules away');
  });
});

describe('a refusal', () => {
  test('is the first word and the last: no patch, no coverage, no warnings', async () => {
    const root = makeRoot({ ...withFirewall(), ...RIVALS });
    fs.unlinkSync(`${root}/etc/systemd/system/multi-user.target.wants/firewalld.service`);
    fs.symlinkSync(
      '/usr/lib/systemd/system/firewalld.service',
      `${root}/etc/systemd/system/multi-user.target.wants/firewalld.service`,
    );
    const argv = ['docker', '--follow', 'iptables', '--root', root];
    const { out, status } = await atTerminal(argv);
    expect(status).toBe(3);
    expect(out).toMatch(/^Refused, nothing was written: .* \[rival-firewall\]\n/);
    expect(out).toContain('systemctl disable --now firewalld.service');
    expect(out).toContain(`unit-patch docker --follow iptables.service --root ${root} --relation part-of`);
    expect(out).toMatch(/Write it nevertheless: --force rival-firewall\./);
    expect(out).not.toMatch(/From then on|live-restore|^\+/m);
  });

  test('that cannot be forced says so', async () => {
    const root = makeRoot({ ...withFirewall(), [OURS]: '[Unit]\n' });
    const { out, status } = await atTerminal(['docker', '--root', root]);
    expect(status).toBe(3);
    expect(out).toContain('[name-taken]');
    expect(out).toContain('It cannot be forced.');
  });
});

describe('lines are wrapped between words, never cut', () => {
  test.each(SIZES)('%j', async (size) => {
    const root = box();
    for (const argv of [
      ['docker', '-n', '--root', root],
      ['docker', '-n', '--root', root, '--relation', 'hook', '--verbose'],
      ['compare', 'docker', '--root', root],
      ['explain', 'rival-firewall'],
      ['docker', '--force', 'nothing'],
      ['docker', '--root', makeRoot({ '/usr/lib/systemd/system/docker.service': docker() })],
    ]) {
      const { out } = await atTerminal(argv, size);
      const notPatch = out.replace(/^diff --git[^]*?(?=^\S* ?dry run|$(?![^]))/m, '');
      expect(tooLong(notPatch, size.columns)).toEqual([]);
    }
  });
});

describe('how much is printed', () => {
  test('a pipe gets all of it, as with --verbose', async () => {
    const argv = ['docker', '-n', '--root', makeRoot(withFirewall())];
    const piped = await run(argv);
    const verbose = await run([...argv, '--verbose']);
    expect(verbose).toEqual(piped);
    expect(piped.err).toContain('missing   Requires=iptables.service');
  });

  test('stdout in a file is the patch, while the person sees the screen', async () => {
    const argv = ['docker', '-n', '--root', makeRoot(withFirewall())];
    const { out, err } = await run(argv, { errIsTerminal: true, env: { NO_COLOR: '1' } });
    expect(out).toBe((await run(argv)).out);
    expect(err).toContain('From then on (--relation requires):');
  });

  test('--quiet prints the patch, and no word besides', async () => {
    const argv = ['docker', '-n', '--root', makeRoot(withFirewall())];
    expect(await run([...argv, '--quiet'])).toEqual({ ...(await run(argv)), err: '' });
  });

  test('--quiet still says why something is refused', async () => {
    const root = makeRoot({ ...withFirewall(), [OURS]: '[Unit]\n' });
    const { status, err } = await run(['docker', '--root', root, '-q']);
    expect(status).toBe(3);
    expect(err).toContain('[name-taken]');
  });

  test('both at once are wrong usage', async () => {
    expect((await run(['docker', '-q', '-v'])).status).toBe(2);
  });
});

describe('check on a terminal', () => {
  test('counts, if there is more than one line', async () => {
    const roots = [makeRoot(withFirewall()), makeRoot(withFirewall())];
    await run(['docker', '--root', roots[0] ?? '', '--yes']);
    const { out, status } = await atTerminal(['check', ...roots.flatMap((root) => ['--root', root])]);
    expect(status).toBe(1);
    expect(out).toMatch(/\n2 checked: 1 in force, 1 missing\n$/);
  });
});
