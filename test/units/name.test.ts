import { describe, expect, test } from '@jest/globals';
import {
  byBytes,
  directoryNames,
  instanceOf,
  mayAlias,
  mayTemplate,
  parseUnitName,
  templateOf,
  UNIT_TYPES,
} from '../../src/units/name.js';

const parsed = (name: string): NonNullable<ReturnType<typeof parseUnitName>> => {
  const parts = parseUnitName(name);
  if (!parts) throw new Error(`${name} should be a unit name`);
  return parts;
};

describe('a unit name', () => {
  test.each([
    'a.service',
    'a.b.service',
    '-.mount',
    '.a.service',
    'a:b_c-d.e.service',
    'dev-disk-by\\x2duuid-1.device',
    'a@b@c.service',
    '0.target',
  ])('may be %s', (name) => {
    expect(parseUnitName(name)?.name).toBe(name);
  });

  test.each([
    '',
    'a',
    '.service',
    'a.',
    'a.conf',
    'a.Service',
    'a.service ',
    'a b.service',
    'a,b.service',
    '"a.service',
    'a/b.service',
    '@.service',
    '@a.service',
    'a%i.service',
    'ä.service',
    'a\n.service',
    'a.service.d',
    'a.snapshot',
  ])('cannot be %j', (name) => {
    expect(parseUnitName(name)).toBeUndefined();
  });

  test('has 255 bytes at most', () => {
    const longest = `${'a'.repeat(247)}.service`;
    expect(parseUnitName(longest)?.name).toBe(longest);
    expect(parseUnitName(`a${longest}`)).toBeUndefined();
  });

  test.each(UNIT_TYPES)('may end in .%s', (type) => {
    expect(parseUnitName(`a.${type}`)?.type).toBe(type);
  });
});

describe('a unit name is', () => {
  test('plain without "@"', () => {
    expect(parsed('a-b.service')).toMatchObject({ kind: 'plain', prefix: 'a-b', instance: undefined });
  });

  test('a template with nothing after "@"', () => {
    expect(parsed('a@.service')).toMatchObject({ kind: 'template', prefix: 'a', instance: '' });
  });

  test('an instance with something after "@"', () => {
    expect(parsed('a@x.y.service')).toMatchObject({ kind: 'instance', prefix: 'a', instance: 'x.y' });
  });

  test('cut at its first "@"', () => {
    expect(parsed('a@b@c.service')).toMatchObject({ kind: 'instance', prefix: 'a', instance: 'b@c' });
    expect(parsed('a@@.service')).toMatchObject({ kind: 'instance', prefix: 'a', instance: '@' });
  });
});

test('the template of an instance is the name without it, and back', () => {
  expect(templateOf(parsed('a@b.service'))).toBe('a@.service');
  expect(instanceOf(parsed('a@.service'), 'b')).toBe('a@b.service');
});

test('services, sockets, targets, timers and paths may be templates, and nothing else', () => {
  expect(UNIT_TYPES.filter(mayTemplate)).toEqual(['service', 'socket', 'target', 'timer', 'path']);
});

test('the same and devices may have aliases; mounts, slices, swaps, automounts and scopes may not', () => {
  expect(UNIT_TYPES.filter(mayAlias)).toEqual(['service', 'socket', 'target', 'device', 'timer', 'path']);
});

test('names are ordered by their bytes, not by UTF-16 or by any language', () => {
  const sorted = ['10', '9', 'A', '_', 'a', 'é', '\uff5e', '🔥'];
  expect([...sorted].reverse().sort(byBytes)).toEqual(sorted);
});

describe('the directories of a unit are named after', () => {
  test.each([
    ['a.service', ['a.service']],
    ['a-b.service', ['a-b.service', 'a-.service']],
    ['a-b-c.service', ['a-b-c.service', 'a-b-.service', 'a-.service']],
    ['a-b-.service', ['a-b-.service', 'a-.service']],
    ['a--b.service', ['a--b.service', 'a--.service', 'a-.service']],
    ['a-.service', ['a-.service']],
    ['-a.service', ['-a.service']],
    ['-.slice', ['-.slice']],
    ['a@.service', ['a@.service']],
    ['a@i.service', ['a@i.service', 'a@.service']],
    ['a-b@.service', ['a-b@.service', 'a-.service']],
  ])('%s: %j', (name, names) => {
    expect(directoryNames(name)).toEqual(names);
  });

  test('an instance with a dash: its template, then each of its prefixes, as instance and as template', () => {
    expect(directoryNames('foo-bar@i.service')).toEqual([
      'foo-bar@i.service',
      'foo-bar@.service',
      'foo-.service',
      'foo-@i.service',
      'foo-@.service',
    ]);
  });

  test('the prefix alone: dashes of an instance make none', () => {
    expect(directoryNames('a@x-y.service')).toEqual(['a@x-y.service', 'a@.service']);
  });

  test('the name as it is written: "\\x2d" is not a dash', () => {
    expect(directoryNames('a\\x2db.service')).toEqual(['a\\x2db.service']);
  });
});
