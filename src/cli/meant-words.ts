import type { UnitPatchError } from '../errors.js';
import { templateNames } from '../system/package-files.js';
import { parseUnitName } from '../units/name.js';
import { COMMANDS, commandName } from './commands/index.js';
import { didYouMean, nearest } from '../units/nearest.js';
import { usage } from './usage.js';

/** Verbs of other programs, and what does the same here; NAME stands for what they are about. */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  fix: ['unit-patch NAME', 'unit-patch doctor NAME'],
  heal: ['unit-patch doctor NAME'],
  repair: ['unit-patch doctor NAME'],
  diagnose: ['unit-patch doctor NAME'],
  status: ['unit-patch doctor NAME', 'unit-patch check NAME'],
  verify: ['unit-patch check NAME', 'unit-patch prove NAME'],
  test: ['unit-patch prove NAME'],
  diff: ['unit-patch NAME -n'],
  plan: ['unit-patch NAME -n'],
  'dry-run': ['unit-patch NAME -n'],
  add: ['unit-patch NAME'],
  enable: ['unit-patch NAME'],
  install: ['unit-patch NAME'],
  write: ['unit-patch NAME'],
  undo: ['unit-patch revert NAME'],
  remove: ['unit-patch revert NAME'],
  delete: ['unit-patch revert NAME'],
  disable: ['unit-patch revert NAME'],
  uninstall: ['unit-patch revert NAME'],
  cat: ['unit-patch show NAME'],
  list: ['unit-patch compare NAME', 'unit-patch explain'],
};

/**
 * The words as they were meant: `patch NAME` is `NAME`.
 * @param argv the command line
 * @throws UnitPatchError `usage` if the first word is no command, and a name follows
 */
export function meantWords(argv: readonly string[]): readonly string[] {
  const [first = '', ...rest] = argv;
  if (isCommand(first)) return argv;
  const next = rest.find((word) => !word.startsWith('-'));
  if (first === 'patch' && next !== undefined) return rest;
  const ways = VERBS[first]?.map((way) => way.replace('NAME', next ?? 'docker'));
  if (ways) throw usage(`${first} is no command`, didYouMean(ways.join(', or '), ''));
  const isVerb = next !== undefined && rest[0] === next && !isName(first);
  if (!isVerb) return argv;
  const command = nearest(first, COMMANDS.map(commandName));
  const hint =
    command === undefined
      ? 'unit-patch --help lists the commands'
      : `Did you mean unit-patch ${command} ${next}?`;
  throw usage(`${first} is no command`, hint);
}

/** The error for a word too many, which is often the unit to follow. */
export function tooManyWords(argv: readonly string[], word: string): UnitPatchError {
  const [first = ''] = argv;
  const follows = !isCommand(first) && argv[1] === word && parseUnitName(`${word}.service`) !== undefined;
  const followed = parseUnitName(word) ? word : `${word}.service`;
  const hint = follows
    ? `Did you mean unit-patch ${first} --follow ${followed}?`
    : 'unit-patch --help lists what there is';
  return usage(`${word} is a word too many`, hint);
}

function isCommand(word: string): boolean {
  return COMMANDS.some((one) => commandName(one) === word);
}

/** A word that may be the NAME itself, so that the next one is too many. */
function isName(word: string): boolean {
  return word.startsWith('-') || templateNames().includes(word) || parseUnitName(word) !== undefined;
}
