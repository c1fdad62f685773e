import { styleText } from 'node:util';
import { printable } from './printable.js';

/** `auto` colours a terminal only; NO_COLOR counts (https://no-color.org). */
export type When = 'auto' | 'always' | 'never';

/** Whether to colour what goes to one stream. */
export function useColor(
  when: When,
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (when !== 'auto') return when === 'always';
  return isTerminal && !env.NO_COLOR && env.TERM !== 'dumb';
}

type Format = Parameters<typeof styleText>[0];

/** `text` in a colour, where colours are wanted. */
export function paint(format: Format, text: string, color: boolean): string {
  return color ? styleText(format, text, { validateStream: false }) : text;
}

/** A patch with its lines coloured as git colours them, and fit for a terminal; without colours, to be applied. */
export function paintPatch(patch: string, color: boolean): string {
  if (!color) return patch;
  return patch
    .split('\n')
    .map((line) => line.replace(/[^\t]+/g, printable))
    .map((line) => {
      if (/^(?:diff|index|new|deleted|---|\+\+\+)/.test(line)) return paint('bold', line, true);
      if (line.startsWith('@@')) return paint('cyan', line, true);
      if (line.startsWith('+')) return paint('green', line, true);
      return line.startsWith('-') ? paint('red', line, true) : line;
    })
    .join('\n');
}
