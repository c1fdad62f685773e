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

/** The colours that forTerminal() lets pass. */
type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** `text` in a colour, if colours are wanted; foreign text in it must be printable already. */
export function paint(format: Style, text: string, color: boolean): string {
  return color ? styleText(format, text, { validateStream: false }) : text;
}

/**
 * A patch with its lines coloured as git colours them, and fit for a terminal; byte for byte if it is neither coloured
 * nor shown, so that it can be applied.
 */
export function paintPatch(patch: string, color: boolean, isTerminal = color): string {
  if (!color && !isTerminal) return patch;
  const lines = patch.split('\n').map((line) => line.replace(/[^\t]+/g, printable));
  if (!color) return lines.join('\n');
  return lines
    .map((line) => {
      if (/^(?:diff|index|new|deleted|---|\+\+\+)/.test(line)) return paint('bold', line, true);
      if (line.startsWith('@@')) return paint('cyan', line, true);
      if (line.startsWith('+')) return paint('green', line, true);
      return line.startsWith('-') ? paint('red', line, true) : line;
    })
    .join('\n');
}
