import { afterAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { addTo, makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';
import { COMMAND } from './run-case.js';

const made: string[] = [];

afterAll(() => {
  removeTrees();
  for (const place of made.splice(0)) fs.removeSync(place);
});

/** Where systemd seems to run, since its directory is there. */
const SEEMS_BOOTED = 'mount -t tmpfs t /run && mkdir -p /run/systemd/system && cd "$1" && shift && exec "$@"';
const inNamespace = (directory: string): string[] => [
  '--mount',
  '--propagation=private',
  'sh',
  '-c',
  SEEMS_BOOTED,
  'sh',
  directory,
];

function whyNoNamespace(): string | undefined {
  const { status } = spawnSync('unshare', [...inNamespace('/'), 'true']);
  return status === 0 ? undefined : 'it takes root to make a mount namespace';
}

/** Puts a systemctl there that writes down how it was called, and in which environment. */
function withSystemctl(top: string, at: string): string {
  const script = `#!/bin/sh\necho "$0 $1" >> ${top}/ran\nenv > ${top}/env\n`;
  addTo(top, { [`${at}/systemctl`]: script });
  fs.chmodSync(`${top}/${at}/systemctl`, 0o755);
  return `${top}/${at}`;
}

/** Who was run when the running system was to be patched, with this PATH, in this directory. */
function ran(top: string, PATH: string, directory: string): string[] {
  const foreign = [`PATH=${PATH}`, 'LD_SHOW_AUXV=', 'DOCKER_HOST=tcp://192.0.2.1:2375'];
  const argv = ['env', ...foreign, process.execPath, COMMAND, 'docker', '--dry-run'];
  const { status } = spawnSync('unshare', [...inNamespace(directory), ...argv]);
  // There is no docker.service, or no systemctl that answers; either way the command itself has run.
  expect([0, 2, 3]).toContain(status);
  return fs.existsSync(`${top}/ran`) ? fs.readFileSync(`${top}/ran`, 'utf8').split('\n').filter(Boolean) : [];
}

describeWhere(whyNoNamespace(), 'as root, no command runs', () => {
  const usual = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

  test('from the node_modules/.bin of a directory above the working directory, which npx puts first', () => {
    const top = makeRoot({ 'shared/admin/package.json': '{}' });
    const bin = withSystemctl(top, 'shared/node_modules/.bin');
    const npx = [
      `${top}/shared/admin/node_modules/.bin`,
      bin,
      '/tmp/node_modules/.bin',
      '/node_modules/.bin',
    ];
    expect(ran(top, [...npx, usual].join(':'), `${top}/shared/admin`)).toEqual([]);
  });

  test.each(['.', ':', ''])('from the working directory, with PATH=%s', (PATH) => {
    const top = makeRoot();
    expect(ran(top, PATH, withSystemctl(top, 'bin'))).toEqual([]);
  });

  test('from a directory in /tmp', () => {
    const top = makeRoot();
    expect(ran(top, `${withSystemctl(top, 'bin')}:${usual}`, '/')).toEqual([]);
  });
});

describeWhere(whyNoNamespace(), 'as root, what an administrator has installed', () => {
  test('runs, and inherits neither LD_… nor the engine of another machine', () => {
    const top = fs.mkdtempSync(path.join(os.userInfo().homedir, '.unit-patch-test-'));
    made.push(top);
    const bin = withSystemctl(top, 'bin');
    const calls = ran(top, `${bin}:/usr/bin:/bin`, '/');
    expect(calls[0]).toBe(`${bin}/systemctl show`);
    const env = fs.readFileSync(`${top}/env`, 'utf8');
    expect(env).toContain(`PATH=${bin}:/usr/bin:/bin`);
    expect(env).not.toMatch(/^(?:LD_|DOCKER_HOST)/m);
  });
});
