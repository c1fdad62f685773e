import { spawnSync } from 'node:child_process';
import fs from 'fs-extra';
import type { Machine } from './machine.js';

/** Long enough for a busy daemon; one that hangs must not keep anybody waiting. */
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 64 * 1024 * 1024;
/** A plain user's PATH, and some of cron's, have no room for iptables-save. */
const SBIN = '/usr/local/sbin:/usr/sbin:/sbin';

/** This machine. */
export function liveMachine(): Machine {
  return {
    isRoot: process.geteuid?.() === 0,
    ask: ([command = '', ...args]) => {
      const env = {
        ...process.env,
        PATH: `${process.env.PATH ?? '/usr/bin:/bin'}:${SBIN}`,
        LC_ALL: 'C',
        SYSTEMD_PAGER: '',
        SYSTEMD_COLORS: '0',
      };
      const result = spawnSync(command, args, {
        encoding: 'utf8',
        timeout: TIMEOUT_MS,
        killSignal: 'SIGKILL',
        maxBuffer: MAX_BYTES,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const { error } = result;
      if (!error) return { status: result.status, stdout: result.stdout, stderr: result.stderr };
      const code = (error as NodeJS.ErrnoException).code;
      const why =
        code === 'ENOENT' ? 'is not installed' : code === 'ETIMEDOUT' ? 'does not answer' : error.message;
      return { status: null, stdout: '', stderr: `${command} ${why}` };
    },
    read: (path) => {
      try {
        return fs.readFileSync(path, 'utf8');
      } catch {
        return undefined;
      }
    },
  };
}
