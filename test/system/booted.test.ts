import { afterAll, expect, test } from '@jest/globals';
import { runsInChroot, whyNoManager } from '../../src/system/systemctl.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

test('without the directory that systemd makes, systemd is not running', () => {
  expect(whyNoManager('/nowhere/at/all', () => false)).toBe('systemd is not running here');
});

test('a chroot has no manager, though the directory is there: systemctl would answer yes to everything', () => {
  expect(whyNoManager(makeRoot(), () => true)).toBe('systemd does not manage this root: it is a chroot');
  expect(whyNoManager(makeRoot(), () => false)).toBeUndefined();
});

test('the root of the first process decides, as in running_in_chroot() of systemd', () => {
  expect(runsInChroot('/', {})).toBe(false);
  expect(runsInChroot(makeRoot(), {})).toBe(true);
  expect(runsInChroot('/nowhere/at/all', {})).toBe(true);
});

test('SYSTEMD_IGNORE_CHROOT=1 says that the manager is there all the same', () => {
  expect(runsInChroot(makeRoot(), { SYSTEMD_IGNORE_CHROOT: '1' })).toBe(false);
  expect(runsInChroot(makeRoot(), { SYSTEMD_IGNORE_CHROOT: '0' })).toBe(true);
});
