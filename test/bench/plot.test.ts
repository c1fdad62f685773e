import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { plot } from './plot.js';

const lines = (figures: number[]): string =>
  plot({ title: 'A plan', sizes: { of: 'unit files', at: [300, 3000] }, figures: { of: 'ms', at: figures } });

test('a plot has room above its highest figure', () => {
  expect(lines([20, 100])).toContain('y-axis "ms" 0 --> 111');
});

test('Mermaid can read a plot', () => {
  const picture = lines([20, 100]).replace(/^```mermaid\n|\n```$/g, '');
  const input = `${JSON.stringify([picture, picture.replace('line', 'lime')])}\n`;
  const verdicts = JSON.parse(
    execFileSync(process.execPath, ['test/report/parse-mermaid.js'], { input, encoding: 'utf8' }),
  ) as { error: string | null }[];
  expect(verdicts.map(({ error }) => error === null)).toEqual([true, false]);
});
