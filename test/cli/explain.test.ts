import { expect, test } from '@jest/globals';
import fs from 'node:fs';
import { FINDING_CODES, FINDINGS } from '../../src/plan/findings/index.js';
import { run } from '../helpers/run.js';
import { complaints } from '../helpers/schemas.js';

test('explain lists every finding with its level, one per line', async () => {
  const { status, out, err } = await run(['explain']);
  expect([status, err]).toEqual([0, '']);
  const lines = out.trimEnd().split('\n');
  expect(lines.map((line) => line.split(' ')[0])).toEqual(FINDING_CODES);
  expect(out).toMatch(/^followed-disabled +refused +the followed unit is not enabled$/m);
  expect(out).toMatch(/^start-limit +warning +frequent restarts hit the start limit$/m);
  expect(out).toMatch(/^no-need +note +nothing has to be followed$/m);
});

test('explain CODE says what it means, the way out, and how to override it', async () => {
  const { status, out } = await run(['explain', 'followed-masked']);
  expect(status).toBe(0);
  expect(out).toMatch(/^followed-masked: a unit that it would follow is masked$/m);
  expect(out).toMatch(/^ +level +refuse$/m);
  expect(out).toMatch(/^ +meaning +The followed unit, .* link to \/dev\/null: /m);
  expect(out).toMatch(/^ +way out +Unmask it: systemctl unmask UNIT\.$/m);
  expect(out).toMatch(/^ +--force +--force followed-masked writes it anyway$/m);
});

test('a finding that cannot be forced says so, and one that refuses nothing does not mention --force', async () => {
  expect((await run(['explain', 'name-taken'])).out).toMatch(/^ +--force +cannot override it$/m);
  expect((await run(['explain', 'start-limit'])).out).not.toMatch(/^ +--force/m);
});

test('a level that may be weaker says when', async () => {
  expect((await run(['explain', 'asks-docker'])).out).toMatch(/^ +level +refuse; a warning if timeout/m);
});

test.each(FINDING_CODES)('explain %s --json has its texts', async (code) => {
  const document: unknown = JSON.parse((await run(['explain', code, '--json'])).out);
  expect(complaints(document)).toEqual([]);
  const { level, docs } = FINDINGS[code] ?? {};
  const meaning = docs?.meaning.replaceAll('`', '');
  expect(document).toMatchObject({ findings: [{ code, level, meaning }] });
});

test('each test that is said to show a finding names its code', () => {
  for (const [code, { docs }] of Object.entries(FINDINGS))
    for (const file of docs.measured ?? []) expect(fs.readFileSync(file, 'utf8')).toContain(code);
});

test('explain --json has them all', async () => {
  const document = JSON.parse((await run(['explain', '--json'])).out) as { findings: { code: string }[] };
  expect(complaints(document)).toEqual([]);
  expect(document.findings.map(({ code }) => code)).toEqual(FINDING_CODES);
});

test.each([
  ['masked', /there is no finding masked\n.*followed-masked/],
  ['no-such-thing', /there is no finding no-such-thing\n.*unit-patch explain/],
  ['toString', /there is no finding toString\n.*unit-patch explain/],
  ['-x', /./],
])('explain %s: an error that names what is near, or the list', async (code, says) => {
  const { status, out, err } = await run(['explain', code]);
  expect([status, out]).toEqual([2, '']);
  expect(err).toMatch(says);
});

test('explain has no format diff', async () => {
  const { status, err } = await run(['explain', '--format', 'diff']);
  expect(status).toBe(2);
  expect(err).toContain('--format is text, json or markdown, not "diff"');
});
