import { spawnSync } from 'node:child_process';
import fs from 'fs-extra';
import { EXIT, UnitPatchError } from '../errors.js';
import type { CommandResult, Manager } from './system.js';

/** systemd(1) itself gives a reload 90 s before it calls it stuck. */
const TIMEOUT_MS = 90_000;

const TYPES = '--type=service,socket,timer,path,target';
const STATES = '--state=active,reloading';

/**
 * The running systemd.
 * @param command the systemctl to call
 * @param booted the directory that only a running systemd makes
 * @throws UnitPatchError `no-systemd` where systemd is not the init of this machine: sd_booted(3)
 */
export function liveManager(command = 'systemctl', booted = '/run/systemd/system'): Manager {
  if (!fs.pathExistsSync(booted))
    throw new UnitPatchError(
      'no-systemd',
      'systemd is not running here',
      EXIT.usage,
      'name the root to patch: --root DIR (--root / for this one, without a reload)',
    );
  const systemctl = (...args: string[]): CommandResult => run(command, args);
  return {
    about: () => {
      const { stdout } = systemctl('show', '--property=UnitPath,Version');
      const unitPath = /^UnitPath=(.+)$/m.exec(stdout)?.[1]?.trim().split(/\s+/).join(':');
      const version = /^Version=(\d+)/m.exec(stdout)?.[1];
      return {
        ...(unitPath === undefined ? {} : { unitPath }),
        ...(version === undefined ? {} : { systemd: Number(version) }),
      };
    },
    isActive: (unit) => systemctl('is-active', '--quiet', '--', unit).status === 0,
    activeUnits: () => {
      const { stdout } = systemctl(
        'list-units',
        TYPES,
        STATES,
        '--plain',
        '--no-legend',
        '--full',
        '--no-pager',
      );
      return stdout.split('\n').flatMap((line) => /^\S+/.exec(line.trim()) ?? []);
    },
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
