import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const PROGRAMS = ['systemd-nspawn', 'debootstrap', 'nsenter', 'unshare', 'setpriv', 'flock', 'ip'];

// The only way to know about overlays and namespaces is to try what the lab does.
const TRIAL = `
mount -t tmpfs lab /mnt && mkdir /mnt/lower /mnt/upper /mnt/work /mnt/root &&
mount -t overlay lab -o lowerdir=/mnt/lower,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
`;

/** The mount point of the unified tree of cgroups. */
export function cgroupsMount(): string | undefined {
  return /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/self/mounts', 'utf8'))?.[1];
}

/** Why no box can boot here; undefined if one can. */
export function whyNoLab(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'the lab needs root on Linux';
  if (!existsSync('/etc/apt/sources.list.d/debian.sources')) return 'the lab needs a Debian to make one from';
  const missing = PROGRAMS.filter((name) => spawnSync(name, ['--version']).error !== undefined);
  if (missing.length > 0) return `the lab needs ${missing.join(', ')}`;
  if (cgroupsMount() === undefined) return 'no unified tree of cgroups is mounted here';
  const apart = ['--mount', '--propagation', 'private', '--pid', '--fork', '--net', 'sh', '-c', TRIAL];
  const { status, stderr } = spawnSync('unshare', apart, { encoding: 'utf8' });
  return status === 0 ? undefined : `this kernel lets us make no box: ${stderr.trim()}`;
}
