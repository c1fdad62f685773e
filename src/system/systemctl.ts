import fs from 'node:fs';
import { EXIT, UnitPatchError } from '../errors.js';
import { findCommand } from './find-command.js';
import { pause } from './pause.js';
import { type CommandWords, runCommand } from './run-command.js';
import type { CommandResult, Manager } from './system.js';

/** The words that systemd's parse_boolean() takes for yes. */
const YES = /^(?:1|y|yes|t|true|on)$/i;

/**
 * Why there is no manager to ask; undefined if there is one. In a chroot systemctl ends with 0 and does nothing
 * ("Running in chroot, ignoring"): every unit would count as active, and every reload as done.
 * @param booted the directory that only a running systemd makes
 */
export function whyNoManager(booted: string, isChroot = runsInChroot): string | undefined {
  if (!fs.existsSync(booted)) return 'systemd is not running here';
  return isChroot() ? 'systemd does not manage this root: it is a chroot' : undefined;
}

/** Decides as running_in_chroot() of systemd does, which systemctl calls. */
export function runsInChroot(firstRoot = '/proc/1/root/', env: NodeJS.ProcessEnv = process.env): boolean {
  if (YES.test(env.SYSTEMD_IGNORE_CHROOT ?? '')) return false;
  try {
    const [first, own] = [firstRoot, '/'].map((place) => fs.statSync(place, { bigint: true }));
    return first?.dev !== own?.dev || first?.ino !== own?.ino;
  } catch (error) {
    // Without /proc systemd assumes a chroot; a plain user may not look there, so nothing is said.
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** systemd(1) itself gives a reload 90 s before it calls it stuck. */
const TIMEOUT_MS = 90_000;

/** A program that cannot be run, or that ends at once, has done so by then: systemd counts it as started before. */
const SETTLES_MS = 300;

/** What it is asked about itself. */
export const ABOUT = ['show', '--property=UnitPath,Version'];

/** Reads what it answers to that. */
export function readAbout(stdout: string): ReturnType<Manager['about']> {
  const unitPath = /^UnitPath=(.+)$/m.exec(stdout)?.[1]?.trim().split(/\s+/).join(':');
  const version = /^Version=(?:systemd )?(\d+)/m.exec(stdout)?.[1];
  return {
    ...(unitPath === undefined ? {} : { unitPath }),
    ...(version === undefined ? {} : { systemd: Number(version) }),
  };
}

const TYPES = '--type=service,socket,timer,path,target';
const STATES = '--state=active,reloading';

/** How the running systemd is reached; every value has a default. */
export interface LiveOptions {
  /** how long a command may take before it is killed */
  readonly timeoutMs?: number;
  /** where systemd-analyze and restorecon are looked for, as $PATH has it; the caller vouches for these directories */
  readonly path?: string;
}

/**
 * The running systemd.
 * @param command the systemctl to call
 * @param booted the directory that only a running systemd makes
 * @throws UnitPatchError `no-systemd` if systemd does not run here: sd_booted(3), or this is a chroot
 */
export function liveManager(
  command = 'systemctl',
  booted = '/run/systemd/system',
  { timeoutMs = TIMEOUT_MS, path }: LiveOptions = {},
): Manager {
  const why = whyNoManager(booted);
  if (why !== undefined)
    throw new UnitPatchError(
      'no-systemd',
      why,
      EXIT.usage,
      'name the root to patch: --root DIR (--root / for this one, without a reload)',
    );
  return managerBy((words) => runCommand(words, timeoutMs), {
    command,
    analyze: installed('systemd-analyze', path),
    restorecon: installed('restorecon', path),
    timeoutMs,
  });
}

/** The commands by which a manager is reached. */
export interface ManagerCommands {
  /** the systemctl to call */
  readonly command?: string;
  /** systemd-analyze and restorecon, if the machine has them */
  readonly analyze?: string | undefined;
  readonly restorecon?: string | undefined;
  /** how long to wait for a unit that was started */
  readonly timeoutMs?: number;
}

/**
 * The systemd that commands reach.
 * @param run runs one of them to its end
 */
export function managerBy(
  run: (words: CommandWords) => CommandResult,
  { command = 'systemctl', analyze, restorecon, timeoutMs = TIMEOUT_MS }: ManagerCommands = {},
): Manager {
  const systemctl = (...args: string[]): CommandResult => run([command, ...args]);
  const show: Manager['show'] = (unit, properties) =>
    systemctl('show', `--property=${properties.join(',')}`, '--', unit);
  /** Waits until a unit that was started has shown whether it stays, and until no job is queued for it. */
  const settle = (unit: string): void => {
    const patience = Date.now() + timeoutMs;
    // A watch that finds Docker's rules gone restarts Docker, and is stopped and started along with it.
    do pause(SETTLES_MS);
    while (/^Job=[1-9]/m.test(show(unit, ['Job']).stdout) && Date.now() < patience);
  };
  return {
    about: () => readAbout(systemctl(...ABOUT).stdout),
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
    act: (verb, unit) => {
      const result = systemctl(verb, '--', unit);
      if (verb !== 'stop') settle(unit);
      return result;
    },
    settle,
    show,
    ...(analyze === undefined
      ? {}
      : { verify: (units: readonly string[]) => run([analyze, 'verify', '--man=no', '--', ...units]) }),
    ...(restorecon === undefined
      ? {}
      : { relabel: (paths: readonly string[]) => run([restorecon, '--', ...paths]) }),
  };
}

/** The file of an optional command; undefined if it is not there, or cannot be trusted. */
function installed(name: string, path: string | undefined): string | undefined {
  return path === undefined ? findCommand(name) : findCommand(name, path, false, []);
}
