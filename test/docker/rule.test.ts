import { describe, expect, test } from '@jest/globals';
import { canonicalRule, RuleSet, whyNoRules } from '../../src/docker/rules.js';

describe('two ways to write one rule are one', () => {
  test.each([
    ['counters', '[12:345] -A FORWARD -j DOCKER', '-A FORWARD -j DOCKER'],
    ['a needless mask', '-A DOCKER -d 172.17.0.2/32 -j ACCEPT', '-A DOCKER -d 172.17.0.2 -j ACCEPT'],
    ['the order of options', '-A X -p tcp -s 10.0.0.0/8 -j ACCEPT', '-A X -s 10.0.0.0/8 -p tcp -j ACCEPT'],
    ['comments', '-A X -m comment --comment "-j DROP it" -j ACCEPT', '-A X -j ACCEPT'],
    ['long options', '-A X --source 10.0.0.0/8 --jump ACCEPT', '-A X -s 10.0.0.0/8 -j ACCEPT'],
    ['an old negation', '-A X -o ! docker0 -j ACCEPT', '-A X ! -o docker0 -j ACCEPT'],
    [
      'state and conntrack',
      '-A X -m state --state ESTABLISHED,RELATED -j ACCEPT',
      '-A X -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ],
  ])('%s', (_, one, other) => {
    expect(canonicalRule(one)).toBe(canonicalRule(other));
  });

  test.each([
    ['a negation', '-A X ! -o docker0 -j ACCEPT', '-A X -o docker0 -j ACCEPT'],
    ['another mask', '-A X -s 10.0.0.0/8 -j ACCEPT', '-A X -s 10.0.0.0/16 -j ACCEPT'],
    ['the chain', '-A X -j ACCEPT', '-A Y -j ACCEPT'],
    ['the target', '-A X -j ACCEPT', '-A X -j DROP'],
    ['where to', '-A X -j DNAT --to-destination 10.0.0.1:80', '-A X -j DNAT --to-destination 10.0.0.2:80'],
  ])('but not with %s that differs', (_, one, other) => {
    expect(canonicalRule(one)).not.toBe(canonicalRule(other));
  });
});

describe('the output of iptables-save', () => {
  test('a rule belongs to its table', () => {
    const rules = new RuleSet(['*nat\n-A DOCKER -j RETURN\nCOMMIT\n*filter\nCOMMIT\n']);
    expect(rules.has('nat', '-A DOCKER -j RETURN')).toBe(true);
    expect(rules.has('filter', '-A DOCKER -j RETURN')).toBe(false);
  });

  test('what nft and legacy tables hold is in force, both', () => {
    const rules = new RuleSet(['*nat\n-A A -j X\nCOMMIT\n', '*nat\n-A B -j X\nCOMMIT\n']);
    expect(rules.has('nat', '-A A -j X') && rules.has('nat', '-A B -j X')).toBe(true);
  });

  test.each([
    ['nothing at all: a machine without rules prints nothing', '', undefined],
    ['a table', '# x\n*nat\n:A - [0:0]\n[1:2] -A A -j X\nCOMMIT\n', undefined],
    ['a table without its end', '*nat\n-A A -j X\n', 'is cut short: a table has no COMMIT'],
    ['something else', 'table ip nat {\n}\n', 'is not the output of iptables-save'],
  ])('%s', (_, text, why) => {
    expect(whyNoRules(text)).toBe(why);
  });
});
