import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseUnit } from '../../src/syntax/parse.js';
import { renderUnit } from '../../src/syntax/unit-file.js';
import { linesOf } from './lines.js';

/** What unit files are made of, and what breaks them. */
const pieces = [
  ...['\n', '\r', '\0', '\\', '\\\n', '#', ';', '[', ']', '=', ' ', '\t', '"'],
  ...[
    '[Unit]\n',
    'After=a.service',
    '# note\n',
    '\xef\xbb\xbf',
    '\xef\xbf\xbf',
    '\xc3\xbc',
    '\xc3',
    '\xff',
    '%i',
  ],
];

const likelyBytes = fc
  .array(fc.constantFrom(...pieces), { maxLength: 60 })
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));
const anyBytes = fc.oneof(likelyBytes, fc.uint8Array({ maxLength: 200 }));

test('renderUnit(parseUnit(bytes)) equals bytes, whatever they are', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      expect(renderUnit(parseUnit(bytes)).equals(bytes)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

test('every node has the number of its first line', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      let before = '';
      for (const { line, source } of parseUnit(bytes).nodes) {
        expect(line).toBe(linesOf(before).length + 1);
        before += source;
      }
    }),
    { numRuns: 1_000 },
  );
});

test('a dropped node is the last one, and stands exactly where a file is given up', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const { nodes, fatal } = parseUnit(bytes);
      expect(nodes.slice(0, -1).some(({ kind }) => kind === 'dropped')).toBe(false);
      expect(nodes.at(-1)?.kind === 'dropped').toBe(fatal !== undefined);
    }),
    { numRuns: 1_000 },
  );
});

test('a view into a larger buffer is parsed as what it shows', () => {
  const view = new Uint8Array(Buffer.from('A=1\nB=2\nC=3\n')).subarray(4, 8);
  expect(renderUnit(parseUnit(view)).toString()).toBe('B=2\n');
});

test('a file without one of its nodes renders without that node, and changes nothing else', () => {
  const { nodes } = parseUnit(Buffer.from('[Unit]\r\nA=1\\\n 2\n# \xff\nB=2', 'latin1'));
  const rest = nodes.filter((node) => !(node.kind === 'assignment' && node.key === 'A'));
  expect(renderUnit({ nodes: rest })).toEqual(Buffer.from('[Unit]\r\n# \xff\nB=2', 'latin1'));
});
