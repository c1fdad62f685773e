import { printable } from './printable.js';
import { bared, endOfCommand, isPlain } from './words.js';

/** Any text as inline code. */
export function code(raw: string): string {
  const text = printable(raw);
  const fence = '`'.repeat(longestRun(text) + 1);
  const pad = text === '' || /^[` ]|[` ]$/.test(text) ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

/**
 * A sentence that may hold names of files and units: each word that is not plainly a word is code, so that none of
 * it can be markup, a link, or the name of somebody who is then notified.
 */
export function prose(raw: string): string {
  const words = printable(raw).split(' ');
  const shown: string[] = [];
  for (let at = 0; at < words.length;) {
    const end = endOfCommand(words, at);
    shown.push(end === at ? wordOrCode(words[at] ?? '') : commandAsCode(words.slice(at, end)));
    at = Math.max(end, at + 1);
  }
  return shown.join(' ');
}

/** A whole command is one piece of code, without the punctuation of the sentence. */
function commandAsCode(words: readonly string[]): string {
  const [, core, after] = bared(words.at(-1) ?? '');
  return code([...words.slice(0, -1), core].join(' ')) + after;
}

/** Lines that are shown as they are, each fit for a terminal. */
export function fenced(language: string, raw: string): string {
  const text = raw
    .split('\n')
    .map((line) => line.replace(/[^\t]+/g, printable))
    .join('\n');
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}\n`;
}

function wordOrCode(word: string): string {
  if (word === '' || /^[\u00b7\u2013\u2014]$/.test(word)) return word;
  const [before, core, after] = bared(word);
  return isPlain(core) ? word : `${before}${core === '' ? '' : code(core)}${after}`;
}

function longestRun(text: string): number {
  return [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0);
}
