import { afterAll, describe, expect, test } from '@jest/globals';
import { globMatches, matchesAny } from '../../src/files/glob.js';
import { openRoot } from '../../src/files/open-root.js';
import { within } from '../helpers/in-time.js';
import { link, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

describe('one component of a pattern of glob(7)', () => {
  test.each([
    ['rules.v4', 'rules.v4'],
    ['rules.v?', 'rules.v6'],
    ['*', 'x'],
    ['a*b*c', 'aXbYbZc'],
    ['*a*a*b', 'aaab'],
    ['[0-9]*', '50-x'],
    ['[!a-c]', 'd'],
    ['[^a-c]', 'd'],
    ['[]x]', ']'],
    ['[a-]', '-'],
    ['[x', '[x'],
    ['a.b', 'a.b'],
    ['\\*', '*'],
    ['?', '\u{1f480}'],
  ])('%s matches %s', (pattern, name) => {
    expect(globMatches(pattern, name)).toBe(true);
  });

  test.each([
    ['rules.v?', 'rules.v'],
    ['a.b', 'axb'],
    ['a*b', 'abc'],
    ['[!a-c]', 'b'],
    ['[b-a]', 'a'],
    ['\\*', 'x'],
    ['', 'x'],
    ['a', ''],
  ])('%s does not match %s', (pattern, name) => {
    expect(globMatches(pattern, name)).toBe(false);
  });

  test('stars beyond number, and brackets that nothing closes, take no time', () => {
    within(1000, () => {
      expect(globMatches(`${'*a'.repeat(2000)}b`, 'a'.repeat(255))).toBe(false);
      expect(globMatches('['.repeat(4000), 'x')).toBe(false);
      expect(globMatches('[x]'.repeat(1300), 'x'.repeat(255))).toBe(false);
    });
  });
});

describe('the paths of a root that match', () => {
  const matchesIn = (tree: Parameters<typeof makeRoot>[0], pattern: string): boolean =>
    matchesAny(openRoot(makeRoot(tree)), pattern);

  test.each([
    ['/opt/*/rules.v4', true],
    ['/opt/*/rules.v6', false],
    ['/opt/*', true],
    ['/opt/link/*.v4', true],
    ['//opt//a/*', true],
    ['/opt/*/.hidden', true],
    ['/opt/a/.*', true],
    ['/opt/a/*hidden', false],
    ['/opt/a/rules.v4/*', false],
    ['/nowhere/*', false],
    ['/', true],
  ])('%s: %s', (pattern, expected) => {
    const tree = { '/opt/a/rules.v4': '', '/opt/a/.hidden': '', '/opt/link': link('a') };
    expect(matchesIn(tree, pattern)).toBe(expected);
  });

  test('links that form a loop are walked through once per level', () => {
    const links = Array.from({ length: 12 }, (_, at) => [`/l${at}`, link('/')] as const);
    within(2000, () => {
      expect(matchesIn(Object.fromEntries(links), '/*/*/*/*/*/*/*/*/zz')).toBe(false);
    });
  });

  test('a class of the locale, and a pattern longer than any path, are not decided', () => {
    expect(() => matchesIn({ '/1': '' }, '/[[:digit:]]')).toThrow(RangeError);
    expect(() => matchesIn({ '/1': '' }, `/${'*'.repeat(5000)}`)).toThrow(RangeError);
  });
});
