import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shellCommands } from '../../../src/firewalls/commands/shell-commands.js';

const read = (text: string): string[] => shellCommands(text).map(({ words }) => words.join(' '));
const background = (text: string): string[] =>
  shellCommands(text).flatMap(({ words, waits }) => (waits ? [] : [words.join(' ')]));

describe('the commands of a shell script', () => {
  test.each([
    ['a; b && c || d | e', ['a', 'b', 'c', 'd', 'e']],
    ['a\nb\\\n c', ['a', 'b c']],
    ['# a\na # b', ['a']],
    ['echo "a; b" \'c && d\' e\\;f', ['echo a; b c && d e;f']],
    ["printf '%s\\n' it\\'s", ["printf %s\\n it's"]],
    ['a=$(b) c', ['b', 'c']],
    ['echo "$(a "b" c)" `d`', ['a b c', 'd', 'echo $(a "b" c) `d`']],
    ['if a; then b; elif c; then d; else e; fi; f', ['a', 'b', 'c', 'd', 'e', 'f']],
    ['for x in $(a); do b "$x"; done', ['a', 'b $x']],
    ['for ((i=0;i<3;i++)); do a; done', ['a']],
    ['while ! a; do { b; (c); }; done', ['a', 'b', 'c']],
    ['f() { a; }\nfunction g { b; }\nf', ['a', 'b', 'f']],
    ['case $x in a|b) c;; (d) e;; *) f; esac; g', ['c', 'e', 'f', 'g']],
    ['a > b 2>&1 < c >> d &> e', ['a']],
    ['cat <<A; b\nsystemctl restart docker\nA\nc', ['cat', 'b', 'c']],
    ["cat <<-'A'\n\tb\n\tA\nc <<< d", ['cat', 'c']],
    ['[[ $a =~ (b|c) && d ]] && e', ['e']],
    ['x=(a b); ((x < 3)); y=$((1 << 2)) a ${x:-$(b)}', ['b', 'a ${x:-$(b)}']],
    ['diff <(a) <(b)', ['a', 'b', 'diff <(a) <(b)']],
    ["a 'never closed; b", ['a never closed; b']],
    ['', []],
  ])('%j', (text, commands) => {
    expect(read(text)).toEqual(commands);
  });

  test('each names its place', () => {
    expect(shellCommands('a\n\nb \\\n c; $(d)\n').map(({ line }) => line)).toEqual([1, 3, 4, 4]);
  });

  test.each([
    ['a & b', ['a']],
    ['a && b & c', ['a', 'b']],
    ['a; b &', ['b']],
    ['(a; b) & c', ['a', 'b']],
    ['{ a; b; } & c', ['a', 'b']],
    ['if a; then b; fi & c', ['a', 'b']],
    ['x && for i in 1 2; do a; done & c', ['x', 'a']],
    ['a >&2 &> b; c', []],
  ])('what "&" does not wait for: %j', (text, commands) => {
    expect(background(text)).toEqual(commands);
  });

  test('the condition of a loop is distinguished from other commands', () => {
    const repeated = shellCommands('while a; do b; done; until c; do d; done; e').filter(
      (one) => one.repeats,
    );
    expect(repeated.map(({ words }) => words)).toEqual([['a'], ['c']]);
  });

  test('each says which function and which branch of the first argument it is in', () => {
    const script = 'f() {\n a\n}\ncase "$1" in start|restart) f;; stop) b;; esac\ncase $2 in x) c;; esac';
    expect(
      shellCommands(script).map(({ words, inFunction, cases }) => [words.join(' '), inFunction, cases]),
    ).toEqual([
      ['a', 'f', []],
      ['f', undefined, [['start', 'restart']]],
      ['b', undefined, [['stop']]],
      ['c', undefined, []],
    ]);
  });

  test('any text is read without an error, and the commands of its first lines stay what they are', () => {
    const piece = fc.constantFrom(
      ...['$(', '(', ')', '((', '`', '"', "'", '\\', '\n', ';', ';;', '&', '|', '<<', '<<A\n', '>', '{', '}'],
      ...['${', 'case $1 in ', 'esac', 'if ', 'fi', 'done', 'for ', '[[ ', ']]', 'f()', ' ', 'a', '#', 'x=('],
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (rest) => {
        const commands = shellCommands(`first one\n${rest}`);
        expect(commands[0]).toMatchObject({ words: ['first', 'one'], line: 1, waits: true });
        for (const { line } of commands) expect(line).toBeGreaterThan(0);
      }),
    );
  });

  const hostile = [
    '(',
    '$(',
    '"$(',
    '`',
    '"`',
    '${',
    '{ ',
    'a&',
    '(a&)&',
    'a;;',
    "'",
    '<(',
    '<<a\n',
    'x() { ',
  ];
  test.each([...hostile, 'case $1 in a) ', 'if ', '[[ ', '$((', '"${x:-', 'x=('])(
    'a script of nothing but %j takes no longer than its size',
    (piece) => {
      // 128 KiB, above which no script is read; quadratic time would be minutes.
      const text = piece.repeat((1 << 17) / piece.length);
      const before = process.cpuUsage().user;
      shellCommands(text);
      expect(process.cpuUsage().user - before).toBeLessThan(5_000_000);
    },
  );
});
