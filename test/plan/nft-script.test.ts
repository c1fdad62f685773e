import { expect, test } from '@jest/globals';
import { includesOthers } from '../../src/firewalls/flush.js';

test.each([
  ['include "/etc/x"\n', true],
  ['table ip a {}\n\t include "x"\n', true],
  ['flush ruleset; include "x"', true],
  ['table ip a { include "x" }', true],
  ['# include "x"\ntable ip a {}\n', false],
  ['table ip included {}\n', false],
])('an nft script that reads other files: %j %s', (script, expected) => {
  expect(includesOthers(script)).toBe(expected);
});
