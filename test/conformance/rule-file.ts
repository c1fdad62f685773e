import { printReading } from './compare.js';
import type { Reading } from './dump.js';
import type { Root } from './root.js';
import { parseEntry, parseSections, printRoot } from './txtar.js';

/** One rule as a text file: words, a root, the units asked, and what systemd made of them. */
export interface Rule {
  readonly comment: string;
  readonly root: Root;
  readonly asked: readonly string[];
  /** By the version of systemd; `any` is what holds if a version has no section of its own. */
  readonly expected: ReadonlyMap<number | 'any', string>;
}

/** Reads a rule file. */
export function parseRule(text: string): Rule {
  const { comment, sections } = parseSections(text);
  const expected = new Map<number | 'any', string>();
  const root: Root[number][] = [];
  let asked: string[] = [];
  for (const section of sections) {
    const [, version] = /^expected ?(\d+)?$/.exec(section.head) ?? [];
    if (section.head === 'ask') asked = section.body.split('\n').filter((line) => line !== '');
    else if (section.head.startsWith('expected'))
      expected.set(version === undefined ? 'any' : Number(version), section.body);
    else root.push(parseEntry(section));
  }
  return { comment, root, asked, expected };
}

/** Prints a rule as it is in its file. */
export function printRule({ comment, root, asked, expected }: Rule): string {
  const answers = [...expected].map(
    ([version, text]) => `-- expected${version === 'any' ? '' : ` ${version}`} --\n${text}`,
  );
  return `${comment}${printRoot(root)}-- ask --\n${asked.map((unit) => `${unit}\n`).join('')}${answers.join('')}`;
}

/** Prints the answers to all the units that a rule asks. */
export function printAnswers(answers: ReadonlyMap<string, Reading>): string {
  return [...answers].map(([unit, reading]) => `${unit}\n${printReading(reading)}`).join('');
}

/** What a rule expects of a version of systemd. */
export function expectedOf(rule: Rule, version: number): string | undefined {
  return rule.expected.get(version) ?? rule.expected.get('any');
}
