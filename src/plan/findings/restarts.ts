import type { Files } from '../../files/files.js';
import { type StartedCommand, commandsOf } from '../../firewalls/commands/commands.js';
import { restartsInBackground, type UnitCall, unitCall } from '../../firewalls/commands/unit-calls.js';
import { backendOf } from '../../firewalls/effects.js';
import { mayFlush } from '../../firewalls/flush.js';
import { isFirewall } from '../../firewalls/in-use.js';
import { isCommand } from '../../units/settings.js';
import type { Setting, Unit } from '../../units/unit.js';
import { startLimitOf } from '../start-limit.js';
import type { Check, CheckContext } from './check.js';
import { info, type Report, warn } from './finding.js';
import { otherRelation } from './ways-out.js';

/** A command of a unit, and the setting that runs it. */
export interface Running {
  readonly setting: Setting;
  readonly command: StartedCommand;
}

/** A command that has systemd act on another unit. */
export interface Calling extends Running {
  readonly call: UnitCall;
}

/** Every command that the Exec…= lines of these names run. */
export function commandsRunBy(files: Files, unit: Unit, keys: RegExp): Running[] {
  return unit.directives
    .filter((setting) => isCommand(setting) && keys.test(setting.key))
    .flatMap((setting) => commandsOf(setting, files).map((command) => ({ setting, command })));
}

/** Those of them that start, restart or reload the other unit. */
export function callsOn(files: Files, unit: Unit, other: Unit, keys: RegExp): Calling[] {
  return commandsRunBy(files, unit, keys).flatMap((one) => {
    const call = unitCall(one.command, other.names);
    return call ? [{ ...one, call }] : [];
  });
}

/** The line of the unit, and that of the script that it runs. */
export function placeOfCommand({ setting, command: { file, line } }: Running): string {
  const own = `${setting.file}:${setting.line}`;
  const place = `${file}:${line}`;
  return place === own ? own : `${own}, ${place}`;
}

/** Every restart of the followed unit counts against the limit of the one that follows. */
export const startLimit: Check = {
  code: 'start-limit',
  level: 'warn',
  relations: ['requires', 'part-of', 'hook', 'watch'],
  docs: {
    title: 'frequent restarts hit the start limit',
    meaning:
      'Docker has a `StartLimitBurst=` of its own: more restarts of the firewall than that leave it failed.',
    wayOut: 'Lift it: `--no-start-limit`.',
    measured: ['test/lab/story.test.ts', 'test/lab/doctor.test.ts', 'test/lab/hook-live.test.ts'],
  },
  run: { follow: ownLimit },
};

function ownLimit({ unit, follow, planned }: CheckContext): Report[] {
  const { burst, interval, liftedBy } = startLimitOf(planned.load(unit.id));
  const own = burst ?? interval;
  if (!own || liftedBy || follow.loadState === 'not-found') return [];
  // DefaultStartLimitBurst= and DefaultStartLimitIntervalSec= if nobody set them: systemd-system.conf(5).
  const starts = burst?.value ?? '5';
  const time = seconds(interval?.value ?? '10s');
  return [
    warn(
      `more than ${starts} restarts of ${follow.id} in ${time} leave ${unit.id} failed (${own.file}:${own.line})`,
      `lift that limit with --no-start-limit, or start it again afterwards: systemctl reset-failed ${unit.id} && systemctl start ${unit.id}`,
    ),
  ];
}

/** systemd does not turn the reload of one unit into the restart of another. */
export const reloadNotCovered: Check = {
  code: 'reload-not-covered',
  level: 'info',
  relations: ['requires', 'part-of', 'hook'],
  docs: {
    title: 'a reload is not covered',
    meaning: 'A reload of the firewall may wipe the rules too, and no dependency follows a reload.',
    wayOut: 'Restart it instead, or use `--relation hook`.',
  },
  run: { follow: reloadWipes },
};

function reloadWipes({ unit, follow, files, template, planned }: CheckContext): Report[] {
  // Only for a firewall it is known what a reload may cost.
  if (!isFirewall(files, template, follow)) return [];
  const commands = planned
    .load(follow.id)
    .directives.filter(({ section, key }) => section === 'Service' && key === 'ExecReload');
  if (commands.some(({ value }) => restartsInBackground(value, unit.names))) return [];
  const { backend } = backendOf(files, template, unit);
  const reload = commands.find(({ value }) => mayFlush(value, files, backend));
  if (!reload) return [];
  return [
    info(
      `systemctl reload ${follow.id} may wipe the rules too (ExecReload=, ${reload.file}:${reload.line}), and no ` +
        'dependency follows a reload',
      `restart it instead of reloading: systemctl restart ${follow.id}; or --relation hook, which follows a reload too`,
    ),
  ];
}

/** A soft tie brings no rules back. */
export const rulesStayGone: Check = {
  code: 'rules-stay-gone',
  level: 'warn',
  relations: ['wants', 'order'],
  docs: {
    title: 'the rules stay gone after a restart of the firewall',
    meaning: "A restart of the firewall wipes Docker's rules, and `wants` and `order` restart nothing.",
    wayOut: 'Use `--relation requires`, or another one that restarts Docker.',
  },
  run: { follow: rulesLost },
};

function rulesLost(context: CheckContext): Report[] {
  const { unit, follow, relation, courses } = context;
  if (follow.loadState !== 'loaded' || !courses.stage.effects || courses.of('restart')?.hasLost !== true)
    return [];
  const other = otherRelation(context, rulesStayGone.code, ['requires', 'part-of', 'hook', 'watch']);
  return [
    warn(
      `a restart of ${follow.id} wipes the rules of ${unit.id}, and --relation ${relation} restarts nothing: they stay gone`,
      other === undefined ? 'restart it as well, each time' : `use ${other}`,
    ),
  ];
}

/** The files say it, but systemd has not read them since. */
export const notLoaded: Check = {
  code: 'not-loaded',
  level: 'warn',
  docs: {
    title: 'systemd has not loaded the files',
    meaning: 'The files say all of it, but systemd has not loaded them since.',
    wayOut: 'Nothing to do: unit-patch reloads systemd.',
    measured: ['test/lab/hook-live.test.ts'],
  },
  run: {
    disagrees: ({ why }) => [
      warn(
        `the files say all of it, but systemd has not loaded them: ${why}`,
        'systemctl daemon-reload, which unit-patch does for you',
      ),
    ],
  },
};

function seconds(value: string): string {
  return /^\d+$/.test(value) ? `${value}s` : value;
}
