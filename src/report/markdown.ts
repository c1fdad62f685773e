import { printable } from './printable.js';

/** A word that Markdown, and what GitHub and GitLab make links of, can only take for a word. */
const isPlain = (word: string): boolean =>
  /^(?:\p{L}[\p{L}'’]*(?:-\p{L}[\p{L}'’]*)*|\p{N}+(?:\p{L}{1,3})?)$/u.test(word);

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
  return words.map(wordOrCode).join(' ');
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

/** The marks around a word, from the outside in: a pattern for them takes cubic time on a run of brackets. */
function bared(word: string): [before: string, core: string, after: string] {
  let first = 0;
  while (first < word.length && '"('.includes(word.charAt(first))) first++;
  let last = word.length;
  for (const some of ['")', ',.;:!?', '")'])
    while (last > first && some.includes(word.charAt(last - 1))) last--;
  return [word.slice(0, first), word.slice(first, last), word.slice(last)];
}

function longestRun(text: string): number {
  return [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0);
}
