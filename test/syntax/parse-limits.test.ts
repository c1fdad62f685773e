import { describe, expect, test } from '@jest/globals';
import { assignments, fatal, kinds, parse } from './parsed.js';

const MIB = 1024 * 1024;

/** A line of `size` bytes without its ending. */
const line = (start: string, size: number): string => start + 'x'.repeat(size - start.length);

describe('a line', () => {
  test('of 1 MiB - 1 bytes is read', () => {
    const text = `[Unit]\n${line('A=', MIB - 1)}\nB=1\n`;
    expect(fatal(text)).toBeUndefined();
    expect(assignments(text)).toHaveLength(2);
  });

  test('of 1 MiB is fatal: what stood before stays', () => {
    const text = `[Unit]\nA=1\n${line('B=', MIB)}\nC=1\n`;
    expect(fatal(text)).toBe('3: line-too-long');
    expect(assignments(text)).toEqual(['[Unit] A=1']);
    expect(kinds(text).at(-1)).toBe('dropped');
  });

  test('of 1 MiB is fatal at the end of the file too', () => {
    expect(fatal(`[Unit]\n${line('B=', MIB)}`)).toBe('2: line-too-long');
  });

  test('is measured in bytes, not characters', () => {
    expect(fatal(`[Unit]\nA=${'ü'.repeat(MIB / 2)}\n`)).toBe('2: line-too-long');
  });
});

describe('a comment', () => {
  test('of 1 MiB - 1 bytes is passed over', () => {
    expect(fatal(`${line('#', MIB - 1)}\n[Unit]\n`)).toBeUndefined();
  });

  test('of 1 MiB is fatal', () => {
    expect(fatal(`[Unit]\n${line('#', MIB)}\nA=1\n`)).toBe('2: line-too-long');
  });
});

describe('continued lines', () => {
  const half = `${line('A=', MIB / 2 - 1)}\\\n`;

  test('that sum to 1 MiB are read', () => {
    expect(assignments(`[Unit]\n${half}${line('', MIB / 2)}\n`)).toHaveLength(1);
  });

  test('that sum to 1 MiB and one byte are fatal', () => {
    const text = `[Unit]\nB=1\n${half}${line('', MIB / 2 + 1)}\nC=1\n`;
    expect(fatal(text)).toBe('4: line-too-long');
    expect(assignments(text)).toEqual(['[Unit] B=1']);
  });

  test('that are too long are dropped whole: the dropped node starts where the setting did', () => {
    const text = `[Unit]\nB=1\n${half}${line('', MIB / 2 + 1)}\nC=1\n`;
    const dropped = parse(text).nodes.at(-1);
    expect(dropped?.source.startsWith('A=x')).toBe(true);
    expect(dropped?.line).toBe(3);
  });

  test('do not count the comments among them', () => {
    expect(fatal(`[Unit]\n${half}${line('#', MIB - 1)}\n${line('', MIB / 2)}\n`)).toBeUndefined();
  });
});

describe('takes time in proportion to the file:', () => {
  test.each([
    ['2 MiB of lines that hold a backslash only', '\\\n'.repeat(MIB)],
    ['half a million empty lines', '\n'.repeat(MIB / 2)],
    ['1 MiB of backslashes in one line', `[Unit]\nA=${'\\'.repeat(MIB - 4)}\n`],
    ['a hundred thousand settings of a few lines each', '[Unit]\nA=x\\\n# y\nz\n'.repeat(100_000)],
    ['a comment in a continuation, a hundred thousand times', `A=\\\n${'#\n'.repeat(100_000)}x`],
    ['a value with white space in the middle', `[Unit]\nA=a${' '.repeat(60_000)}b\n`],
    ['half a million lone CRs', '\r'.repeat(MIB / 2)],
  ])('%s', (_, text) => {
    const bytes = Buffer.from(text);
    const start = performance.now();
    parse(bytes);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
