import fs from 'fs-extra';
import path from 'node:path';
import { example } from './checkout.js';

/** A command as a README shows it, and what it says the command prints. */
export interface Shown {
  readonly command: string;
  readonly output: string;
}

/** The README of an example. */
export const readme = (name: string): string =>
  fs.readFileSync(path.join(example(name), 'README.md'), 'utf8');

/** The commands in the `console` blocks of an example's README. */
export function shownCommands(name: string): Shown[] {
  return [...readme(name).matchAll(/^```console\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
    [...block.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)].map(([, command = '', output = '']) => ({
      command,
      output,
    })),
  );
}

/** The one that is shown so. */
export function shownCommand(name: string, pattern: RegExp): Shown {
  const shown = shownCommands(name).filter(({ command }) => pattern.test(command));
  const [first] = shown;
  if (!first || shown.length > 1)
    throw new Error(`README.md of ${name} shows ${shown.length} ${pattern.source}`);
  return first;
}
