import { mirror } from '../conformance/trees.js';
import { makeOnce } from './cache.js';

/** The generations of systemd and docker that the lab knows, by Debian's suite. */
export const GENERATIONS = {
  bookworm: { systemd: 252, docker: '20.10', packages: ['docker.io'] },
  trixie: { systemd: 257, docker: '26.1', packages: ['docker.io', 'docker-cli'] },
  // What is to come: it moves, so nobody is held up by it.
  sid: { systemd: 262, docker: '28.5', packages: ['docker.io', 'docker-cli'] },
} as const;

/** A Debian suite of which the lab can make a box. */
export type Suite = keyof typeof GENERATIONS;

/** The generations to run the lab with: those that UNIT_PATCH_LAB names, else `usual`. */
export function labSuites(usual: readonly Suite[] = ['trixie']): Suite[] {
  const asked = process.env.UNIT_PATCH_LAB?.split(',') ?? usual;
  return asked.map((name) => {
    if (name in GENERATIONS) return name as Suite;
    throw new Error(`UNIT_PATCH_LAB: ${name} is none of ${Object.keys(GENERATIONS).join(', ')}`);
  });
}

const PACKAGES = ['systemd', 'systemd-sysv', 'dbus', 'iproute2', 'iptables', 'procps', 'ca-certificates'];

// What only costs time in a box that lives for seconds, or would do something by itself.
const IDLE = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  // The kernel is not the box's own.
  'systemd-modules-load.service',
];

const BOOTSTRAP = `
debootstrap --variant=minbase "--include=$3" "$2" "$1" "$4"
rm -f "$1"/var/cache/apt/archives/*.deb
: >"$1/etc/machine-id"
mkdir -p "$1/etc/systemd/system.conf.d"
printf '[Manager]\\nDefaultTimeoutStopSec=20s\\n' >"$1/etc/systemd/system.conf.d/lab.conf"
for unit in $5; do ln -s /dev/null "$1/etc/systemd/system/$unit"; done
`;

// A mirror of sid may stand still for longer than its release file is valid.
const INSTALL = `
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/root"
printf '#!/bin/sh\\nexit 101\\n' >"$1/root/usr/sbin/policy-rc.d"
chmod 755 "$1/root/usr/sbin/policy-rc.d"
mount -t proc proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
chroot "$1/root" apt-get -q -o Acquire::Check-Valid-Until=false update
chroot "$1/root" apt-get -q install -y --no-install-recommends $3
chroot "$1/root" apt-get clean
rm "$1/root/usr/sbin/policy-rc.d"
umount -l "$1/root/dev" "$1/root/proc"
umount "$1/root"
rmdir "$1/root"
rm -rf "$1/work"
`;

/** The tree of a suite: a small Debian with dockerd. Made from the mirror that this machine's own apt uses. */
export function makeTree(suite: Suite): string {
  const packages = [...PACKAGES, ...GENERATIONS[suite].packages].join(',');
  return makeOnce(suite, BOOTSTRAP, [suite, packages, mirror(), IDLE.join(' ')]);
}

/** What installing packages changes in the tree of a suite, as a directory to lay over it. */
export function makeLayer(suite: Suite, ...packages: readonly string[]): string {
  return `${makeOnce([suite, ...packages].join('-'), INSTALL, [makeTree(suite), packages.join(' ')])}/upper`;
}
