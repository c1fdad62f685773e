import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

// All that runs and is mounted is in a PID and a mount namespace, which end with the inner shell; and that
// ends with its input, also if the tests are killed. The outer shell then clears away the two things that
// no namespace takes with it: a cgroup and an empty directory. Both are named by its pid, so that a later
// one knows those of a shell that was killed itself.
const OUTER = `
set -eu
cgroups=$1 tmp=$2 lower=$3 inner=$4
trap '' INT TERM HUP
sweep() { find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || :; }
for stale in "$cgroups"/unit-patch-lab.* "$tmp"/unit-patch-lab.*; do
  [ -d "/proc/\${stale##*.}" ] || sweep "$stale"
done
cgroup="$cgroups/unit-patch-lab.$$" top="$tmp/unit-patch-lab.$$"
mkdir "$cgroup" "$top"
unshare --mount --propagation private --pid --fork --kill-child --mount-proc \\
  sh -c "$inner" lab "$cgroup" "$top" "$lower" || :
sweep "$cgroup"
rmdir "$top"
`;

// /run is hidden, so that nspawn neither finds this machine's systemd nor leaves anything there. By the two .updated
// files of systemd-update-done.service(8) a boot does not make every cache of the tree anew, as after an upgrade.
const INNER = `
set -eu
cgroup=$1 top=$2 lower=$3
trap '' INT TERM HUP
mount -t tmpfs -o mode=755 lab "$top"
mount -t tmpfs -o mode=755 lab /run
cd "$top"
mkdir upper work root docker containerd
mount -t overlay lab -o "lowerdir=$lower,upperdir=$top/upper,workdir=$top/work" root
mkdir -p root/var/lib/docker root/var/lib/containerd
: >root/etc/.updated
: >root/var/.updated
echo "$top/root"
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
boot() {
  (
    trap - INT TERM HUP
    echo 0 >"$cgroup/cgroup.procs"
    exec systemd-nspawn -q -D "$top/root" -M lab --boot --register=no --keep-unit --private-network \\
      --capability=all '--system-call-filter=add_key keyctl bpf' --bind=/dev/fuse --resolv-conf=off \\
      --timezone=off --link-journal=no --console=pipe \\
      --bind="$top/docker:/var/lib/docker" --bind="$top/containerd:/var/lib/containerd"
  ) </dev/null >"$top/console" 2>&1 &
  nspawn=$!
}
while read -r verb; do
  case $verb in
    boot) boot; echo "$nspawn" ;;
    wait) wait "$nspawn" || :; find "$cgroup" -mindepth 1 -depth -type d -exec rmdir {} +; echo ended ;;
  esac
done
`;

/** The file systems of one box, and the process with which all of it ends. */
export class BoxNamespaces {
  private constructor(
    private readonly outer: ChildProcessWithoutNullStreams,
    private readonly lines: AsyncIterator<string>,
    /** The box's root directory, as seen in the namespaces of `pid`. */
    readonly root: string,
  ) {}

  /** Lays the layers over each other, the uppermost first, and over all of them an empty one to write to. */
  static async open(layers: readonly string[], cgroups: string, tmp = '/tmp'): Promise<BoxNamespaces> {
    const script = ['-c', OUTER, 'lab', cgroups, tmp, layers.join(':'), INNER];
    // Detached: an interrupt from the terminal is for the tests, whose end then closes the input.
    const outer = spawn('sh', script, { detached: true });
    let complaint = '';
    outer.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
    outer.stdin.on('error', () => undefined);
    const lines = createInterface(outer.stdout)[Symbol.asyncIterator]();
    const first = await lines.next();
    if (!first.done) return new BoxNamespaces(outer, lines, first.value);
    throw new Error(`the file systems of a box cannot be set up: ${complaint}`);
  }

  /** The shell inside the namespaces, as this process numbers it. */
  get pid(): number {
    // Between the two shells stands unshare.
    const [fork] = childrenOf(this.outer.pid ?? 0);
    const [inner] = childrenOf(fork ?? 0);
    if (inner === undefined) throw new Error('the box has been closed');
    return inner;
  }

  /** Starts systemd-nspawn. */
  async boot(): Promise<void> {
    await this.say('boot');
  }

  /** The box's init, once nspawn has made it. */
  get init(): number | undefined {
    const nspawn = childrenOf(this.pid).find((pid) => nameOf(pid) === 'systemd-nspawn');
    return childrenOf(nspawn ?? 0).find((pid) => nameOf(pid) === 'systemd');
  }

  /** Returns when systemd-nspawn has ended. */
  async ended(): Promise<void> {
    await this.say('wait');
  }

  /** Ends all that runs in the box, and removes its mounts, its cgroup and its directories. */
  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.outer.once('exit', resolve));
    this.outer.stdin.end();
    if (this.outer.exitCode === null) await ended;
  }

  private async say(verb: string): Promise<string> {
    this.outer.stdin.write(`${verb}\n`);
    const answer = await this.lines.next();
    if (answer.done) throw new Error(`the box ended when told to ${verb}`);
    return answer.value;
  }
}

/** The processes that a process has started, as long as they and it live. */
export function childrenOf(pid: number): number[] {
  const text = readOrEmpty(`/proc/${pid}/task/${pid}/children`);
  return text.split(' ').filter(Boolean).map(Number);
}

function nameOf(pid: number): string {
  return readOrEmpty(`/proc/${pid}/comm`).trim();
}

// Processes end while they are looked at.
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
