import { afterAll, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { hasOldStartLimit, systemdVersion } from '../../src/units/systemd-version.js';
import { makeRoot, removeTrees, type Tree } from '../helpers/tree.js';

afterAll(removeTrees);

const versionOf = (tree: Tree): number | undefined => systemdVersion(openRoot(makeRoot(tree)));
const release = (id: string, version: string): Tree => ({
  'etc/os-release': `NAME="x"\nVERSION="${version} (x)"\nID="${id}"\nID_LIKE="y z"\nVERSION_ID="${version}"\n`,
});

describe('the version of a root’s systemd is read from', () => {
  test.each([
    ['usr/lib/systemd/libsystemd-shared-239.so', 239],
    ['usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-257.so', 257],
    ['lib/systemd/libsystemd-shared-247.so', 247],
    ['usr/lib/systemd/libsystemd-shared-255.4-1.fc40.so', 255],
  ])('the name of its library, %s', (path, version) => {
    expect(versionOf({ [path]: '', ...release('centos', '7') })).toBe(version);
  });

  test('dpkg’s list, of the package systemd alone', () => {
    const entry = (name: string, version: string): string =>
      `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n\n`;
    const status = entry('libsystemd0', '300-1') + entry('systemd', '215-17+deb8u13') + entry('x', '1');
    expect(versionOf({ 'var/lib/dpkg/status': status })).toBe(215);
    expect(versionOf({ 'var/lib/dpkg/status': entry('systemd-sysv', '215-17') })).toBeUndefined();
  });

  test.each([
    ['centos', '7', 219],
    ['rhel', '7.9', 219],
    ['ol', '7.9', 219],
    ['amzn', '2', 219],
    ['sles', '12.5', 228],
    ['opensuse', '42.3', 228],
    ['debian', '8', 215],
    ['ubuntu', '16.04', 229],
    ['centos', '8', undefined],
    ['amzn', '2023', undefined],
    ['debian', '12', undefined],
    ['other', '7', undefined],
  ])('the release, if it is one of old: %s %s', (id, version, systemd) => {
    expect(versionOf(release(id, version))).toBe(systemd);
  });
});

test('the version that a running manager gives is taken, and no file is read', () => {
  const files = openRoot(makeRoot(release('centos', '7')));
  expect(hasOldStartLimit(files, {})).toBe(true);
  expect(hasOldStartLimit(files, { systemd: 230 })).toBe(false);
  expect(hasOldStartLimit(openRoot(makeRoot()), { systemd: 229 })).toBe(true);
  expect(hasOldStartLimit(openRoot(makeRoot()), {})).toBe(false);
});
