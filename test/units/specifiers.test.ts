import { describe, expect, test } from '@jest/globals';
import { expandSpecifiers, growsInstance } from '../../src/units/specifiers.js';

describe('in a list of units', () => {
  test.each([
    ['%n', 'the full name', 'a-b@c-d.service'],
    ['%N', 'the name without its suffix', 'a-b@c-d'],
    ['%p', 'the prefix', 'a-b'],
    ['%j', 'the part of the prefix after its last dash', 'b'],
    ['%i', 'the instance', 'c-d'],
    ['%%', 'a percent sign', '%'],
    ['%u', "the manager's user, whatever User= says", 'root'],
    ['%U', "the manager's user id", '0'],
    ['%g', "the manager's group", 'root'],
    ['%G', "the manager's group id", '0'],
  ])('%s is %s', (specifier, _, expected) => {
    expect(expandSpecifiers(specifier, 'a-b@c-d.service')).toBe(expected);
  });

  test.each(['%I', '%P', '%J', '%f', '%t', '%S', '%C', '%L', '%E', '%h', '%s', '%y', '%Y', '%d'])(
    '%s is not allowed: the word is dropped',
    (specifier) => {
      expect(expandSpecifiers(`a${specifier}.service`, 'x@y.service')).toBeUndefined();
    },
  );

  test.each(['%a', '%b', '%H', '%l', '%m', '%v', '%o', '%w', '%W', '%T', '%V'])(
    '%s is known only to the machine that runs the unit',
    (specifier) => {
      expect(expandSpecifiers(`a${specifier}.service`, 'x@y.service')).toBeUndefined();
    },
  );

  test.each(['a%z.service', 'a%.service', 'a.service%', '%ü.service'])('%s holds no specifier', (word) => {
    expect(expandSpecifiers(word, 'x@y.service')).toBeUndefined();
  });

  test('%i of a plain unit is empty', () => {
    expect(expandSpecifiers('a%i.service', 'x.service')).toBe('a.service');
  });

  test('%i of a template is empty', () => {
    expect(expandSpecifiers('a%i.service', 'x@.service')).toBe('a.service');
  });

  test('%j without a dash is the whole prefix', () => {
    expect(expandSpecifiers('%j.socket', 'x@y-z.service')).toBe('x.socket');
  });

  test('%N keeps the dots before the suffix', () => {
    expect(expandSpecifiers('%N.socket', 'a.b.service')).toBe('a.b.socket');
  });

  test('several are expanded, each once', () => {
    expect(expandSpecifiers('%p-%i@%%i.service', 'a@b.service')).toBe('a-b@%i.service');
  });

  test('a word without any stays as it is', () => {
    expect(expandSpecifiers('a.service', 'x.service')).toBe('a.service');
  });
});

describe('an instance built from the own one', () => {
  test.each([
    'a@x%i.service',
    'a@%ix.service',
    'a@%n.service',
    'a@%N.service',
    'a@%i%i.service',
    'a@%%%i.service',
  ])('grows: %s', (word) => {
    expect(growsInstance(word)).toBe(true);
  });

  test.each([
    'a@%i.service',
    'a@x.service',
    'a@%p.service',
    'a@%%i.service',
    '%i@x.service',
    'a%i.service',
    'a@',
  ])('does not grow: %s', (word) => {
    expect(growsInstance(word)).toBe(false);
  });
});
