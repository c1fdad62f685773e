import { spawnSync } from 'node:child_process';
import fs from 'fs-extra';
import { EXIT, UnitPatchError } from '../errors.js';
import type { CommandResult, Manager } from './system.js';

/** systemd(1) itself gives a reload 90 s before it calls it stuck. */
const TIMEOUT_MS = 90_000;

/**
 * The running systemd.
 * @param command the systemctl to call
 * @throws UnitPatchError `no-systemd` where systemd is not the init of this machine: sd_booted(3)
 */
export function liveManager(command = 'systemctl'): Manager {
  if (!fs.pathExistsSync('/run/systemd/system'))
    throw new UnitPatchError(
      'no-systemd',
      'systemd is not running here',
      EXIT.usage,
      'name the root to patch: --root DIR (--root / for this one, without a reload)',
    );
  const systemctl = (...args: string[]): CommandResult => run(command, args);
  return {
    unitPath: () => {
      const { status, stdout } = systemctl('show', '--property=UnitPath', '--value');
      return status === 0 ? stdout.trim().split(/\s+/).join(':') || undefined : undefined;
    },
    isActive: (unit) => systemctl('is-active', '--quiet', '--', unit).status === 0,
    reload: () => systemctl('daemon-reload'),
    show: (unit, properties) => systemctl('show', `--property=${properties.join(',')}`, '--', unit),
  };
}

function run(command: string, args: readonly string[]): CommandResult {
  const env = { ...process.env, LC_ALL: 'C', SYSTEMD_PAGER: '', SYSTEMD_COLORS: '0' };
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const why = result.error ? `${command} ${args[0] ?? ''}: ${result.error.message}` : result.stderr;
  return { status: result.error ? null : result.status, stdout: result.stdout, stderr: why };
}
