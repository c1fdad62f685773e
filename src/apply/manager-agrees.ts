import { areBackgroundRestart } from '../firewalls/commands/unit-calls.js';
import { coveringTypes } from '../plan/settings.js';
import type { CommandResult } from '../system/system.js';
import { dependencyType } from '../units/settings.js';

/** What takes the start limit away, as systemctl prints it: no interval, or no number of starts. */
const NO_START_LIMIT = [
  ['StartLimitIntervalUSec', '0'],
  // Before systemd 230.
  ['StartLimitInterval', '0'],
  ['StartLimitBurst', '0'],
] as const;

/** The properties of systemctl show that tell whether systemd has a setting; none if it shows nothing of it. */
export function propertiesFor(setting: string): readonly string[] {
  const { key } = split(setting);
  if (isStartLimit(key)) return NO_START_LIMIT.map(([property]) => property);
  return isCommand(key) ? [key] : coveringTypes(key).filter(isDependency);
}

/** A unit as `systemctl show` prints it. */
export class ShownUnit {
  /** each property with its values: one a line, since commands have a line each */
  private readonly shown = new Map<string, string[]>();

  constructor(stdout: string) {
    for (const line of stdout.split('\n')) {
      const { key, value } = split(line);
      this.shown.set(key, [...(this.shown.get(key) ?? []), value]);
    }
  }

  text(property: string): string | undefined {
    return this.shown.get(property)?.join(' ');
  }

  /** Whether a word is among those of a property. */
  lists(property: string, word: string): boolean {
    return (this.shown.get(property) ?? []).some((value) => value.split(' ').includes(word));
  }

  /** Whether systemd has a setting as it is written. */
  has(setting: string): boolean {
    return this.hasBy(setting, (key) => [key]);
  }

  /** Whether it has it, or something stronger. */
  covers(setting: string): boolean {
    return this.hasBy(setting, coveringTypes);
  }

  /** Whether it has a setting that is gone from the files, as far as it would not have it by anything else. */
  stillHas(setting: string): boolean {
    const { key, value } = split(setting);
    if (isCommand(key)) return this.has(setting);
    // An order may be said by the other side as well, and what is no service may be required by default.
    return (
      isDependency(key) &&
      !['After', 'Before'].includes(key) &&
      value.endsWith('.service') &&
      this.has(setting)
    );
  }

  private hasBy(setting: string, types: (type: string) => readonly string[]): boolean {
    const { key, value } = split(setting);
    if (isStartLimit(key)) return NO_START_LIMIT.some(([property, none]) => this.lists(property, none));
    if (isCommand(key)) return this.runs(key, value);
    return types(key).some((type) => this.lists(type, value));
  }

  /** `ExecReload={ path=/usr/bin/systemctl ; argv[]=/usr/bin/systemctl … ; ignore_errors=yes ; … }` */
  private runs(key: string, command: string): boolean {
    const unit = (command.split(' ').at(-1) ?? '').replaceAll('\\\\', '\\');
    return (this.shown.get(key) ?? []).some((value) =>
      areBackgroundRestart((/ argv\[\]=(.*?) ; /.exec(value)?.[1] ?? '').split(' '), [unit]),
    );
  }
}

function isStartLimit(key: string): boolean {
  return key === 'StartLimitIntervalSec' || key === 'StartLimitInterval';
}

function isCommand(key: string): boolean {
  return key.startsWith('Exec');
}

function isDependency(key: string): boolean {
  return dependencyType('Unit', key) !== undefined;
}

/** The two sides of the first `=`. */
function split(line: string): { key: string; value: string } {
  const equals = line.indexOf('=');
  return { key: line.slice(0, equals), value: line.slice(equals + 1) };
}

/**
 * What `systemd-analyze verify` says now and did not say before. Numbers do not count, since they may be pids,
 * times or lines that moved; what is said twice now and was said once before is new.
 */
export function newComplaints(before: CommandResult, after: CommandResult): string[] {
  const known = new Map<string, number>();
  for (const { kind } of complaintsIn(before)) known.set(kind, (known.get(kind) ?? 0) + 1);
  return complaintsIn(after)
    .filter(({ kind }) => {
      const left = known.get(kind) ?? 0;
      known.set(kind, left - 1);
      return left <= 0;
    })
    .map(({ text }) => text);
}

interface Complaint {
  readonly text: string;
  /** equal for complaints that mean the same */
  readonly kind: string;
}

/** transaction_verify_order_one() begins to tell of a cycle at any of its units, and picks any job to drop. */
const aboutCycle = /ordering cycle|Found dependency on|break cycle/;

function complaintsIn({ stdout, stderr }: CommandResult): Complaint[] {
  const lines = `${stdout}\n${stderr}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const cycles = lines.filter((line) => aboutCycle.test(line));
  const inCycles = new Set(cycles.flatMap((line) => line.match(/(?<![^\s/])[^\s/]+(?=\/[a-z-])/g) ?? []));
  return [
    ...lines
      .filter((line) => !aboutCycle.test(line))
      .map((text) => ({ text, kind: text.replace(/0x[0-9a-f]+|\d+/gi, '#') })),
    ...[...inCycles].map((unit) => ({ text: `${unit} is in an ordering cycle`, kind: `cycle ${unit}` })),
  ];
}
