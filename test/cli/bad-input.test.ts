import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { openRoot } from '../../src/files/open-root.js';
import { RootSystem } from '../../src/system/root-system.js';
import { docker, OURS, withFirewall } from '../helpers/docker.js';
import { installCommand } from '../helpers/installed.js';
import { run } from '../helpers/run.js';
import { directory, fingerprint, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';

afterAll(removeTrees);

const LIB = '/usr/lib/systemd/system';
const ETC = '/etc/systemd/system';

/** Runs in a root that must be the same afterwards. */
async function refusedIn(tree: Tree, argv: readonly string[]): Promise<{ status: number; err: string }> {
  const root = makeRoot(tree);
  const before = fingerprint(root);
  const { status, out, err } = await run([...argv, '--root', root]);
  expect(out).toBe('');
  expect(err).not.toMatch(/\n\s+at /);
  expect(fingerprint(root)).toBe(before);
  return { status, err };
}

const NEITHER = 'neither a template (docker, fail2ban, libvirtd, lxc-net, virtnetworkd) nor a unit name';

describe('names', () => {
  test.each([
    ['no such unit', 'nginx.service', 'there is no nginx.service in /'],
    ['a slash', 'docker/x.service', NEITHER],
    ['..', '..', NEITHER],
    ['a path', '../../etc/passwd', NEITHER],
    ['a newline', 'docker.service\nx', NEITHER],
    ['a template of ours with a slash', 'docker/', NEITHER],
    ['no suffix, so a service', 'nginx', 'there is no nginx.service in /'],
    ['no known suffix, so a service', 'nginx.conf', 'there is no nginx.conf.service in /'],
    ['empty', '', NEITHER],
    ['256 bytes', `${'a'.repeat(248)}.service`, NEITHER],
  ])('%s', async (_, name, message) => {
    const { status, err } = await refusedIn(withFirewall(), [name, '--follow', 'iptables.service']);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });

  test('show asks for a unit name too', async () => {
    const { status, err } = await refusedIn(withFirewall(), ['show', 'docker/']);
    expect(status).toBe(2);
    expect(err).toContain('"docker/" is not a unit name');
  });

  test('a unit without a template needs --follow', async () => {
    const { status, err } = await refusedIn({ [`${LIB}/a.service`]: docker() }, ['a.service']);
    expect(status).toBe(2);
    expect(err).toContain('unit-patch a.service --follow UNIT');
  });
});

describe('roots', () => {
  test.each([
    ['--root does not exist', (at: string) => path.join(at, 'nowhere'), 'does not exist'],
    ['--root is a file', (at: string) => path.join(at, LIB, 'docker.service'), 'is not a directory'],
    [
      '--root is below a file',
      (at: string) => path.join(at, LIB, 'docker.service/x'),
      'cannot be opened (ENOTDIR)',
    ],
    ['--root is empty', () => '', '--root is empty'],
    ['--root is blank', () => '  ', '--root is empty'],
  ])('%s', async (_, name, message) => {
    const { status, out, err } = await run(['docker', '--root', name(makeRoot(withFirewall()))]);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(message);
  });

  test('an empty root has no docker.service', async () => {
    expect(await refusedIn({}, ['docker'])).toMatchObject({ status: 2 });
  });

  test('one bad root among several stops the run before anything is written', async () => {
    const good = makeRoot(withFirewall());
    const before = fingerprint(good);
    const { status } = await run(['docker', '--root', good, '--root', path.join(good, 'nowhere'), '--yes']);
    expect(status).toBe(2);
    expect(fingerprint(good)).toBe(before);
  });
});

describe('options', () => {
  test.each([
    [['docker', '--frobnicate'], 'there is no option --frobnicate'],
    [['docker', '--relation', 'hook', '--come-back'], '--relation hook takes nothing down'],
    [
      ['docker', '--relation', 'binds'],
      '--relation is requires, part-of, hook, watch, wants or order, not "binds"',
    ],
    [['docker', '--relation', 'requires', '--relation', 'part-of'], '--relation was given 2 times'],
    [['docker', '--follow', 'a.service', '--follow', 'b.service'], '--follow was given 2 times'],
    [['docker', '--follow'], 'not enough arguments following: follow'],
    [['docker', '--root'], 'not enough arguments following: root'],
    [['docker', '--format', 'xml'], '--format is text, diff, json or markdown, not "xml"'],
    [['docker', '--color', 'pink'], '--color is auto, always or never, not "pink"'],
    [['docker', 'podman'], 'podman is a word too many'],
    [['show'], 'not enough non-option arguments'],
    [['show', 'docker.service', '--dry-run'], 'there is no option --dry-run'],
    [['show', 'docker.service', '--format', 'diff'], '--format is text or json, not "diff"'],
    [[], 'unit-patch doctor docker'],
  ])('%j', async (argv, message) => {
    const { status, out, err } = await run(argv);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err.toLowerCase()).toContain(message.toLowerCase());
  });
});

describe('files in the root', () => {
  const taken: [string, Tree][] = [
    ['a file that is not ours', { [OURS]: '[Service]\nRestart=no\n' }],
    ['an empty file', { [OURS]: '' }],
    ['a directory', { [OURS]: directory }],
    ['a link to nowhere', { [OURS]: link('nowhere') }],
    ['a file in the place of the directory', { [`${ETC}/docker.service.d`]: '' }],
    ['a link to nowhere in the place of the directory', { [`${ETC}/docker.service.d`]: link('/nowhere') }],
    ['a loop in the place of the directory', { [`${ETC}/docker.service.d`]: link('docker.service.d') }],
  ];
  test.each(taken)('%s under our name', async (_, tree) => {
    const { status, err } = await refusedIn(withFirewall('iptables.service', tree), ['docker']);
    expect(status).toBe(3);
    expect(err).toContain(`${ETC}/docker.service.d`);
  });

  const inTheWay: [string, Tree[string], number][] = [
    ['a directory in /etc is not a unit, so the lower file counts', directory, 0],
    ['a link to itself is passed over, so the lower file counts', link('docker.service'), 0],
    ['a link to nowhere hides the lower file', link('/nowhere/x.service'), 2],
  ];
  test.each(inTheWay)('%s', async (_, item, expected) => {
    const root = makeRoot(withFirewall('iptables.service', { [`${ETC}/docker.service`]: item }));
    const { status } = await run(['docker', '-n', '--root', root]);
    expect(status).toBe(expected);
  });

  test('no root: nothing can be written, and that is said before anything is', async () => {
    const root = makeRoot(withFirewall());
    const before = fingerprint(root);
    class NotRoot extends RootSystem {
      override whyNotWritable(): string {
        return 'only root may write to /etc/systemd/system';
      }
    }
    const { status, err } = await run(['docker', '--yes'], {
      openSystem: () => new NotRoot(openRoot(root), undefined),
    });
    expect(status).toBe(2);
    expect(err).toContain('only root may write');
    expect(err).toContain('sudo');
    expect(fingerprint(root)).toBe(before);
  });
});

const whyNotNobody = process.geteuid?.() === 0 ? undefined : 'it takes root to become somebody else';
describeWhere(whyNotNobody, 'as a user who may not read everything', () => {
  function runAsNobody(root: string, argv: readonly string[]) {
    fs.chmodSync(root, 0o755);
    const args = [installCommand(path.join(root, 'command')), ...argv, '--root', root];
    return spawnSync(process.execPath, args, { uid: 65534, gid: 65534, encoding: 'utf8', cwd: '/' });
  }

  const closed: [string, string][] = [
    ['a unit file', `${LIB}/docker.service`],
    ['a drop-in', `${ETC}/docker.service.d/10.conf`],
    ['a directory in the load path', '/run/systemd/system'],
    ['a directory above the load path', '/run/systemd'],
    ["the firewall's unit", `${LIB}/iptables.service`],
  ];
  test.each(closed)('%s that cannot be read', (_, name) => {
    const root = makeRoot(
      withFirewall('iptables.service', {
        [`${ETC}/docker.service.d/10.conf`]: '[Unit]\n',
        '/run/systemd/system': directory,
      }),
    );
    fs.chmodSync(path.join(root, name), 0o000);
    const { status, stdout, stderr } = runAsNobody(root, ['docker', '-n']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`cannot be read (EACCES)`);
    expect(stderr).toContain(name);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('a root that cannot be written ends with 4, and nothing changes', () => {
    const root = makeRoot(withFirewall());
    const { status, stderr } = runAsNobody(root, ['docker', '--yes']);
    expect(status).toBe(4);
    expect(stderr).toContain('permission denied');
    expect(stderr).toContain('everything was rolled back');
    expect(fs.existsSync(root + OURS)).toBe(false);
  });
});
