import yargs from 'yargs';
import { FINDINGS } from '../plan/findings/index.js';
import { templateNames } from '../system/package-files.js';
import { UnitLoader } from '../units/loader.js';
import { parseUnitName } from '../units/name.js';
import { COMMANDS } from './commands/all.js';
import type { Command } from './commands/command.js';
import { SHELLS } from './commands/completion.js';
import type { Io } from './io.js';

/**
 * What may stand in the place of the last word. yargs knows the options and their choices; names come from the templates
 * and from the root that is named.
 * @param words those behind the command's name
 */
export async function completions(words: readonly string[], io: Io): Promise<string[]> {
  const word = words.at(-1) ?? '';
  const [, option, value] = /^(--[a-z-]+=)(.*)$/s.exec(word) ?? [];
  if (option !== undefined && value !== undefined) {
    const values = await completions([...words.slice(0, -1), option.slice(0, -1), value], io);
    return values.filter((one) => !one.startsWith('-')).map((one) => option + one);
  }
  const before = words.slice(0, -1);
  return (await candidates(before, word, io)).filter((one) => one.startsWith(word));
}

async function candidates(before: readonly string[], word: string, io: Io): Promise<string[]> {
  const given = argumentsIn(before);
  const command =
    COMMANDS.find((one) => nameOf(one) === given[0]) ?? COMMANDS.find((one) => nameOf(one) === '$0');
  if (!command) return [];
  const last = before.at(-1) ?? '';
  if (takesValue(last)) return valuesOf(last, before, await fromYargs(command, before, word), io);
  if (word.startsWith('-')) return fromYargs(command, before, word);
  if (nameOf(command) !== '$0') return namesFor(command, given.length - 1, word, before, io);
  const commands = given.length === 0 ? COMMANDS.map(nameOf).filter((name) => name !== '$0') : [];
  return [...commands, ...namesFor(command, given.length, word, before, io, commands)];
}

/** yargs offers the options, or where the option before has choices, these. */
async function fromYargs(command: Command, before: readonly string[], word: string): Promise<string[]> {
  const parser = command.options(yargs().locale('en').help().version(false));
  const found = await parser.getCompletion([...before.filter((one) => !REPEATABLE.includes(one)), word]);
  // Where $SHELL is zsh or fish a description follows, whatever shell it is that asks.
  return found.map((one) => one.replace(/[:\t].*$/s, '')).filter((one) => !/^-[^-]/.test(one));
}

/** Options that may be given again; yargs offers each once. */
const REPEATABLE = ['--root', '--force'];

function valuesOf(option: string, before: readonly string[], choices: string[], io: Io): string[] {
  if (option === '--follow') return unitNames(before, io);
  if (option === '--force') return Object.keys(FINDINGS).filter((code) => FINDINGS[code]?.mayBeForced);
  return choices.filter((one) => !one.startsWith('-'));
}

/** What may stand for an argument, by its name in the command's own usage. */
function namesFor(
  command: Command,
  at: number,
  word: string,
  before: readonly string[],
  io: Io,
  others: readonly string[] = [],
): string[] {
  const parts = [...command.usage.matchAll(/[<[]([a-z-]+)(\.\.)?[>\]]/g)];
  const part = parts[at] ?? parts.find(([, , isList]) => isList !== undefined);
  if (nameOf(command) === 'doctor' && part) return ['docker'];
  const name = part?.[1];
  if (name === 'shell') return [...SHELLS];
  if (name === 'unit') return unitNames(before, io);
  if (name !== 'name' && name !== 'names') return [];
  // Hundreds of units would hide the templates, and the commands beside them.
  return matches([...templateNames(), ...others], word) ? templateNames() : unitNames(before, io);
}

function matches(names: readonly string[], word: string): boolean {
  return names.some((name) => name.startsWith(word));
}

/** The units of the root that the words name, as far as there is one to look into. */
function unitNames(before: readonly string[], io: Io): string[] {
  const root = before.flatMap((word, at) =>
    word === '--root'
      ? (before[at + 1] ?? [])
      : word.startsWith('--root=')
        ? word.slice('--root='.length)
        : [],
  );
  try {
    const { map } = new UnitLoader(io.openSystem(root.at(-1) ?? '/').files());
    const names = [...map.entries.keys()].filter((name) => parseUnitName(name)?.kind !== 'template');
    // What has to be quoted in every shell another way is left to whoever wants it.
    return names.filter((name) => !name.includes('\\')).sort();
  } catch {
    return [];
  }
}

/** The words that are no options, and no values of options. */
function argumentsIn(words: readonly string[]): string[] {
  return words.filter((word, at) => !word.startsWith('-') && !takesValue(words[at - 1] ?? ''));
}

/** Whether the word after this one is its value. */
function takesValue(word: string): boolean {
  return word.startsWith('--') && valued().has(word.slice(2));
}

function valued(): ReadonlySet<string> {
  const parser = yargs().help(false).version(false);
  for (const command of COMMANDS) command.options(parser);
  const { key, boolean } = (parser as unknown as { getOptions(): YargsOptions }).getOptions();
  return new Set(Object.keys(key).filter((name) => !boolean.includes(name)));
}

/** What yargs holds of the options that it was told of. */
interface YargsOptions {
  readonly key: Readonly<Record<string, unknown>>;
  readonly boolean: readonly string[];
}

function nameOf({ usage }: Command): string {
  return usage.split(' ')[0] ?? '';
}
