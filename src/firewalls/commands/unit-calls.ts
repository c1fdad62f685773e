import { baseName, type Files, rootPath } from '../../files/files.js';
import type { ManagerCall } from '../../transactions/behavior.js';
import { splitCommandLine } from '../../units/command-line.js';
import type { StartedCommand } from './commands.js';

/** Where systemctl is in most systems. */
export const USUAL_SYSTEMCTL = '/usr/bin/systemctl';

/** Before systems merged /bin into /usr it lay in the second of these. */
const PLACES = [USUAL_SYSTEMCTL, '/bin/systemctl'];

/** Only these need no quotes in an Exec…= line. */
const PLAIN = /^[\w./+-]+$/;

/** Where a root has systemctl, by its real path; undefined if it has none. */
export function findSystemctl(files: Files): string | undefined {
  for (const place of PLACES.map(rootPath)) {
    const { path, info } = files.follow(place);
    if (info?.kind !== 'file') continue;
    // A program with another name may act by the name that it is called by.
    const real = baseName(path) === 'systemctl' ? path : place;
    if (PLAIN.test(real)) return real;
  }
  return undefined;
}

/**
 * Whether a command line, as an `Exec…=` line has it, only makes systemd restart one of these units, and does not wait
 * for that.
 */
export function restartsInBackground(line: string, names: readonly string[]): boolean {
  const { commands } = splitCommandLine(line, (word) => word);
  const [first] = commands;
  return first !== undefined && commands.length === 1 && areBackgroundRestart(first.words, names);
}

/** The same for the words of one command. */
export function areBackgroundRestart(words: readonly string[], names: readonly string[]): boolean {
  const program = baseName(words[0] ?? '');
  const call = program === 'systemctl' ? unitCall({ words, program, waits: true }, names) : undefined;
  return call?.waits === false && (call.verb === 'restart' || call.verb === 'try-restart');
}

/** What a command asks systemd to do with a unit. */
export interface UnitCall {
  /** `reload-or-restart` reloads what can be reloaded; the verbs that begin with `try` leave a stopped unit alone */
  readonly verb:
    'start' | 'restart' | 'try-restart' | 'reload' | 'reload-or-restart' | 'try-reload-or-restart';
  /** whether the command goes on only when that is done: systemctl(1), --no-block */
  readonly waits: boolean;
}

/** systemctl(1), and the older spellings that it still takes. */
const VERBS: Readonly<Record<string, UnitCall['verb']>> = {
  start: 'start',
  restart: 'restart',
  'try-restart': 'try-restart',
  condrestart: 'try-restart',
  reload: 'reload',
  'reload-or-restart': 'reload-or-restart',
  'try-reload-or-restart': 'try-reload-or-restart',
  'reload-or-try-restart': 'try-reload-or-restart',
  'force-reload': 'try-reload-or-restart',
};

/** Options that take a word of their own. */
const VALUED = [
  '-t',
  '--type',
  '-p',
  '--property',
  '-s',
  '--signal',
  '-n',
  '--lines',
  '-o',
  '--output',
  '--job-mode',
];

/** Another machine's manager, or a user's. */
const ELSEWHERE = /^(?:-[a-z]*[HM]|--(?:host|machine|user|global|root|image)(?:=|$))/;

/** The request of a command for one of these units, by systemctl, service(8) or an init script. */
export function unitCall(
  command: Pick<StartedCommand, 'words' | 'program' | 'waits'>,
  names: readonly string[],
): UnitCall | undefined {
  const request = requestedCall(command, names);
  if (!request || !Object.hasOwn(VERBS, request.verb)) return undefined;
  const called = new Set(names.flatMap((name) => [name, name.replace(/\.service$/, '')]));
  const verb = VERBS[request.verb];
  if (verb === undefined || !request.units.some((unit) => called.has(unit))) return undefined;
  return { verb, waits: command.waits && !request.options.includes('--no-block') };
}

/** What a command asks systemd to do, with whatever units; undefined if it asks for nothing that is known. */
export function managerCall(
  command: Pick<StartedCommand, 'words' | 'program' | 'waits'>,
): ManagerCall | undefined {
  const asked = requestedCall(command, []);
  const verb =
    asked?.verb === 'stop'
      ? 'stop'
      : asked && Object.hasOwn(VERBS, asked.verb)
        ? VERBS[asked.verb]
        : undefined;
  if (!asked || !verb) return undefined;
  return { verb, units: asked.units, waits: command.waits && !asked.options.includes('--no-block') };
}

interface RequestedCall {
  readonly verb: string;
  readonly units: readonly string[];
  readonly options: readonly string[];
}

function requestedCall(
  { words, program }: Pick<StartedCommand, 'words' | 'program'>,
  names: readonly string[],
): RequestedCall | undefined {
  const { options, rest } = sorted(words.slice(1), names);
  const [first = '', second = ''] = rest;
  if (words[0]?.includes('/init.d/') === true) return { verb: first, units: [program], options };
  if (program === 'service' || program === 'invoke-rc.d' || program === 'rc-service')
    return { verb: second, units: [first], options };
  if (program !== 'systemctl' && program !== 'deb-systemd-invoke') return undefined;
  if (options.some((option) => ELSEWHERE.test(option))) return undefined;
  return { verb: first, units: rest.slice(1), options };
}

/** Options may stand anywhere; a unit's name may begin as they do. */
function sorted(words: readonly string[], names: readonly string[]): { options: string[]; rest: string[] } {
  const options: string[] = [];
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') return { options, rest: [...rest, ...words.slice(at + 1)] };
    if (!word.startsWith('-') || names.includes(word)) rest.push(word);
    else {
      options.push(word);
      if (VALUED.includes(word)) at++;
    }
  }
  return { options, rest };
}
