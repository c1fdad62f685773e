import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { openSystem } from '../../src/system/open-system.js';
import type { Manager } from '../../src/system/system.js';
import { liveManager } from '../../src/system/systemctl.js';
import { directory, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

/** A manager whose systemctl is this shell script, on a machine that systemd has booted. */
function managerOf(script: string): Manager {
  const root = makeRoot({ systemctl: `#!/bin/sh\n${script}\n`, booted: directory });
  fs.chmodSync(`${root}/systemctl`, 0o755);
  return liveManager(`${root}/systemctl`, `${root}/booted`);
}

test('without a running systemd there is no manager, and the error names the way out', () => {
  expect(() => liveManager('systemctl', '/nowhere/at/all')).toThrow(
    expect.objectContaining({
      code: 'no-systemd',
      exitStatus: 2,
      hint: expect.stringContaining('--root'),
    }),
  );
});

test('an image has no manager', () => {
  const root = makeRoot();
  expect(openSystem(root).manager).toBeUndefined();
  expect(openSystem(root).files().root).toBe(root);
});

describe('systemd says of itself', () => {
  test('its load path, with ":" between the entries, and its version', () => {
    const manager = managerOf('echo "UnitPath=/a /b  /c"; echo "Version=252.38-1~deb12u1"');
    expect(manager.about()).toEqual({ unitPath: '/a:/b:/c', systemd: 252 });
  });

  test.each(['exit 1', 'echo', 'echo UnitPath=; echo Version='])('nothing, if it does not: %s', (script) => {
    expect(managerOf(script).about()).toEqual({});
  });
});

test('a unit is active if is-active says so by its exit status', () => {
  expect(managerOf('test "$*" = "is-active --quiet -- a.service"').isActive('a.service')).toBe(true);
  expect(managerOf('exit 3').isActive('a.service')).toBe(false);
});

test('a reload is daemon-reload, with what it printed', () => {
  expect(managerOf('echo "$*"; echo why >&2; exit 5').reload()).toEqual({
    status: 5,
    stdout: 'daemon-reload\n',
    stderr: 'why\n',
  });
});

test('properties are asked for by name, in English and without a pager', () => {
  const manager = managerOf('echo "$* $LC_ALL ${SYSTEMD_PAGER-unset}"');
  const { stdout } = manager.show('a.service', ['Id', 'After']);
  expect(stdout).toBe('show --property=Id,After -- a.service C \n');
});

test('a unit that was started is waited for while a job is queued for it, but not for ever', () => {
  const jobs = 'case $1 in show) test -e "$0.asked" || echo Job=17; echo >>"$0.asked";; esac';
  const root = makeRoot({ systemctl: `#!/bin/sh\n${jobs}\n`, booted: directory });
  fs.chmodSync(`${root}/systemctl`, 0o755);
  liveManager(`${root}/systemctl`, `${root}/booted`).act?.('start', 'a.service');
  expect(fs.readFileSync(`${root}/systemctl.asked`, 'utf8')).toBe('\n\n');

  const always = makeRoot({ systemctl: '#!/bin/sh\necho Job=17\n', booted: directory });
  fs.chmodSync(`${always}/systemctl`, 0o755);
  const manager = liveManager(`${always}/systemctl`, `${always}/booted`, { timeoutMs: 400 });
  expect(manager.act?.('start', 'a.service')).toMatchObject({ status: 0 });
});

test('a systemctl that cannot be started has no status, and says why', () => {
  const result = liveManager('/nowhere/systemctl', makeRoot()).reload();
  expect(result.status).toBeNull();
  expect(result.stderr).toContain('ENOENT');
});

test('a systemctl that a signal ends has no status', () => {
  expect(managerOf('kill -9 $$').reload().status).toBeNull();
});

test('a systemctl that takes too long is killed, and the reason says so', () => {
  const root = makeRoot({ systemctl: '#!/bin/sh\ntrap "" TERM\nwhile :; do sleep 0.1; done\n' });
  fs.chmodSync(`${root}/systemctl`, 0o755);
  const result = liveManager(`${root}/systemctl`, root, { timeoutMs: 200 }).reload();
  expect(result.status).toBeNull();
  expect(result.stderr).toBe('systemctl daemon-reload did not end within 0.2 s, and was killed');
});

test('what the user set to debug systemd does not change what its commands print', () => {
  const manager = managerOf('env');
  const mine = { SYSTEMD_LOG_LEVEL: 'debug', SYSTEMD_LOG_TARGET: 'null', SYSTEMD_UNIT_PATH: '/x' };
  Object.assign(process.env, mine);
  const { stdout } = manager.reload();
  for (const name of Object.keys(mine)) Reflect.deleteProperty(process.env, name);
  expect(stdout).toContain('LC_ALL=C');
  expect(stdout).not.toMatch(/SYSTEMD_LOG|SYSTEMD_UNIT_PATH/);
});

describe('systemd-analyze and restorecon', () => {
  const script = '#!/bin/sh\necho "$*"\n';

  test('are called where $PATH has them', () => {
    const root = makeRoot({ 'systemd-analyze': script, restorecon: script });
    for (const name of fs.readdirSync(root)) fs.chmodSync(`${root}/${name}`, 0o755);
    const manager = liveManager('systemctl', root, { path: `relative::/nowhere:${root}` });
    expect(manager.verify?.(['a.service', 'b.service']).stdout).toBe(
      'verify --man=no -- a.service b.service\n',
    );
    expect(manager.relabel?.(['/etc/a', '/etc/b']).stdout).toBe('-- /etc/a /etc/b\n');
  });

  test('are not asked if there are none, or none that may be run', () => {
    const root = makeRoot({ 'systemd-analyze': script, restorecon: directory });
    const manager = liveManager('systemctl', root, { path: root });
    expect(Object.keys(manager)).not.toContain('verify');
    expect(Object.keys(manager)).not.toContain('relabel');
  });
});
