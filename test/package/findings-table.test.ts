import { expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { FINDING_CODES, FINDINGS } from '../../src/plan/findings/index.js';
import { run } from '../helpers/run.js';

const rows = (file: string): string[][] =>
  [
    ...fs
      .readFileSync(file, 'utf8')
      .matchAll(/^\| `([a-z-]+)`\s*\| ([^|]+?)\s*\| ([^|]+?)\s*\| ([^|]+?)\s*\|$/gm),
  ].map(([, ...cells]) => cells.map(String));

const words = {
  'README.md': { refuse: /^refuse/, warn: /^warning/, info: /^note/, final: 'never forced' },
  'README.zh-CN.md': { refuse: /^拒绝/, warn: /^警告/, info: /^提示/, final: '不可强制' },
} as const;

test.each(['README.md', 'README.zh-CN.md'] as const)('%s lists every finding with its level', (file) => {
  const table = rows(file);
  expect(table.map(([code]) => code).sort()).toEqual([...FINDING_CODES].sort());
  for (const [code = '', level = ''] of table) {
    const kind = FINDINGS[code];
    expect(`${code} ${level}`).toMatch(
      new RegExp(`^${code} ${words[file][kind?.level ?? 'info'].source.slice(1)}`),
    );
    expect(level.includes(words[file].final)).toBe(kind?.level === 'refuse' && !kind.mayBeForced);
  }
});

test('README.md has the list that npm run docs writes', async () => {
  const [, list] =
    /<!-- findings: .* -->\n([^]*?)<!-- \/findings -->\n/.exec(fs.readFileSync('README.md', 'utf8')) ?? [];
  expect(list).toBe((await run(['explain', '--format', 'markdown'])).out);
});
