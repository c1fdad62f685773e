import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { code, fenced, prose } from '../../src/report/markdown.js';

describe('inline code', () => {
  test.each([
    ['docker.service', '`docker.service`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['``a', '``` ``a ```'],
    [' a', '`  a `'],
    ['', '`  `'],
    ['a\n\u001b[31m', '`a\\n\\x1b[31m`'],
  ])('%j', (raw, expected) => {
    expect(code(raw)).toBe(expected);
  });

  test('is one line, and ends where it began, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', 'a', ' ', '\n', '\\', '|') }), (raw) => {
        const text = code(raw);
        const [, fence = '', inside = ''] = /^(`+)(.*)\1$/.exec(text) ?? [];
        const runs = [...inside.matchAll(/`+/g)].map(([run]) => run.length);
        expect(fence.length).toBeGreaterThan(0);
        expect(runs).not.toContain(fence.length);
      }),
    );
  });
});

describe('in a sentence everything that is not plainly a word is code', () => {
  test.each([
    [
      'docker.service stays (see /etc/x:4), as it does',
      '`docker.service` stays (see `/etc/x:4`), as it does',
    ],
    ['ask @everyone about #12 and GH-12, a@b.c', 'ask `@everyone` about `#12` and `GH-12`, `a@b.c`'],
    [
      '<img src=x> **bold** _it_ [a](http://b) www.b.c',
      '`<img` `src=x>` `**bold**` `_it_` `[a](http://b`) `www.b.c`',
    ],
    ['&lt; :smile: | ~a~ \\', '`&lt`; `:smile`: `|` `~a~` `\\`'],
    [
      'docker’s own, 3 times in 60s; "live-restore": true',
      'docker’s own, 3 times in 60s; "live-restore": true',
    ],
    ['a `b` c', 'a `` `b` `` c'],
    ['a\nb', '`a\\nb`'],
  ])('%j', (raw, expected) => {
    expect(prose(raw)).toBe(expected);
  });

  test('so outside of code there are only words and the marks around them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (raw) => {
        const outside = prose(raw).replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '');
        expect(outside).toMatch(/^[\p{L}\p{N} '’"(),.;:!?·–—-]*$/u);
      }),
    );
  });
});

describe('a fence', () => {
  test('is longer than any run of backticks inside', () => {
    expect(fenced('diff', '+a\n')).toBe('```diff\n+a\n```\n');
    expect(fenced('diff', ' ```\n+`````x\n')).toBe('``````diff\n ```\n+`````x\n``````\n');
  });

  test('shows what a terminal would obey, and keeps tabs', () => {
    expect(fenced('', '+a\tb\r\n\u001b[2J')).toBe('```\n+a\tb\\r\n\\x1b[2J\n```\n');
  });
});
