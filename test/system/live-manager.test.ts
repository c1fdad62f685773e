import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { liveManager } from '../../src/system/live-manager.js';
import { openSystem } from '../../src/system/open-system.js';
import type { Manager } from '../../src/system/system.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

/** sd_booted(3): whether systemd is the init of this machine; it decides which half of these tests makes sense. */
const booted = fs.pathExistsSync('/run/systemd/system');

const whereNotBooted = booted ? () => undefined : test;
const whereBooted = booted ? describe : () => undefined;

whereNotBooted('without a running systemd there is no manager, and the error names the way out', () => {
  const error = expect.objectContaining({
    code: 'no-systemd',
    exitStatus: 2,
    hint: expect.stringContaining('--root'),
  });
  expect(() => liveManager()).toThrow(error);
  expect(() => openSystem()).toThrow(error);
});

test('an image has no manager', () => {
  const root = makeRoot();
  expect(openSystem(root).manager).toBeUndefined();
  expect(openSystem(root).files().root).toBe(root);
});

whereBooted('a running systemd is asked through its systemctl', () => {
  /** A manager whose systemctl is this shell script. */
  function managerOf(script: string): Manager {
    const command = `${makeRoot({ systemctl: `#!/bin/sh\n${script}\n` })}/systemctl`;
    fs.chmodSync(command, 0o755);
    return liveManager(command);
  }

  test('the load path has ":" between its entries', () => {
    expect(managerOf('echo "/a /b  /c"').unitPath()).toBe('/a:/b:/c');
  });

  test('the load path is unknown where systemctl fails or says nothing', () => {
    expect(managerOf('echo /a; exit 1').unitPath()).toBeUndefined();
    expect(managerOf('echo').unitPath()).toBeUndefined();
  });

  test('a unit is active where is-active says so by its exit status', () => {
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
    const { stdout } = managerOf('echo "$* $LC_ALL ${SYSTEMD_PAGER-unset}"').show('a.service', [
      'Id',
      'After',
    ]);
    expect(stdout).toBe('show --property=Id,After -- a.service C \n');
  });

  test('a systemctl that cannot be started has no status, and says why', () => {
    const result = liveManager('/nowhere/systemctl').reload();
    expect(result.status).toBeNull();
    expect(result.stderr).toContain('ENOENT');
  });
});
