import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { type Root, writeRoot } from './root.js';

// The directories that belong to the root being judged; they are emptied before the next one.
const WIPED = [
  'etc/alternatives',
  'etc/sysconfig',
  'etc/systemd',
  'run/systemd',
  'usr/local/lib/systemd',
  'usr/lib/systemd/system',
  'opt',
  'srv',
];

const MANAGER = 'usr/lib/systemd/systemd';

// Runs inside a mount namespace of its own, so everything it mounts goes when it ends. The image gets
// only links to the programs: systemd makes a unit of every mount it sees, so there is but one. When its
// input ends, also if the tests were killed, it removes the image; rmdir is the proof that
// nothing is mounted there any more.
const SETUP = `
set -eu
image=$1 base=$2
mkdir -p "$image/.judge" "$image/proc" "$image/dev" "$image/sys/fs/cgroup" "$image/usr/lib/systemd" "$image/etc"
mkdir -m 1777 "$image/tmp" "$image/.out"
mknod -m 666 "$image/dev/null" c 1 3
: <"$image/dev/null"
mount --bind "$base/usr" "$image/.judge"
mount -t proc proc "$image/proc"
mount -t cgroup2 none "$image/sys/fs/cgroup"
echo 00000000000000000000000000000001 > "$image/etc/machine-id"
ln -s usr/lib "$image/lib"
ln -s /.judge/lib64 "$image/lib64"
for path in "$base"/usr/lib/*-linux-gnu* "$base"/usr/lib/ld-linux* "$base"/usr/lib/systemd/libsystemd-* \\
    "$base"/usr/lib/systemd/systemd-executor; do
  [ ! -e "$path" ] || ln -s "/.judge\${path#"$base/usr"}" "$image\${path#"$base"}"
done
trap '' INT
chroot "$image" /.judge/bin/setpriv --reuid 65534 --clear-groups /.judge/bin/sh -c "$3" || :
umount "$image/.judge" "$image/proc" "$image/sys/fs/cgroup"
rmdir "$image/.judge" "$image/proc" "$image/sys/fs/cgroup"
rm -rf "$4"
`;

// Bounded in time and in what it prints, because there are units with which systemd never ends.
// What is read is a command, split at white space: no name that is asked for holds any.
const LOOP = `
set -f
echo ready
while read -r command; do
  status=0
  (
    ulimit -t 5
    ulimit -f 65536
    exec /.judge/$command
  ) >/.out/dump 2>/.out/log </dev/null || status=$?
  echo "$status"
done
`;

/** Why systemd cannot be asked here, or undefined if it can. */
export function whyNoSystemd(base = '/'): string | undefined {
  if (process.getuid?.() !== 0) return 'asking systemd needs root';
  if (!existsSync(join(base, MANAGER))) return `no ${MANAGER} in ${base}`;
  if (!existsSync(join(base, 'usr/bin/setpriv'))) return `no setpriv in ${base}`;
  const trial = spawnSync('unshare', ['--mount', '--propagation', 'private', 'true']);
  return trial.status === 0 ? undefined : 'no mount namespace can be made here';
}

/** What one run of systemd printed. */
export interface Run {
  readonly status: number;
  readonly dump: string;
  readonly log: string;
}

/**
 * A directory that is the whole file system of a test run of systemd. It is set up once and then
 * refilled with one root after the other, so a judgement costs little more than systemd itself.
 */
export class SystemdSandbox {
  private isBusy = false;
  private hasEnded = false;

  private constructor(
    private readonly top: string,
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly lines: Interface,
  ) {
    lines.once('close', () => (this.hasEnded = true));
    // What could not be written shows in the missing answer.
    child.stdin.on('error', () => undefined);
  }

  /** The root directory, to be read from outside too. */
  get image(): string {
    return join(this.top, 'image');
  }

  /** Opens a sandbox for the systemd of a tree; `/` is this machine's own. */
  static async open(base = '/'): Promise<SystemdSandbox> {
    const complaints: string[] = [];
    // Emptying a directory on a disk may take longer than systemd itself does.
    for (const place of ['/dev/shm', tmpdir()].filter((path) => existsSync(path))) {
      const sandbox = await SystemdSandbox.openIn(place, base);
      if (sandbox instanceof SystemdSandbox) return sandbox;
      complaints.push(sandbox);
    }
    throw new Error(`the sandbox for systemd cannot be set up: ${complaints.join('\n')}`);
  }

  private static async openIn(place: string, base: string): Promise<SystemdSandbox | string> {
    const top = mkdtempSync(join(place, 'unit-patch-judge-'));
    const image = join(top, 'image');
    mkdirSync(image);
    chmodSync(top, 0o755);
    const script = ['sh', '-c', SETUP, 'judge', image, base === '/' ? '' : base, LOOP, top];
    const child = spawn('unshare', ['--mount', '--propagation', 'private', ...script]);
    const sandbox = new SystemdSandbox(top, child, createInterface(child.stdout));
    let complaint = '';
    child.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
    if ((await sandbox.nextLine()) === 'ready') return sandbox;
    await sandbox.close();
    return complaint;
  }

  /** Replaces the root in the sandbox by another one. */
  fill(root: Root): void {
    for (const dir of WIPED) {
      rmSync(join(this.image, dir), { recursive: true, force: true });
      mkdirSync(join(this.image, dir), { recursive: true });
    }
    const stray = root.find((entry) => !WIPED.some((dir) => entry.path.startsWith(`${dir}/`)));
    if (stray) throw new Error(`${stray.path} is no place for a file of a judged root`);
    writeRoot(this.image, root);
  }

  /** The major version of the systemd in the sandbox. Replaces the root in it. */
  async version(): Promise<number> {
    this.fill([]);
    writeProbe(this.image, []);
    const { log } = await this.run(PROBE);
    const version = Number(/^systemd (\d+)/m.exec(log)?.[1] ?? NaN);
    if (!Number.isNaN(version)) return version;
    await this.close();
    throw new Error(`systemd does not run here: ${log}`);
  }

  /** Makes systemd load a unit of the root in the sandbox, and all that it refers to, and plan its start. */
  run(unit: string): Promise<Run> {
    return this.execute(`lib/systemd/systemd --test --system --unit=${unit} --log-level=info --no-pager`);
  }

  /** Asks systemd-analyze, which takes its words split at white space. */
  analyze(words: string): Promise<Run> {
    return this.execute(`bin/systemd-analyze ${words}`);
  }

  private async execute(command: string): Promise<Run> {
    // A test that timed out must not get its answer mixed up with that of the next one.
    if (this.isBusy) throw new Error(`systemd is still at work when asked for ${command}`);
    this.isBusy = true;
    this.child.stdin.write(`${command}\n`);
    const status = await this.nextLine();
    this.isBusy = false;
    if (status === undefined) throw new Error('the sandbox for systemd has ended');
    const read = (name: string): string => readFileSync(join(this.image, '.out', name), 'utf8');
    return { status: Number(status), dump: read('dump'), log: read('log') };
  }

  /** Ends the namespace, and removes all that the sandbox left on the disk. */
  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.stdin.end();
    if (this.child.exitCode === null) await ended;
    rmSync(this.top, { recursive: true, force: true });
  }

  private nextLine(): Promise<string | undefined> {
    if (this.hasEnded) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const settle = (line?: string): void => {
        this.lines.off('line', settle).off('close', settle);
        resolve(line);
      };
      this.lines.once('line', settle).once('close', settle);
    });
  }
}

/** Writes the unit that makes systemd load others, by the names they are asked by. */
export function writeProbe(image: string, units: readonly string[]): void {
  // After= loads a unit without starting it, so a broken or masked one does not spoil the run.
  const text = `[Unit]\nDefaultDependencies=no\nAfter=${units.join(' ')}\n`;
  writeFileSync(join(image, 'usr/lib/systemd/system', PROBE), text);
}

/** The name of the unit that makes systemd load the asked ones. */
export const PROBE = 'judge.target';
