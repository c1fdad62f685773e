import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { execFileSync, spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { docker, OURS, ufwIsOn, withFirewall } from '../helpers/docker.js';
import { installCommand } from '../helpers/installed.js';
import { directory, link } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';
import type { HostileTree } from './items.js';
import { makeSandbox, removeSandboxes, type Sandbox, type Trace, traces } from './sandbox.js';
import { DOCKER_D, ETC, LIB } from './trees.js';
import { command, type Ended } from './run-case.js';

afterAll(removeSandboxes);

const whyNotRoot = process.geteuid?.() === 0 ? undefined : 'it takes root to become somebody else';
const NOBODY = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];

/** Runs something that must change nothing, neither around the root nor in it. */
function leavesAlone(sandbox: Sandbox, run: () => Ended): Ended {
  const around = traces(sandbox.top, sandbox.root);
  const inside = (): Trace[] =>
    // A temporary file that came and went leaves its directory another time.
    traces(sandbox.root).map((trace) => (trace.isDirectory ? { ...trace, state: '' } : trace));
  const before = inside();
  const ended = run();
  expect(traces(sandbox.top, sandbox.root)).toEqual(around);
  expect(inside()).toEqual(before);
  return ended;
}

describeWhere(whyNotRoot, 'as nobody:', () => {
  let [copy, installed] = ['', ''];
  beforeAll(() => {
    copy = fs.mkdtempSync(path.join(os.tmpdir(), 'unit-patch-hostile-'));
    fs.chmodSync(copy, 0o755);
    installed = installCommand(copy);
  });
  afterAll(() => {
    fs.removeSync(copy);
  });

  function sandboxOf(tree: HostileTree, closed: string, mode: number): Sandbox {
    const sandbox = makeSandbox(() => tree);
    execFileSync('chown', ['-R', '65534:65534', sandbox.root]);
    execFileSync('chown', ['-h', '0:0', sandbox.root + closed]);
    fs.chmodSync(sandbox.root + closed, mode);
    return sandbox;
  }

  const asNobody = (argv: string[], sandbox: Sandbox): Ended => command(argv, sandbox, NOBODY, installed);

  const closed: Record<string, [HostileTree, closed: string]> = {
    'docker.service': [{}, `${LIB}/docker.service`],
    "the firewall's unit": [{}, `${LIB}/iptables.service`],
    'a drop-in': [{ [`${DOCKER_D}/10.conf`]: '[Unit]\n' }, `${DOCKER_D}/10.conf`],
    'docker.service.d': [{ [`${DOCKER_D}/10.conf`]: '[Unit]\n' }, DOCKER_D],
    'a file under our name': [{ [OURS]: '[Unit]\n' }, OURS],
    '/etc': [{}, '/etc'],
    '/etc/systemd': [{}, '/etc/systemd'],
    '/etc/systemd/system': [{}, ETC],
    '/usr/lib/systemd/system': [{}, LIB],
    '/run': [{ '/run/systemd/system': directory }, '/run'],
    'where docker.service leads': [
      { '/closed/docker.service': docker(), [`${ETC}/docker.service`]: link('/closed/docker.service') },
      '/closed',
    ],
    'where a drop-in leads': [
      { '/closed/a.conf': '[Unit]\n', [`${DOCKER_D}/a.conf`]: link('/closed/a.conf') },
      '/closed',
    ],
    'where docker.service.d leads': [{ '/closed/d': directory, [DOCKER_D]: link('/closed/d') }, '/closed'],
    'where another unit leads': [
      { '/closed/a/x.service': docker(), [`${ETC}/a.service`]: link('/closed/a/../a/x.service') },
      '/closed',
    ],
    'where the directory of a .wants leads': [
      { '/closed/d': directory, [`${ETC}/x.target.wants`]: link('/closed/d') },
      '/closed',
    ],
    'the file that says what ufw does': [
      {
        [`${LIB}/iptables.service`]: '',
        [`${LIB}/ufw.service`]: docker(),
        ...ufwIsOn,
        [`${ETC}/multi-user.target.wants/ufw.service`]: link(`${LIB}/ufw.service`),
        '/etc/default/ufw': 'MANAGE_BUILTINS=yes\n',
      },
      '/etc/default/ufw',
    ],
  };
  test.each(Object.entries(closed))('%s that may not be read is named', (_, [tree, place]) => {
    const sandbox = sandboxOf({ ...withFirewall(), ...tree }, place, 0);
    const show = leavesAlone(sandbox, () =>
      asNobody(['show', 'docker.service', '--root', sandbox.root], sandbox),
    );
    expect([0, 2]).toContain(show.status);
    const { status, out, err } = leavesAlone(sandbox, () =>
      asNobody(['docker', '--root', sandbox.root, '--yes'], sandbox),
    );
    expect({ status, out, err }).toEqual({ status: 2, out: '', err });
    expect(err).toMatch(/^unit-patch: \/\S+ cannot be read \(EACCES\).*\n {2}run it as a user who may read/);
  });

  const unwritable: Record<string, [HostileTree, closed: string]> = {
    '/etc/systemd/system': [{}, ETC],
    'docker.service.d': [{ [DOCKER_D]: directory }, DOCKER_D],
    'the directory that docker.service.d leads to': [
      { '/shut': directory, [DOCKER_D]: link('/shut') },
      '/shut',
    ],
  };
  test.each(Object.entries(unwritable))('%s that may not be written ends with 4', (_, [tree, place]) => {
    const sandbox = sandboxOf({ ...withFirewall(), ...tree }, place, 0o555);
    const { status, err } = leavesAlone(sandbox, () =>
      asNobody(['docker', '--root', sandbox.root, '--yes'], sandbox),
    );
    expect(status).toBe(4);
    expect(err).toContain('permission denied (EACCES)');
    expect(err).toContain('it failed, and everything was rolled back');
  });

  test('a root that may not be entered ends with 2', () => {
    const sandbox = sandboxOf(withFirewall(), '/', 0o600);
    const { status, err } = asNobody(['docker', '--root', sandbox.root, '--yes'], sandbox);
    expect(status).toBe(2);
    expect(err).toMatch(/^unit-patch: .*(EACCES|may not be entered).*\n {2}\S/);
  });
});

/** Whether the file system that temporary directories lie on knows such marks. */
function whyNoMarks(): string | undefined {
  if (whyNotRoot !== undefined) return whyNotRoot;
  const at = fs.mkdtempSync(path.join(os.tmpdir(), 'unit-patch-hostile-'));
  try {
    if (spawnSync('chattr', ['+i', at]).status !== 0) return 'the file system has no immutable files';
    execFileSync('chattr', ['-i', at]);
    return undefined;
  } finally {
    fs.removeSync(at);
  }
}

describeWhere(whyNoMarks(), 'file attributes that bind even root:', () => {
  const cases: [what: string, tree: HostileTree, place: string, mark: string][] = [
    ['an immutable /etc/systemd/system', {}, ETC, '+i'],
    ['an immutable docker.service.d', { [DOCKER_D]: directory }, DOCKER_D, '+i'],
    ['an immutable drop-in of ours', {}, OURS, '+i'],
    ['an append-only drop-in of ours', {}, OURS, '+a'],
  ];
  test.each(cases)('%s is left as it is', (_, tree, place, mark) => {
    const sandbox = makeSandbox(() => ({ ...withFirewall(), ...tree }));
    if (place === OURS)
      command(['docker', '--root', sandbox.root, '--relation', 'part-of', '--yes'], sandbox);
    const { status, err } = withMark(mark, sandbox.root + place, () =>
      leavesAlone(sandbox, () =>
        command(['docker', '--root', sandbox.root, '--relation', 'requires', '--yes'], sandbox),
      ),
    );
    expect(status).toBe(4);
    expect(err).toContain(place);
    expect(err).toContain('operation not permitted (EPERM)');
    expect(err).toContain('it failed, and everything was rolled back');
  });

  test('an append-only directory keeps a temporary file, which is named', () => {
    const sandbox = makeSandbox(() => ({ ...withFirewall(), [DOCKER_D]: directory }));
    const { status, err } = withMark('+a', sandbox.root + DOCKER_D, () =>
      command(['docker', '--root', sandbox.root, '--yes'], sandbox),
    );
    expect(status).toBe(4);
    const [left = ''] = fs.readdirSync(sandbox.root + DOCKER_D);
    expect(err).toContain(
      `could not be rolled back:\n  remove ${DOCKER_D}/${left}: operation not permitted (EPERM)`,
    );
  });

  function withMark(mark: string, place: string, run: () => Ended): Ended {
    execFileSync('chattr', [mark, place]);
    try {
      return run();
    } finally {
      execFileSync('chattr', [mark.replace('+', '-'), place]);
    }
  }
});

describe('the value of --root:', () => {
  const sandbox = makeSandbox(() => ({
    ...withFirewall(),
    '/a/file': 'x',
    '/a/nowhere': link('/nothing/at/all'),
  }));
  test.each<[what: string, root: string, says: RegExp]>([
    ['a file', `${sandbox.root}/a/file`, /is not a directory/],
    ['a link to nowhere', `${sandbox.root}/a/nowhere`, /does not exist/],
    ['/dev/null', '/dev/null', /is not a directory/],
    ['nothing', '', /--root is empty/],
    ['a name with a line end', `${sandbox.root}/a\nb`, /a\\nb does not exist/],
    ['a name of 5,000 bytes', `/${'x'.repeat(5000)}`, /cannot be opened \(ENAMETOOLONG\)/],
  ])('%s', (_, root, says) => {
    const { status, err } = leavesAlone(sandbox, () => command(['docker', '--root', root, '--yes'], sandbox));
    expect(status).toBe(2);
    expect(err).toMatch(says);
    expect(err).toMatch(/^unit-patch: .+\n {2}\S.+\n$/);
  });

  test('with slashes and dots it is the same root', () => {
    const other = makeSandbox(() => withFirewall());
    const { status } = command(['docker', '--root', `${other.root}/.//../root/./`, '--yes'], other);
    expect(status).toBe(0);
    expect(fs.existsSync(other.root + OURS)).toBe(true);
  });

  test.each([
    ['twice', (root: string) => root],
    ['by two spellings', (root: string) => `${root}/../root/`],
    ['once by a link', (root: string) => `${root}/self`],
  ])('%s: nothing is written', (_, spelling) => {
    const other = makeSandbox(() => ({ ...withFirewall(), '/self': link('.') }));
    const argv = ['docker', '--root', other.root, '--root', spelling(other.root), '--yes'];
    const { status, err } = leavesAlone(other, () => command(argv, other));
    expect(status).toBe(2);
    expect(err).toContain(`${other.root} is named twice`);
  });
});
