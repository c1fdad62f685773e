import { expect, test } from '@jest/globals';
import { readEnvironmentFile } from '../../../src/firewalls/dockerd/environment.js';

// What systemd 252 put into the environment of a service for each of these lines.
test.each([
  ['A=one two  \n', 'A', 'one two'],
  [' B = "x y" \'z\'  \n', 'B', 'x yz'],
  ['D=\'a\\b\'"c\\d\\"e\\$f"g\\\nh\n', 'D', 'a\\bc\\d"e$fgh'],
  ['E=plain"quoted" \'tail\' \\# x\n', 'E', 'plain"quoted" \'tail\' # x'],
  ['F=\n', 'F', ''],
  ['G="multi\nline" end\n', 'G', 'multi\nlineend'],
  ['H=a\\\nb\n', 'H', 'ab'],
  ['I=tab\t end\t\n', 'I', 'tab\t end'],
  ['J=-x --iptables=false "quo ted" it\'s\n', 'J', '-x --iptables=false "quo ted" it\'s'],
  ['K=a b=c # no comment\n', 'K', 'a b=c # no comment'],
  ['L="unclosed\nM=inside"N=2\n', 'L', 'unclosed\nM=insideN=2'],
  ['A=x', 'A', 'x'],
  ['A=x\r\n', 'A', 'x'],
])('%j sets %s to %j', (text, name, value) => {
  expect(readEnvironmentFile(text)).toEqual([{ name, value, line: 1 }]);
});

test.each(['# A=x\n', '; A=x\n', 'export A=1\n', '1A=x\n', 'A\n', '\n\n', '=x\n'])(
  '%j sets nothing',
  (text) => {
    expect(readEnvironmentFile(text)).toEqual([]);
  },
);

test('each assignment has the line of its name', () => {
  expect(readEnvironmentFile('# one\n\nA=a\\\nb\nC="d\ne"\nF=f')).toEqual([
    { name: 'A', value: 'ab', line: 3 },
    { name: 'C', value: 'd\ne', line: 5 },
    { name: 'F', value: 'f', line: 7 },
  ]);
});
