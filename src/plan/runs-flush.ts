import { baseName, type Files } from '../system/files.js';
import type { Unit } from '../units/unit.js';
import { executableOf, wordsOf } from './command-words.js';
import { flushesOthers } from './may-flush.js';
import { readText } from './read-text.js';

/** Where docker's rules are, or are jumped to from: a flush of any other chain takes none of them. */
const CHAIN = /^(?:FORWARD|OUTPUT|PREROUTING|POSTROUTING|DOCKER[\w-]*)$/;

/**
 * Whether a job of a unit certainly flushes rules that others wrote: by a command of its own, or by one in the script
 * that it runs. A program that cannot be read is not said to.
 */
export function runsFlush(files: Files, unit: Unit): boolean {
  const lines = unit.directives.filter(({ section, key }) => section === 'Service' && key.startsWith('Exec'));
  return lines.some(
    ({ value }) => flushes(files, value) || scriptsOf(value).some((path) => scriptFlushes(files, path)),
  );
}

/** The files of a line that may be a script: the program, and what a shell is told to run. */
function scriptsOf(line: string): string[] {
  const [program = '', ...rest] = wordsOf(line);
  const path = executableOf(program);
  const isShell = /^(?:ba|da|z|k)?sh$/.test(baseName(path));
  return [isShell ? rest.find((word) => !word.startsWith('-')) : path].filter(
    (one): one is string => one?.startsWith('/') ?? false,
  );
}

function scriptFlushes(files: Files, path: string): boolean {
  const read = readText(files, path);
  if (typeof read !== 'object' || !read.text.startsWith('#!')) return false;
  const [first = '', ...lines] = read.text.split('\n');
  if (/\bnft\b/.test(first)) return flushesOthers(read.text, 'iptables');
  return lines.some((line) => !/^\s*#/.test(line) && flushes(files, line));
}

/** Each command of a line ends where systemd or a shell sees a separator. */
function flushes(files: Files, line: string): boolean {
  return line.split(/[;&|()`]+/).some((one) => commandFlushes(files, one));
}

function commandFlushes(files: Files, command: string): boolean {
  const words = wordsOf(command);
  const at = words.findIndex((word) => isTool(baseName(executableOf(word))));
  const tool = baseName(executableOf(words[at] ?? ''));
  const rest = words.slice(at + 1);
  // What comes before a command is a shell's word, a setting of its environment, or a program that runs it.
  if (at === -1 || words.slice(0, at).some(isQuoting)) return false;
  if (tool === 'nft') return flushesOthers(rest.join(' '), 'iptables') || rest.some((word) => fileFlushes(files, word));
  if (tool.endsWith('.init')) return true;
  if (tool.endsWith('restore'))
    return !rest.some((word) => word === '--noflush' || /^-[a-z]*n[a-z]*$/.test(word));
  return rest.some((word, i) => /^(?:-F|--flush)$/.test(word) && isOfOthers(rest[i + 1]));
}

function isOfOthers(chain: string | undefined): boolean {
  return chain === undefined || chain.startsWith('-') || /^[#>\d]/.test(chain) || CHAIN.test(chain);
}

function fileFlushes(files: Files, path: string): boolean {
  const read = path.startsWith('/') ? readText(files, path) : undefined;
  return typeof read === 'object' && flushesOthers(read.text, 'iptables');
}

/** Scripts often have the program in a variable: `$IPTABLES -F`. */
function isTool(name: string): boolean {
  return (
    /^(?:nft|ip6?tables(?:-nft|-legacy)?(?:-restore)?|ip6?tables\.init)$/.test(name) ||
    /^\$\{?\w*(?:ipt|iptables|ip6tables)\w*\}?$/i.test(name)
  );
}

/** What follows is words, and no command. */
function isQuoting(word: string): boolean {
  return word.startsWith('#') || /^(?:echo|printf|logger)$/.test(baseName(executableOf(word)));
}
