import { expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { FINDING_CODES, FINDINGS } from '../../src/plan/findings/index.js';
import { explainReport, levelsOf } from '../../src/report/explain.js';
import { run } from '../helpers/run.js';

const LEVELS = { refuse: 'refuse', warn: 'warning', info: 'note' } as const;

/** Whether a level as it is printed is that of the check. */
function expectLevel(code: string, level: string): void {
  const kind = FINDINGS[code];
  expect(`${code} ${level}`).toMatch(new RegExp(`^${code} ${LEVELS[kind?.level ?? 'info']}`));
  expect(level.includes('never forced')).toBe(kind?.level === 'refuse' && !kind.mayBeForced);
}

test('explain --format markdown is a table of every finding with its level', async () => {
  const { out } = await run(['explain', '--format', 'markdown']);
  const cells = /^\| `([a-z-]+)` \| ([^|]+?) \| ([^|]+?) \| ([^|]+?) \|$/gm;
  const rows = [...out.matchAll(cells)].map(([, ...row]) => row.map(String));
  expect(rows.map(([code]) => code)).toEqual(FINDING_CODES);
  for (const [code = '', level = '', meaning, wayOut] of rows) {
    expectLevel(code, level);
    expect([meaning, wayOut]).toEqual([FINDINGS[code]?.docs.meaning, FINDINGS[code]?.docs.wayOut]);
  }
});

/** The source of the man page as it is read, without fonts and escapes. */
const page = (): string =>
  fs
    .readFileSync('dist/man/unit-patch.1', 'utf8')
    .replace(/\\\[u([0-9A-F]+)\]/g, (_, number: string) => String.fromCodePoint(parseInt(number, 16)))
    .replace(/\\\(ti/g, '~')
    .replace(/\\\(ha/g, '^')
    .replace(/\\f[BIRP]|\\&/g, '')
    .replace(/\\(.)/g, '$1');

test('the man page has every finding with its level, its meaning and its way out', () => {
  const [, section = ''] = /^\.SH "?FINDINGS"?$([^]*?)^\.SH /m.exec(page()) ?? [];
  const entries = [...section.matchAll(/^([a-z-]+) \((.+)\)$/gm)].map(([, ...entry]) => entry.map(String));
  expect(entries.map(([code]) => code)).toEqual(FINDING_CODES);
  for (const [code = '', level = ''] of entries) expectLevel(code, level);
  const words = section.replace(/\s+/g, ' ');
  for (const finding of explainReport(FINDING_CODES).findings) {
    expect(words).toContain(`${finding.code} (${levelsOf(finding)})`);
    expect(words).toContain(`${finding.meaning} ${finding.wayOut}`);
  }
});
