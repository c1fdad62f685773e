import { baseName, type Files } from '../../files/files.js';
import { readText } from '../../files/read-text.js';
import { type ExecCommand, splitCommandLine } from '../../units/command-line.js';
import { expandInPath } from '../../units/specifiers.js';
import type { Setting, Unit } from '../../units/unit.js';
import { type Environment, environmentOf, lineOf } from './environment.js';
import { allWords, splitWords, type Word, WORD_MAX } from './flags.js';
import { commandsOfScript } from './shell-script.js';

/** The command line of the engine's daemon. */
export interface DaemonCommand {
  /** its words after the name of the program */
  readonly words: readonly Word[];
  /** the line of the unit that runs it */
  readonly from: string;
  /** whether these are its words: false if a script or an unknown program starts it */
  readonly isKnown: boolean;
}

/** dockerd, as distributions, snaps and those who build on it call it. */
const DAEMON = /^(?:(?:.*\.)?dockerd(?:-(?:current|latest|ce|ee))?|balenad|balena-engine-daemon)$/;
const SHELL = /^(?:ba|da|a|k|z)?sh$/;

/** Programs that run the one that their arguments name. */
const RUNNERS =
  /^(?:exec|env|nice|ionice|chrt|taskset|numactl|setpriv|setsid|nohup|nsenter|unshare|ip|prlimit|stdbuf|flock|sudo|snap|tini|dumb-init|systemd-inhibit)$/;

/** Whether a service runs dockerd, as far as that can be read. */
export function runsDaemon(files: Files, unit: Unit): boolean {
  // A line that names neither runs neither, so few scripts of a boot have to be read.
  const mayRun = startsOf(unit).some(({ value }) => /docker|balena/.test(value));
  return mayRun && daemonCommand(files, unit)?.isKnown === true;
}

/** Where a service starts dockerd, and with which words. */
export function daemonCommand(files: Files, unit: Unit): DaemonCommand | undefined {
  const start = startsOf(unit).at(-1);
  if (!start) return undefined;
  const from = lineOf(start);
  const environment = environmentOf(files, unit);
  const { commands } = splitCommandLine(start.value, (word) => expandInPath(word, unit.id));
  const found = commands.map((command) => wordsOf(command, unit, from, environment));
  const direct = found.map(behindDaemon).find((words) => words !== undefined);
  if (direct) return { words: direct, from, isKnown: true };
  const [only = []] = found;
  const words = found.length === 1 ? behindShell(files, only, environment, from) : undefined;
  return { words: words ?? [], from, isKnown: words !== undefined };
}

function startsOf(unit: Unit): Setting[] {
  return unit.directives.filter(({ section, key }) => section === 'Service' && key === 'ExecStart');
}

/** The words of a command with its variables replaced: replace_env_argv(). */
function wordsOf(
  { words: [path = '', ...words], variable }: ExecCommand,
  unit: Unit,
  from: string,
  environment: Environment,
): Word[] {
  const literal = (text: string): Word => ({ text: expandInPath(text, unit.id), from, isWhole: true });
  const expand = (word: string): Word[] => withVariables(expandInPath(word, unit.id), from, environment);
  return [literal(path), ...(variable ? allWords(variable, expand, from) : words.map(literal))];
}

/** `$NAME` alone becomes as many words as it holds; `${NAME}` stays a part of its word. */
function withVariables(word: string, from: string, environment: Environment): Word[] {
  if (/^\$[^{$]/.test(word)) {
    const variable = environment(word.slice(1));
    if (!variable) return [];
    if (variable.value === undefined) return [{ text: '', from: variable.from, isWhole: false }];
    return splitWords(variable.value, true).map((text) => ({ text, from: variable.from, isWhole: true }));
  }
  let source = from;
  let unknownAt = -1;
  let size = 0;
  const text = word.replace(/\$\$|\$\{(\w+)\}/g, (_, name: string | undefined, at: number) => {
    if (name === undefined) return '$';
    const variable = environment(name);
    if (variable) source = variable.from;
    size += variable?.value?.length ?? 0;
    const isUnknown = size > WORD_MAX || (variable && variable.value === undefined);
    if (isUnknown && unknownAt < 0) unknownAt = at;
    return unknownAt < 0 ? (variable?.value ?? '') : '';
  });
  if (unknownAt < 0) return [{ text, from: source, isWhole: true }];
  const [begin] = withVariables(word.slice(0, unknownAt), from, environment);
  return [{ text: begin?.text ?? '', from: source, isWhole: false }];
}

/** The words after the daemon's name, also if another program runs it. */
function behindDaemon(words: readonly Word[]): readonly Word[] | undefined {
  if (SHELL.test(baseName(words[0]?.text ?? ''))) return undefined;
  const at = daemonAt(words.map(({ text }) => text));
  return at === undefined ? undefined : words.slice(at + 1);
}

function daemonAt([program = '', ...others]: readonly string[]): number | undefined {
  const name = baseName(program);
  if (DAEMON.test(name)) return 0;
  if (name === 'docker' && isOldDaemon(others)) return 0;
  if (!RUNNERS.test(name)) return undefined;
  const at = others.findIndex((word) => DAEMON.test(baseName(word)));
  return at < 0 ? undefined : at + 1;
}

/** `docker daemon` and `docker -d` are how dockerd was called before it was a program of its own. */
function isOldDaemon(words: readonly string[]): boolean {
  const isOption =
    words[0]?.startsWith('-') === true && !words.some((word) => /^(?:run|exec|compose)$/.test(word));
  return (
    words[0] === 'daemon' || (isOption && words.some((word) => /^(?:-d|--daemon(?:=true)?)$/.test(word)))
  );
}

/** The same inside of `sh -c '…'`, or of a shell script of this root. */
function behindShell(
  files: Files,
  words: readonly Word[],
  environment: Environment,
  from: string,
): readonly Word[] | undefined {
  const [program, ...rest] = words;
  if (!program) return undefined;
  const inScript = (
    script: string,
    place: string,
    positional: readonly Word[],
  ): readonly Word[] | undefined => {
    const commands = commandsOfScript(script, environment, place, positional) ?? [];
    const [found, ...others] = commands.flatMap((command) => {
      const behind = behindDaemon(command);
      return behind ? [behind] : [];
    });
    return others.length === 0 ? found : undefined;
  };
  if (!SHELL.test(baseName(program.text))) return ofFile(files, program.text, rest, inScript);
  const flag = rest.findIndex(
    ({ text }) => !/^[-+]/.test(text) || (/^-[a-z]+$/.test(text) && text.includes('c')),
  );
  const [option, script, , ...positional] = rest.slice(Math.max(flag, 0));
  if (option && !option.text.startsWith('-'))
    return ofFile(files, option.text, rest.slice(flag + 1), inScript);
  return script?.isWhole === true ? inScript(script.text, from, positional) : undefined;
}

/** A script that cannot be read, or that another program reads, says nothing. */
function ofFile<Result>(
  files: Files,
  path: string,
  positional: readonly Word[],
  read: (script: string, place: string, positional: readonly Word[]) => Result,
): Result | undefined {
  const script = path.startsWith('/') ? readText(files, path) : undefined;
  if (typeof script !== 'object' || !/^#![ \t]*\S*\/(?:env[ \t]+)?(?:ba|da|a|k|z)?sh\b/.test(script.text))
    return undefined;
  return read(script.text, path, positional);
}
