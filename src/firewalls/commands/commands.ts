import { baseName, type Files, type RootPath, rootPath } from '../../files/files.js';
import { readText } from '../../files/read-text.js';
import { splitCommandLine } from '../../units/command-line.js';
import type { Setting } from '../../units/unit.js';
import { hookScripts, type InnerScript } from './hook-scripts.js';
import { unwrap } from './prefixes.js';
import { type ShellCommand, shellCommands } from './shell-commands.js';

/** A command that an Exec…= line runs: itself, or by a shell or a script that it starts. */
export interface StartedCommand {
  /** the program as it is called, then its arguments; wrappers such as `exec` or `sudo` are removed */
  readonly words: readonly string[];
  /** the program's name without its directory */
  readonly program: string;
  /** its place: the unit's file, or the script */
  readonly file: RootPath;
  readonly line: number;
  /** whether its caller goes on only when it has ended */
  readonly waits: boolean;
  /** whether timeout(1) ends it */
  readonly isLimited: boolean;
  /** whether it is the condition of a loop */
  readonly repeats: boolean;
  /** whether the line fails with it: the line runs it directly, without `-` */
  readonly failsTheLine: boolean;
  /** whether it only runs commands that follow it in the list: a shell, or a script that was read */
  readonly isOpened: boolean;
}

/** Shells with the grammar of POSIX. */
const SHELLS = /^(?:ba|da|a|k|mk|z)?sh$/;

/**
 * Above most scripts that somebody wrote; one that is made to be slow is still read within a second or two. In bytes.
 */
const SCRIPT_MAX = 128 << 10;

/** Programs that are not scripts anywhere, and that most firewalls run: their files are not looked into. */
export const NO_SCRIPT =
  /^(?:systemctl|ip6?tables(?:-\w+)*|xtables-\w+|nft|ipset|ebtables|arptables|ip|tc|sysctl|modprobe|kill|docker|dockerd|containerd|podman|firewalld|echo|printf|true|false|test|\[|sleep|logger|cat|cp|mv|rm|mkdir|touch|chmod|chown|ln|bash|sh|python[\d.]*|perl|curl|pgrep|pidof)$/;

/** Where systemd looks for a program that has no directory: systemd.exec(5), ExecSearchPath=. */
const SEARCH_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin'];

/** How deep `sh -c` may be nested. */
const SHELLS_MAX = 3;

/**
 * Several findings ask for the same lines: without it a hundred calls of a long script take up to three times as long.
 */
const known = new WeakMap<Files, WeakMap<Setting, readonly StartedCommand[]>>();

/**
 * The commands that one Exec…= line runs, as systemd splits it and, after `sh -c` or in a shell script that the line
 * starts, as the shell does; and the scripts that a known firewall runs besides. Another program's arguments are not
 * looked into. Scripts that a script calls, and files that cannot be read, are left out.
 */
export function commandsOf(setting: Setting, files: Files): readonly StartedCommand[] {
  const ofFiles = known.get(files) ?? new WeakMap<Setting, readonly StartedCommand[]>();
  known.set(files, ofFiles);
  const commands = ofFiles.get(setting) ?? read(setting, files);
  ofFiles.set(setting, commands);
  return commands;
}

function read(setting: Setting, files: Files): StartedCommand[] {
  const { commands } = splitCommandLine(setting.value, (word) => word);
  return commands.flatMap(({ words, mayFail }) =>
    withInner(
      { words, waits: true, isLimited: false, repeats: false },
      { files, place: setting, failsTheLine: !mayFail, depth: 0, mayReadScript: true },
    ),
  );
}

/** Where a command was met. */
interface Context {
  readonly files: Files;
  readonly place: { readonly file: RootPath; readonly line: number };
  readonly failsTheLine: boolean;
  readonly depth: number;
  /** a script is looked into, but not what it calls */
  readonly mayReadScript: boolean;
}

type Outer = Pick<StartedCommand, 'words' | 'waits' | 'isLimited' | 'repeats'>;

/** A command, and those that it has a shell run. */
function withInner(outer: Outer, context: Context): StartedCommand[] {
  const { words, isLimited, inBackground } = unwrap(outer.words);
  const [first = ''] = words;
  const program = baseName(first);
  const inner = innerOf({ words, program }, context);
  const itself: StartedCommand = {
    words,
    program,
    file: context.place.file,
    line: context.place.line,
    waits: outer.waits && !inBackground,
    isLimited: outer.isLimited || isLimited,
    repeats: outer.repeats,
    failsTheLine: context.failsTheLine,
    isOpened: inner !== undefined,
  };
  const hooks = context.mayReadScript ? hookScripts(itself, context.files) : [];
  const scripts = inner ? [inner, ...hooks] : hooks;
  return [itself, ...scripts.flatMap((script) => commandsIn(script, itself, context))];
}

function commandsIn(script: InnerScript, caller: StartedCommand, context: Context): StartedCommand[] {
  return reached(script.commands, script.argument).flatMap((one) =>
    withInner(
      {
        words: one.words,
        waits: caller.waits && one.waits,
        isLimited: caller.isLimited,
        repeats: one.repeats,
      },
      {
        ...context,
        place: script.path === undefined ? context.place : { file: script.path, line: one.line },
        failsTheLine: false,
        depth: context.depth + 1,
        mayReadScript: context.mayReadScript && script.path === undefined,
      },
    ),
  );
}

function innerOf(
  { words, program }: Pick<StartedCommand, 'words' | 'program'>,
  context: Context,
): InnerScript | undefined {
  if (context.depth > SHELLS_MAX) return undefined;
  if (!SHELLS.test(program)) {
    const isCandidate = context.mayReadScript && !NO_SCRIPT.test(program);
    return isCandidate ? scriptAt(words[0] ?? '', words[1], context.files) : undefined;
  }
  const { text, script, argument } = shellArguments(words.slice(1));
  if (text !== undefined) return { commands: shellCommands(text), path: undefined, argument };
  if (script === undefined || !context.mayReadScript) return undefined;
  return scriptAt(script, argument, context.files, isText);
}

/** sh(1): with -c the first word that is not an option is the script itself, without it the file that holds it. */
function shellArguments(words: readonly string[]): { text?: string; script?: string; argument?: string } {
  let isText = false;
  let at = 0;
  for (; /^[-+]./.test(words[at] ?? ''); at++) {
    const word = words[at] ?? '';
    if (word === '--') {
      at++;
      break;
    }
    if (/^-[a-zA-Z]*s/.test(word)) return {};
    isText ||= /^-[a-zA-Z]*c/.test(word);
    if (/^(?:[-+][a-zA-Z]*[oO]|--rcfile|--init-file)$/.test(word)) at++;
  }
  const [first, second, third] = words.slice(at);
  if (first === undefined) return {};
  // `sh -c TEXT NAME ARGUMENT`: the word after the text is $0.
  if (isText) return { text: first, ...(third === undefined ? {} : { argument: third }) };
  return { script: first, ...(second === undefined ? {} : { argument: second }) };
}

function scriptAt(
  named: string,
  argument: string | undefined,
  files: Files,
  looksRight = isShellScript,
): InnerScript | undefined {
  const paths = named.startsWith('/') ? [named] : named.includes('/') ? [] : inSearchPath(named);
  for (const path of paths.map(rootPath)) {
    const size = sizeOf(files, path);
    if (size === undefined) continue;
    const read = size <= SCRIPT_MAX ? readText(files, path) : undefined;
    if (typeof read !== 'object' || !looksRight(read.text)) return undefined;
    return { commands: shellCommands(read.text), path, argument };
  }
  return undefined;
}

/** The kernel reads 256 bytes of a script's first line: execve(2), "Interpreter scripts". */
function isShellScript(text: string): boolean {
  if (!text.startsWith('#!')) return false;
  const [line = ''] = text.slice(2, 256).split('\n');
  const { words } = unwrap(line.split(/[ \t]+/).filter((word) => word !== ''));
  return SHELLS.test(baseName(words[0] ?? ''));
}

function isText(text: string): boolean {
  return !text.includes('\0');
}

function inSearchPath(name: string): string[] {
  return /^[\w.+-]+$/.test(name) ? SEARCH_PATH.map((directory) => `${directory}/${name}`) : [];
}

function sizeOf(files: Files, path: RootPath): number | undefined {
  try {
    const { info } = files.follow(path);
    return info?.kind === 'file' ? info.size : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Those of a script's commands that may run: not the branches of `case "$1"` for another word than the one given. A
 * call of the script's own function does not count, but the function's commands do.
 */
function reached(commands: readonly ShellCommand[], argument: string | undefined): readonly ShellCommand[] {
  const inBranch = commands.filter(({ cases }) => cases.every((patterns) => mayMatch(patterns, argument)));
  const names = new Set(commands.flatMap(({ inFunction }) => inFunction ?? []));
  if (names.size === 0) return inBranch;
  const called = new Map<string | undefined, string[]>();
  const calledAnywhere = new Set<string>();
  for (const { words } of commands) calledAnywhere.add(words[0] ?? '');
  for (const { words, inFunction } of inBranch) {
    const [name = ''] = words;
    const calls = called.get(inFunction) ?? [];
    called.set(inFunction, calls);
    if (names.has(name)) calls.push(name);
  }
  // A function that nothing calls by its name may be called by a variable.
  const live = new Set([...names].filter((name) => !calledAnywhere.has(name)));
  for (const name of called.get(undefined) ?? []) live.add(name);
  for (const name of live) for (const other of called.get(name) ?? []) live.add(other);
  return inBranch.filter(
    ({ words: [name = ''], inFunction }) =>
      !names.has(name) && (inFunction === undefined || live.has(inFunction)),
  );
}

/** Only plain words are compared; a pattern may match anything. */
function mayMatch(patterns: readonly string[], argument = ''): boolean {
  return patterns.some((pattern) => !/^[\w.-]*$/.test(pattern) || pattern === argument);
}
