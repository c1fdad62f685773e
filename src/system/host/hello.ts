import { EXIT, UnitPatchError } from '../../errors.js';
import { wholeScript } from '../../syntax/shell.js';
import type { Manager } from '../system.js';
import { ABOUT, readAbout } from '../systemctl.js';

/** What another machine says of itself when the connection is made. */
export interface Hello {
  readonly isRoot: boolean;
  /** the commands that it has, out of ASKED */
  readonly commands: ReadonlySet<string>;
  /** what systemd says of itself there */
  readonly about: ReturnType<Manager['about']>;
  /** microseconds since its boot, by the clock of the timestamps that systemd calls monotonic */
  readonly now: number;
}

/** Without these nothing can be done there. */
const NEEDED = ['systemctl', 'tar', 'base64', 'stat', 'sha256sum', 'timeout'];
const ASKED = [...NEEDED, 'systemd-analyze', 'restorecon', 'docker', 'bash'];

/** The script of the first session. The kernel tells that clock to root only; the other one counts sleep, too. */
export const HELLO = wholeScript(`
echo "uid=$(id -u)"
[ -d /run/systemd/system ] && echo booted=yes
[ "$(id -u)" != 0 ] || [ "$(stat -Lc %d:%i /proc/1/root)" = "$(stat -Lc %d:%i /)" ] || echo chroot=yes
for command in ${ASKED.join(' ')}; do command -v "$command" >/dev/null 2>&1 && echo "has=$command"; done
while read -r word at nanoseconds _; do
  [ "$word $at" = 'now at' ] && echo "nanoseconds=$nanoseconds" && break
done 2>/dev/null </proc/timer_list
systemctl ${ABOUT.join(' ')} </dev/null
read -r seconds _ </proc/uptime && echo "seconds=$seconds"
echo ready`);

/**
 * Reads what that script has printed.
 * @throws UnitPatchError `no-systemd`, `host-lacks`
 */
export function readHello(said: string, host: string): Hello {
  const lines = said.split('\n').map((line) => line.trim());
  const valueOf = (key: string): string | undefined =>
    lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1);
  const commands = new Set(lines.flatMap((line) => /^has=(.+)$/.exec(line)?.[1] ?? []));
  const without = 'name a copy of its files: --root DIR';
  const why =
    valueOf('booted') !== 'yes'
      ? `systemd is not running on ${host}`
      : valueOf('chroot') === 'yes'
        ? `systemd does not manage what ${host} shows: it is a chroot`
        : undefined;
  if (why !== undefined) throw new UnitPatchError('no-systemd', why, EXIT.usage, without);
  const lacking = NEEDED.filter((command) => !commands.has(command));
  if (lacking.length > 0)
    throw new UnitPatchError('host-lacks', `${host} has no ${lacking.join(', ')}`, EXIT.usage, without);
  const nanoseconds = Number(valueOf('nanoseconds'));
  const seconds = Number(valueOf('seconds'));
  return {
    isRoot: valueOf('uid') === '0',
    commands,
    about: readAbout(said),
    now: nanoseconds ? nanoseconds / 1000 : seconds * 1e6,
  };
}
