import { baseName } from '../../files/files.js';

/** The marks that may come before the executable: systemd.service(5), "COMMAND LINES". */
const MARKS = /^[-@:+!|]+/;

/** The words of a command line, as an `Exec…=` line or a shell has them, without their quotes. */
export function wordsOf(command: string): string[] {
  return command.split(/[\s"']+/).filter((word) => word !== '');
}

/** The executable that a word names, without systemd's marks. */
export function executableOf(word: string): string {
  return word.replace(MARKS, '');
}

/** The name of the program that a command line runs, without its directory. */
export function programOf(command: string): string {
  return baseName(executableOf(wordsOf(command)[0] ?? ''));
}

/** A command without its wrappers: `timeout 10 nice docker ps` is `docker ps`. */
export interface Unwrapped {
  readonly words: readonly string[];
  /** whether timeout(1) ends it */
  readonly isLimited: boolean;
  /** whether a wrapper does not wait for its end */
  readonly inBackground: boolean;
}

/** A program that runs the rest of its words: its options that take a word of their own, and what else it takes. */
interface Prefix {
  readonly valued?: readonly string[];
  readonly arguments?: number;
}

const PREFIXES: Readonly<Record<string, Prefix>> = {
  exec: { valued: ['-a'] },
  command: {},
  builtin: {},
  busybox: {},
  time: { valued: ['-f', '-o'] },
  nohup: {},
  chronic: {},
  setsid: {},
  nice: { valued: ['-n'] },
  ionice: { valued: ['-c', '-n'] },
  chrt: { arguments: 1 },
  stdbuf: { valued: ['-i', '-o', '-e'] },
  env: { valued: ['-u', '-C'] },
  sudo: { valued: ['-u', '-g', '-h', '-p', '-C', '-r', '-t', '-U', '-D', '-R', '-T'] },
  doas: { valued: ['-u', '-C'] },
  flock: { valued: ['-w', '-E'], arguments: 1 },
  timeout: { valued: ['-s', '-k', '--signal', '--kill-after'], arguments: 1 },
  xargs: { valued: ['-I', '-n', '-P', '-d', '-L', '-s', '-a', '-E'] },
  'systemd-run': { valued: ['-u', '-p', '-E', '-M', '-H', '-C', '--unit', '--property', '--description'] },
};

const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;

/** Removes the wrappers of a command: assignments, `exec`, `env`, `sudo`, `timeout` and their kin. */
export function unwrap(words: readonly string[]): Unwrapped {
  let rest = withoutAssignments(words);
  let isLimited = false;
  let inBackground = false;
  for (;;) {
    const name = baseName(rest[0] ?? '');
    const prefix = Object.hasOwn(PREFIXES, name) ? PREFIXES[name] : undefined;
    if (!prefix) break;
    const options = optionsOf(rest.slice(1), prefix);
    const inner = withoutAssignments(rest.slice(1 + options.length + (prefix.arguments ?? 0)));
    if (inner.length === 0 || isQuestion(name, options)) break;
    isLimited ||= name === 'timeout';
    inBackground ||= leavesBehind(name, options);
    rest = inner;
  }
  return { words: rest, isLimited, inBackground };
}

function withoutAssignments(words: readonly string[]): readonly string[] {
  const first = words.findIndex((word) => !ASSIGNMENT.test(word));
  return first < 0 ? [] : words.slice(first);
}

function optionsOf(words: readonly string[], { valued = [] }: Prefix): readonly string[] {
  let at = 0;
  while ((words[at] ?? '').startsWith('-') && words[at] !== '--')
    at += valued.includes(words[at] ?? '') ? 2 : 1;
  return words.slice(0, words[at] === '--' ? at + 1 : at);
}

/** `command -v docker` only asks where it is. */
function isQuestion(name: string, options: readonly string[]): boolean {
  return name === 'command' && options.some((option) => /^-\w*[vV]/.test(option));
}

/** systemd-run(1) waits only with an option such as --wait; setsid(1) waits unless it gets --fork. */
function leavesBehind(name: string, options: readonly string[]): boolean {
  if (name === 'setsid') return options.some((option) => /^(?:-[a-z]*f|--fork)/.test(option));
  if (name !== 'systemd-run') return false;
  return !options.some((option) => /^(?:--wait|--scope|--pty|--pipe|--shell|-[a-zA-Z]*[tPS])/.test(option));
}
