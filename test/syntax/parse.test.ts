import { describe, expect, test } from '@jest/globals';
import { assignments, fatal, kinds, parse, problems } from './parsed.js';

describe('a setting', () => {
  test('is a key, the first "=" and a value', () => {
    expect(assignments('[Service]\nExecStart=/bin/x --a=b\n')).toEqual(['[Service] ExecStart=/bin/x --a=b']);
  });

  test('has the white space around its key, its "=" and its value trimmed', () => {
    expect(assignments('[Unit]\n \tAfter \t=\t a.service b.service \t\n')).toEqual([
      '[Unit] After=a.service b.service',
    ]);
  });

  test.each(['\u00a0', '\v', '\f', '\ufeff', '\u2028'])('keeps %j, which is not white space', (character) => {
    expect(assignments(`[Unit]\nAfter=${character}a${character}\n`)).toEqual([
      `[Unit] After=${character}a${character}`,
    ]);
  });

  test('may have an empty value', () => {
    expect(assignments('[Service]\nExecStart=\n')).toEqual(['[Service] ExecStart=']);
  });

  test('keeps quotes, "#" and ";" in its value: there are no inline comments', () => {
    expect(assignments('[Unit]\nWants="a.service" # b.service ; c\n')).toEqual([
      '[Unit] Wants="a.service" # b.service ; c',
    ]);
  });

  test('keeps the case of its key and section', () => {
    expect(assignments('[unit]\nafter=a\n')).toEqual(['[unit] after=a']);
  });

  test('before the first header has no section', () => {
    expect(assignments('After=a\n[Unit]\nAfter=b\n')).toEqual(['After=a', '[Unit] After=b']);
  });

  test('repeated stays repeated, in order', () => {
    expect(assignments('[Unit]\nAfter=b\nAfter=a\nAfter=b\n')).toEqual([
      '[Unit] After=b',
      '[Unit] After=a',
      '[Unit] After=b',
    ]);
  });

  test('knows the number of its first line, counted as systemd counts', () => {
    const lines = parse('[Unit]\r# x\0\nA=1\\\n2\n\nB=3').nodes.map(({ kind, line }) => [kind, line]);
    expect(lines).toEqual([
      ['section', 1],
      ['comment', 2],
      ['blank', 3],
      ['assignment', 4],
      ['blank', 6],
      ['assignment', 7],
    ]);
  });
});

describe('a line without "="', () => {
  test('is ignored, with a problem', () => {
    expect(kinds('[Unit]\nnonsense\n')).toEqual(['section', 'ignored']);
    expect(problems('[Unit]\nnonsense\n')).toEqual(['2: no-assignment']);
  });

  test('does not end the section', () => {
    expect(assignments('[Unit]\nnonsense\nAfter=a\n')).toEqual(['[Unit] After=a']);
  });
});

test('a line with nothing before its "=" is ignored, with a problem', () => {
  expect(kinds('[Unit]\n =x\n')).toEqual(['section', 'ignored']);
  expect(problems('[Unit]\n =x\n')).toEqual(['2: no-assignment']);
});

describe('a comment', () => {
  test.each(['#', ';', '  #', '\t;', ' \t #'])('starts with %j', (start) => {
    expect(kinds(`[Unit]\n${start}After=a\n`)).toEqual(['section', 'comment']);
  });

  test.each(['\u00a0#', '\v;', '\f#'])('does not start with %j', (start) => {
    expect(kinds(`[Unit]\n${start} x=y\n`)).toEqual(['section', 'assignment']);
  });

  test('never continues', () => {
    expect(assignments('[Unit]\n# note \\\nAfter=a\n')).toEqual(['[Unit] After=a']);
  });

  test('may hold invalid UTF-8', () => {
    const bytes = Buffer.from('[Unit]\n# Gr\xfc\xdfe \xff\nAfter=a\n', 'latin1');
    expect(fatal(bytes)).toBeUndefined();
    expect(assignments(bytes)).toEqual(['[Unit] After=a']);
  });
});

describe('a section header', () => {
  test('may stand between white space', () => {
    expect(assignments(' \t[Unit] \t\nA=1\n')).toEqual(['[Unit] A=1']);
  });

  test.each(['[ Unit]', '[Unit ]', '[unit]', '[]', '[[Unit]', '[Unit]]', '[X-a b]', '[Ünit]'])(
    '%s is well formed, whatever it names',
    (header) => {
      expect(fatal(`${header}\nA=1\n`)).toBeUndefined();
      expect(assignments(`${header}\nA=1\n`)).toEqual([`[${header.slice(1, -1)}] A=1`]);
    },
  );

  test.each(['[Unit', '[', '[Unit] # comment', '[Unit]x', '[Unit];'])(
    '%j is fatal: no "]" at its end',
    (header) => {
      expect(fatal(`A=1\n${header}\nB=2\n`)).toBe('2: bad-header');
    },
  );

  test.each(['[Un"it]', "[Un'it]", '[Un\\it]', '[Un\tit]', '[Un\x7fit]', '[Un\x01it]'])(
    '%j is fatal: quotes, backslashes and control characters may not stand in it',
    (header) => {
      expect(fatal(`A=1\n${header}\nB=2\n`)).toBe('2: bad-header');
    },
  );
});

describe('if systemd gives a file up', () => {
  const text = '[Unit]\nAfter=a\n[Unit] # x\nAfter=b\n# end\n';

  test('the part before stays, and the rest is one dropped node', () => {
    expect(assignments(text)).toEqual(['[Unit] After=a']);
    expect(kinds(text)).toEqual(['section', 'assignment', 'dropped']);
    expect(parse(text).nodes.at(-1)).toMatchObject({ line: 3, source: '[Unit] # x\nAfter=b\n# end\n' });
  });

  test('the reason is the last problem too', () => {
    const file = parse(text);
    expect(file.problems.at(-1)).toBe(file.fatal);
  });

  test('problems from further down are not looked for', () => {
    expect(problems('[Unit\nnonsense\n')).toEqual(['1: bad-header']);
  });
});

describe('invalid UTF-8', () => {
  test.each([
    ['a value', '[Unit]\nDescription=\xff\nAfter=b\n'],
    ['a key', '[Unit]\n\xff=x\nAfter=b\n'],
    ['a section name', 'A=1\n[Un\xffit]\nAfter=b\n'],
    ['a line that would be ignored anyway', '[X-Notes]\n\xff\nAfter=b\n'],
    ['U+FFFF in a value', '[Unit]\nDescription=\xef\xbf\xbf\nAfter=b\n'],
  ])('is fatal in %s', (_, bytes) => {
    expect(fatal(Buffer.from(bytes, 'latin1'))).toBe('2: invalid-utf8');
    expect(kinds(Buffer.from(bytes, 'latin1')).at(-1)).toBe('dropped');
  });

  test('is judged on the joined line: a character may be cut by nothing, not by a continuation', () => {
    expect(fatal(Buffer.from('[Unit]\nA=\xc3\\\n\xbc\n', 'latin1'))).toBe('2: invalid-utf8');
  });
});

describe('a hidden line', () => {
  test('after a lone CR is read as a line, and named', () => {
    const text = '[Unit]\nDescription=x\rRequires=fw.service\n';
    expect(assignments(text)).toEqual(['[Unit] Description=x', '[Unit] Requires=fw.service']);
    expect(problems(text)).toEqual(['3: hidden-line']);
  });

  test('after a NUL is read as a line, and named', () => {
    const text = '[Unit]\nDescription=x\0Requires=fw.service\n';
    expect(assignments(text)).toEqual(['[Unit] Description=x', '[Unit] Requires=fw.service']);
    expect(problems(text)).toEqual(['3: hidden-line']);
  });

  test.each([
    ['CR LF', '[Unit]\r\nAfter=a\r\n'],
    ['a CR at the end of the file', '[Unit]\nAfter=a\r'],
    ['a CR before white space only', '[Unit]\nAfter=a\r \t\n'],
  ])('is not made by %s', (_, text) => {
    expect(problems(text)).toEqual([]);
  });
});

describe('a byte order mark', () => {
  test('is taken from the first line of a file', () => {
    expect(assignments('\ufeff[Unit]\nA=1\n')).toEqual(['[Unit] A=1']);
  });

  test('is taken from the first line that starts with it, wherever that stands', () => {
    expect(assignments('[Unit]\nA=1\n\ufeffB=2\n')).toEqual(['[Unit] A=1', '[Unit] B=2']);
  });

  test('is taken once only: the next one is an ordinary character', () => {
    expect(assignments('\ufeff[Unit]\n\ufeffB=2\n')).toEqual(['[Unit] \ufeffB=2']);
  });

  test('is taken at the start of a continuing line too', () => {
    expect(assignments('[Unit]\nA=1\\\n\ufeff2\n')).toEqual(['[Unit] A=1 2']);
  });

  test('after white space is an ordinary character', () => {
    expect(assignments('[Unit]\n \ufeffB=2\n')).toEqual(['[Unit] \ufeffB=2']);
  });

  test('before "#" makes the comment an ignored line', () => {
    expect(kinds('\ufeff# note\n')).toEqual(['ignored']);
  });
});
