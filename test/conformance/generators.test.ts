// What systemd's own generators write, asked of those of this machine.
import { afterAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootPath } from '../../src/files/files.js';
import { openRoot } from '../../src/files/open-root.js';
import { OverlayFiles } from '../../src/files/overlay-files.js';
import { filesOf, generatedUnit } from '../../src/units/generated/generated.js';
import { UnitLoader } from '../../src/units/loader.js';
import type { Unit } from '../../src/units/unit.js';
import { addTo, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';

afterAll(removeTrees);

const GENERATORS = '/usr/lib/systemd/system-generators';
const whyNot = (name: string): string | undefined =>
  existsSync(`${GENERATORS}/${name}`) ? undefined : `no ${name} here`;

/** Runs a generator, and puts what it writes into a root where the boot would have it. */
function run(name: string, environment: Readonly<Record<string, string>>): string {
  const outputs = mkdtempSync(path.join(tmpdir(), 'unit-patch-generator-'));
  try {
    const directories = ['normal', 'early', 'late'].map((one) => path.join(outputs, one));
    for (const one of directories) mkdirSync(one);
    const { status, stderr } = spawnSync(`${GENERATORS}/${name}`, directories, {
      encoding: 'utf8',
      env: { ...process.env, SYSTEMD_LOG_TARGET: 'console', ...environment },
    });
    // It ends with 1 where it left out a line, and goes on.
    if (status === null) throw new Error(stderr);
    const root = makeRoot();
    fs.copySync(directories[0] ?? '', path.join(root, 'run/systemd/generator'));
    fs.copySync(directories[2] ?? '', path.join(root, 'run/systemd/generator.late'));
    return root;
  } finally {
    rmSync(outputs, { recursive: true, force: true });
  }
}

/** A root with the units of these names as we expect them. */
function expected(root: string, names: readonly string[]): UnitLoader {
  const files = openRoot(root);
  const made = names.flatMap((name) => generatedUnit(files, name) ?? []);
  return new UnitLoader(new OverlayFiles(files, made.flatMap(filesOf)));
}

// The check of the file system and the device: systemd has both by itself.
const ELSEWHERE = /^(?:systemd-fsck(?:-root|@.*)?\.service|blockdev@.*\.target)$/;

/** What a unit says, in the order of the words. */
function facts({ loadState, names, dependencies, directives }: Unit, keys: readonly string[]): unknown {
  return {
    loadState,
    names,
    dependencies: dependencies
      .filter(({ unit }) => !ELSEWHERE.test(unit))
      .map(({ type, unit }) => `${type}=${unit}`)
      .sort(),
    settings: directives
      .filter(({ key }) => keys.includes(key))
      .map(({ key, value }) => `${key}=${value}`)
      .sort(),
  };
}

/** The links beside the units: what pulls them in. */
function pulls(loader: UnitLoader, targets: readonly string[], names: readonly string[]): string[] {
  return targets.flatMap((target) =>
    loader
      .load(target)
      .dependencies.filter(({ unit }) => names.includes(unit))
      .map(({ type, unit }) => `${target} ${type}=${unit}`)
      .sort(),
  );
}

const FSTAB = `
# a comment
UUID=1111	/	ext4	defaults 0 1
192.0.2.10:/export/media /mnt/nas nfs4 defaults,_netdev 0 0
/dev/sdb1 /srv/da\\040ta ext4 nofail,x-systemd.device-timeout=10 0 2
/dev/sdc1 /srv/auto ext4 noauto,x-systemd.automount 0 0
/dev/sdd1 /srv/auto2 xfs x-systemd.automount,nofail 0 0
LABEL=x /srv/noauto ext4 noauto 0 0
/srv/a /srv/bind none bind,x-systemd.requires=zfs.target,x-systemd.requires=/srv/a,x-systemd.after=foo.service,x-systemd.before=docker.service,x-systemd.requires-mounts-for=/opt/x 0 0
tmpfs /tmp tmpfs defaults 0 0
proc /proc proc defaults 0 0
//srv/share /srv/cifs cifs credentials=/x 0 0
host:/x /srv/bg nfs bg 0 0
/dev/sdg1 /srv/wb ext4 x-systemd.wanted-by=docker.service,x-systemd.required-by=foo.service 0 0
/dev/sdh1 /srv/dup ext4 defaults 0 0
/dev/sdi1 /srv/dup nfs _netdev 0 0
/dev/sdj1 /srv/rw/ ext4 ro 0 0
/dev/sdk1 relative ext4 defaults
/dev/sdl1 /srv/none auto
gfs /srv/ceph fuse.ceph name=admin 0 0
/dev/sdn1 /srv/e-x/.y ext4 _netdev,nofail 0 0
`;

describeWhere(
  whyNot('systemd-fstab-generator'),
  'a mount of /etc/fstab is what the generator makes of it',
  () => {
    const root = makeRoot({ 'etc/fstab': FSTAB });
    const theirs = new UnitLoader(
      openRoot(run('systemd-fstab-generator', { SYSTEMD_FSTAB: path.join(root, 'etc/fstab') })),
    );
    const names = [...theirs.map.entries.keys()].filter((name) => /\.(?:auto)?mount$/.test(name));
    const ours = expected(root, names);

    test('no unit is missing, and none is invented', () => {
      expect(names.length).toBeGreaterThan(15);
      const files = openRoot(root);
      for (const name of ['proc.mount', 'relative.mount', 'srv.mount', 'srv-rw.automount'])
        expect([name, generatedUnit(files, name)]).toEqual([name, undefined]);
    });

    test.each(names)('%s', (name) => {
      const keys = ['What', 'Where', 'Type', 'RequiresMountsFor'];
      expect(facts(ours.load(name), keys)).toEqual(facts(theirs.load(name), keys));
    });

    test('what pulls them in', () => {
      const targets = ['local-fs.target', 'remote-fs.target', 'docker.service', 'foo.service'];
      const files: Tree = Object.fromEntries(
        targets.map((one) => [
          `usr/lib/systemd/system/${one}`,
          one.endsWith('service') ? '[Service]\nExecStart=/a\n' : '[Unit]\n',
        ]),
      );
      addTo(root, files);
      const generated = run('systemd-fstab-generator', { SYSTEMD_FSTAB: path.join(root, 'etc/fstab') });
      addTo(generated, files);
      const found = pulls(new UnitLoader(openRoot(generated)), targets, names);
      expect(pulls(expected(root, names), targets, names)).toEqual(found);
      expect(found).toContain('remote-fs.target Requires=mnt-nas.mount');
    });
  },
);

const LSB = `#!/bin/sh
### BEGIN INIT INFO
# Provides:          firewall fw-alias
# Required-Start:    $local_fs $network other
# Required-Stop:     $local_fs
# Should-Start:      $syslog named $remote_fs $portmap $named $time docker.sh
# X-Start-Before:    docker
# Default-Start:     2 3 4 5
# Short-Description: firewall
### END INIT INFO
echo "Usage: $0 {start|stop|reload|restart}"
`;
const BARE = '#!/bin/sh\n# chkconfig: 2345 08 92\n# pidfile: /var/run/bare.pid\ncase $1 in start) ;; esac\n';

describeWhere(
  whyNot('systemd-sysv-generator'),
  'an init script’s service is what the generator makes of it',
  () => {
    // Each alone: the order among scripts without a header is not worked out.
    const trees: Record<string, Tree> = {
      'firewall.service': {
        'etc/init.d/firewall': LSB,
        ...Object.fromEntries(
          [2, 3, 4, 5].map((level) => [`etc/rc${level}.d/S01firewall`, link('../init.d/firewall')]),
        ),
      },
      'fw-alias.service': { 'etc/init.d/firewall': LSB },
      'bare.service': { 'etc/init.d/bare': BARE, 'etc/rc5.d/S08bare': link('../init.d/bare') },
      'off.service': {
        'etc/init.d/off.sh': LSB.replace('firewall fw-alias', 'off'),
        'etc/rc2.d/K08off': link('x'),
      },
    };
    test.each(Object.entries(trees))('%s', (name, tree) => {
      const root = makeRoot(tree);
      for (const script of readdirSync(path.join(root, 'etc/init.d')))
        fs.chmodSync(path.join(root, 'etc/init.d', script), 0o755);
      const generated = run('systemd-sysv-generator', {
        SYSTEMD_SYSVINIT_PATH: path.join(root, 'etc/init.d'),
        SYSTEMD_SYSVRCND_PATH: path.join(root, 'etc'),
      });
      const targets = ['multi-user.target', 'graphical.target'];
      const files: Tree = Object.fromEntries(
        targets.map((one) => [`usr/lib/systemd/system/${one}`, '[Unit]\n']),
      );
      addTo(root, files);
      addTo(generated, files);
      const theirs = new UnitLoader(openRoot(generated));
      const ours = expected(root, [name]);
      const keys = ['Type', 'RemainAfterExit', 'PIDFile', 'KillMode', 'Restart', 'SuccessExitStatus'];
      const unit = theirs.load(name);
      expect(unit.loadState).toBe('loaded');
      // The order before its target is that of the target itself, which waits for what it wants.
      const { dependencies } = unit;
      const without = dependencies.filter(
        ({ type, unit: other }) => type !== 'Before' || !targets.includes(other),
      );
      expect(facts(ours.load(name), keys)).toEqual(facts({ ...unit, dependencies: without }, keys));
      expect(pulls(ours, targets, [unit.id])).toEqual(pulls(theirs, targets, [unit.id]));
      const commands = (one: Unit): string[] =>
        one.directives
          .filter(({ key }) => key.startsWith('Exec'))
          .map(({ key, value }) => `${key}=${value.replace(root, '')}`);
      expect(commands(ours.load(name))).toEqual(commands(unit));
    });
  },
);

test('a script that cannot be run makes no service', () => {
  const root = makeRoot({ 'etc/init.d/firewall': LSB });
  fs.chmodSync(path.join(root, 'etc/init.d/firewall'), 0o644);
  expect(generatedUnit(openRoot(root), 'firewall.service')).toBeUndefined();
  expect(openRoot(root).follow(rootPath('/etc/init.d/firewall')).info?.kind).toBe('file');
});
