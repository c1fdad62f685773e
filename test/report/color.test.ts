import { describe, expect, test } from '@jest/globals';
import { paint, paintPatch, useColor } from '../../src/report/color.js';

const ESC = '\x1b[';

/** Text without its colours. */
// eslint-disable-next-line no-control-regex
const plain = (text: string): string => text.replace(/\x1b\[\d+m/g, '');

describe('--color auto', () => {
  test.each<[what: string, isTerminal: boolean, env: Record<string, string>, colours: boolean]>([
    ['colours a terminal', true, {}, true],
    ['leaves a pipe or file plain', false, {}, false],
    ['heeds NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['heeds NO_COLOR whatever it says', true, { NO_COLOR: '0' }, false],
    ['does not heed an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['leaves a dumb terminal plain', true, { TERM: 'dumb' }, false],
    ['colours any other terminal', true, { TERM: 'xterm' }, true],
  ])('%s', (_, isTerminal, env, colours) => {
    expect(useColor('auto', isTerminal, env)).toBe(colours);
  });
});

test('--color always colours a pipe too, and beats NO_COLOR and TERM=dumb', () => {
  expect(useColor('always', false, { NO_COLOR: '1', TERM: 'dumb' })).toBe(true);
});

test('--color never leaves a terminal plain', () => {
  expect(useColor('never', true, {})).toBe(false);
});

test('text is painted whatever the environment of this process, or not at all', () => {
  expect(paint('red', 'x', true)).toBe(`${ESC}31mx${ESC}39m`);
  expect(paint('red', 'x', false)).toBe('x');
});

describe('a patch', () => {
  const patch = [
    'diff --git a/a b/a',
    'new file mode 100644',
    '--- /dev/null',
    '+++ b/a',
    '@@ -1,2 +1,2 @@',
    ' same',
    '-old',
    '+new',
    '',
  ].join('\n');

  test('is the same text under its colours', () => {
    expect(plain(paintPatch(patch, true))).toBe(patch);
  });

  test('is left as it is without colours', () => {
    expect(paintPatch(patch, false)).toBe(patch);
  });

  test.each([
    ['heads are bold', '+++ b/a', '1'],
    ['places are cyan', '@@ -1,2 +1,2 @@', '36'],
    ['what comes is green', '+new', '32'],
    ['what goes is red', '-old', '31'],
  ])('%s', (_, line, code) => {
    expect(paintPatch(patch, true)).toContain(`${ESC}${code}m${line}${ESC}`);
  });

  test('has no colour if nothing changes', () => {
    expect(paintPatch(patch, true).split('\n')).toContain(' same');
  });
});
