import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

// Two of Jest's workers may want the same thing: one makes it, the other waits. What a killed one left
// is made anew, and the rename is the last step, so what stands at the place is whole.
const ONCE = `
place=$1
shift
exec 9>"$place.lock"
flock 9
[ ! -e "$place" ] || exit 0
rm -rf "$place.partial"
mkdir -p "$place.partial"
make "$place.partial" "$@"
mv "$place.partial" "$place"
`;

/**
 * Makes a directory of the cache by a shell function's body, which is given a directory to fill and then
 * `args`, unless it is at hand. It runs in a mount and a PID namespace, so neither mounts nor processes
 * outlive it, and it ends with this process. Another body or other arguments make another directory.
 */
export function makeOnce(name: string, body: string, args: readonly string[]): string {
  const recipe = createHash('sha256')
    .update(JSON.stringify([body, args]))
    .digest('hex')
    .slice(0, 8);
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const place = join(cache, 'unit-patch', 'lab', `${name}.${recipe}`);
  if (existsSync(place)) return place;
  mkdirSync(dirname(place), { recursive: true });
  const apart = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const script = ['sh', '-euc', `make() {\n${body}\n}\n${ONCE}`, 'make', place, ...args];
  const { status, stdout, stderr } = spawnSync(
    'setpriv',
    ['--pdeathsig', 'KILL', 'unshare', ...apart, ...script],
    { encoding: 'utf8', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' } },
  );
  if (status !== 0)
    throw new Error(`${name} cannot be made:\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`);
  return place;
}
