import type { Files } from '../system/files.js';
import type { Unit } from '../units/unit.js';
import { commandsOf, type Command } from './commands.js';
import { flushesOthers, keepsRules } from './may-flush.js';
import { readText } from './read-text.js';
import { isCommand } from './wanted.js';

/** Where docker's rules are, or are jumped to from: a flush of any other chain takes none of them. */
const CHAIN = /^(?:FORWARD|OUTPUT|PREROUTING|POSTROUTING|DOCKER[\w-]*)$/;

const RESTORES = /^ip6?tables(?:-nft|-legacy)?-restore$/;

/** Scripts often have the program in a variable: `$IPTABLES -F`. */
const FLUSHES = /^(?:ip6?tables(?:-nft|-legacy)?|\$\{?\w*(?:ipt|iptables|ip6tables)\w*\}?)$/i;

/**
 * Whether a job of a unit certainly flushes rules that others wrote: by a command of its own, or by one in the script
 * that it runs. A program that cannot be read is not said to.
 */
export function runsFlush(files: Files, unit: Unit): boolean {
  return unit.directives
    .filter(isCommand)
    .some((setting) =>
      commandsOf(setting, files).some(
        (command) =>
          flushes(files, command) || (command.file === setting.file && isNftScript(files, command)),
      ),
    );
}

function flushes(files: Files, { program, words: [, ...rest] }: Command): boolean {
  if (/^ip6?tables\.init$/.test(program)) return true;
  if (program === 'nft')
    return (
      flushesOthers(rest.join(' '), 'iptables') ||
      rest.some((word) => flushesOthers(textAt(files, word), 'iptables'))
    );
  if (RESTORES.test(program)) return !rest.some(keepsRules);
  const isFlush = (word: string, at: number): boolean =>
    /^(?:-F|--flush)$/.test(word) && isOfOthers(rest[at + 1]);
  return FLUSHES.test(program) && rest.some(isFlush);
}

function isOfOthers(chain: string | undefined): boolean {
  return chain === undefined || chain.startsWith('-') || CHAIN.test(chain);
}

/** Whether a program is a script that nft(8) reads, and that flushes. */
function isNftScript(files: Files, { words: [path = ''], isOpened }: Command): boolean {
  const text = isOpened ? '' : textAt(files, path);
  return /^#!.*\bnft\b/.test(text) && flushesOthers(text, 'iptables');
}

function textAt(files: Files, path: string): string {
  const read = path.startsWith('/') ? readText(files, path) : undefined;
  return typeof read === 'object' ? read.text : '';
}
