import { describe, expect, test } from '@jest/globals';
import { assignments, fatal, kinds, parse } from './parsed.js';

describe('a backslash at the end of a line', () => {
  test('continues it, and becomes a space', () => {
    expect(assignments('[Unit]\nAfter=a\\\nb\n')).toEqual(['[Unit] After=a b']);
  });

  test.each([
    [1, true],
    [2, false],
    [3, true],
    [4, false],
    [5, true],
  ])('%i of them continue: %s', (count, continues) => {
    const kept = '\\'.repeat(continues ? count - 1 : count);
    const text = `[Unit]\nA=x${'\\'.repeat(count)}\nB=y\n`;
    expect(assignments(text)).toEqual(
      continues ? [`[Unit] A=x${kept} B=y`] : [`[Unit] A=x${kept}`, '[Unit] B=y'],
    );
  });

  test('followed by white space continues nothing', () => {
    expect(assignments('[Unit]\nA=x\\ \nB=y\n')).toEqual(['[Unit] A=x\\', '[Unit] B=y']);
  });

  test('continues before CR LF too', () => {
    expect(assignments('[Unit]\r\nA=x\\\r\ny\r\n')).toEqual(['[Unit] A=x y']);
  });

  test('counts its own line only: backslashes of the line before do not add to it', () => {
    expect(assignments('[Unit]\nA=x\\\n\\\ny\nB=z\n')).toEqual(['[Unit] A=x  y', '[Unit] B=z']);
  });

  test('at the end of the file ends there', () => {
    expect(assignments('[Unit]\nA=x\\')).toEqual(['[Unit] A=x']);
    expect(assignments('[Unit]\nA=x\\\n')).toEqual(['[Unit] A=x']);
  });

  test('keeps the white space that the next line starts with', () => {
    expect(assignments('[Unit]\nA=x \\\n  y\n')).toEqual(['[Unit] A=x    y']);
  });

  test('breaks a key in two: "Af ter" is another key', () => {
    expect(assignments('[Unit]\nAf\\\nter=x\n')).toEqual(['[Unit] Af ter=x']);
  });

  test('before a header swallows it', () => {
    expect(assignments('[Unit]\nRequires=a \\\n[Service]\nExecStart=/x\n')).toEqual([
      '[Unit] Requires=a  [Service]',
      '[Unit] ExecStart=/x',
    ]);
  });

  test('in a header breaks it', () => {
    expect(fatal('[Unit]\\\nA=1\n')).toBe('1: bad-header');
  });
});

describe('a comment inside a continuation', () => {
  test.each(['# note', '; note', '  # note', '# note \\'])(
    'is skipped and does not end it: %j',
    (comment) => {
      expect(assignments(`[Unit]\nAfter=a\\\n${comment}\nb\n`)).toEqual(['[Unit] After=a b']);
    },
  );

  test('stays in the source of the setting', () => {
    expect(parse('[Unit]\nA=x\\\n# note\ny\nB=z\n').nodes[1]).toMatchObject({
      kind: 'assignment',
      line: 2,
      source: 'A=x\\\n# note\ny\n',
    });
  });

  test('may hold invalid UTF-8', () => {
    expect(assignments(Buffer.from('[Unit]\nA=x\\\n# \xff\ny\n', 'latin1'))).toEqual(['[Unit] A=x y']);
  });
});

describe('an empty line', () => {
  test('ends a continuation', () => {
    expect(assignments('[Unit]\nA=x\\\n\nB=y\n')).toEqual(['[Unit] A=x', '[Unit] B=y']);
  });

  test('of white space ends a continuation', () => {
    expect(assignments('[Unit]\nA=x\\\n \t\nB=y\n')).toEqual(['[Unit] A=x', '[Unit] B=y']);
  });

  test('is a blank node elsewhere, and one of white space and a backslash too', () => {
    expect(kinds('\n \t\n\\\n\n')).toEqual(['blank', 'blank', 'blank']);
  });
});
