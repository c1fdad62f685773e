import type { Box } from './box.js';

/** Every command of the script that does anything, and those that are asked before it. */
const COMMANDS = ['systemctl', 'mkdir', 'chmod', 'sync', 'ln', 'mv', 'sha256sum', 'timeout', 'tar'];

// It comes first in the PATH of the scripts, and takes the connection down before the command begins.
const CUTTER = `#!/bin/sh
case \${0##*/} in systemctl) echo "systemctl $1" ;; *) echo "\${0##*/}" ;; esac >>/run/cut/log
left=$(cat /run/cut/left 2>/dev/null || echo 0)
if [ "$left" -gt 0 ]; then
  echo $((left - 1)) >/run/cut/left
  if [ "$left" = 1 ]; then
    touch /run/cut/done
    pkill -KILL -f '^sshd.*@notty'
    sleep 0.2
  fi
fi
exec /usr/bin/\${0##*/} "$@"
`;

/** Breaks the connection from inside, at any command. */
export interface SshCutter {
  /** Breaks it at a command, counted from 0; without one it stays. */
  cutAt(count?: number): Promise<void>;
  /** The commands since then, systemctl with its verb. */
  commands(): Promise<string[]>;
  hasCut(): Promise<boolean>;
  /** Waits until no script runs any more. */
  settled(): Promise<void>;
  remove(): Promise<void>;
}

/** Lays the trap into a booted box. */
export async function sshCutter(box: Box): Promise<SshCutter> {
  await box.run('mkdir -p /run/cut');
  for (const command of COMMANDS) await box.write(`/usr/local/sbin/${command}`, CUTTER, '755');
  return {
    cutAt: async (count) => {
      await box.run(
        `rm -f /run/cut/done /run/cut/log; echo ${count === undefined ? 0 : count + 1} >/run/cut/left`,
      );
    },
    commands: async () => (await box.run('cat /run/cut/log')).split('\n'),
    hasCut: async () => (await box.run('[ ! -e /run/cut/done ] || echo yes')) === 'yes',
    settled: async () => {
      await box.run(
        'for try in $(seq 600); do pgrep -f "^sh -s" >/dev/null || exit 0; sleep 0.1; done; exit 1',
      );
      await box.run('echo 0 >/run/cut/left');
    },
    remove: async () => {
      await box.run(`cd /usr/local/sbin && rm ${COMMANDS.join(' ')}`);
    },
  };
}
