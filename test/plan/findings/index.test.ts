import { expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { RELATIONS } from '../../../src/firewalls/template.js';
import { CHECKS, FINDING_CODES, FINDINGS } from '../../../src/plan/findings/index.js';

test('each check has a code of its own', () => {
  expect(FINDING_CODES).toHaveLength(CHECKS.length);
  expect([...FINDING_CODES].sort()).toEqual(CHECKS.map(({ code }) => code).sort());
});

test('refusals come first, and only they may be forced', () => {
  const levels = Object.values(FINDINGS).map(({ level }) => level);
  expect(levels.join(' ')).toMatch(/^(?:refuse ?)+(?:warn ?)+(?:info ?)+$/);
  const forced = Object.values(FINDINGS).filter(({ mayBeForced }) => mayBeForced);
  expect(new Set(forced.map(({ level }) => level))).toEqual(new Set(['refuse']));
});

test('the explanations are ASCII, as the manual page has to be', () => {
  expect(JSON.stringify(FINDINGS)).toMatch(/^[ -~]+$/);
});

test.each(Object.entries(FINDINGS))('%s is explained in whole sentences', (_, { docs, relations }) => {
  expect([docs.meaning, docs.wayOut]).toEqual([
    expect.stringMatching(/^(?:[A-Z]|systemd |docker\.service |unit-patch )[^|\n]{10,210}\.$/),
    expect.stringMatching(/^(?:[A-Z]|unit-patch )[^|\n]{8,160}\.$/),
  ]);
  if (docs.weaker !== undefined) expect(docs.weaker).toMatch(/^a warning if /);
  expect(RELATIONS).toEqual(expect.arrayContaining([...(relations ?? [])]));
});

test('each finding is expected by a test', () => {
  const tests = fs
    .readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => fs.readFileSync(`test/${name}`, 'utf8'))
    .join('\n');
  expect(FINDING_CODES.filter((code) => !new RegExp(`['[]${code}['\\]]`).test(tests))).toEqual([]);
});
