import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonDocument } from '../../src/report/documents.js';
import { jsonText } from '../../src/report/json-list.js';

test('JSON escapes what a terminal obeys, and stays the JSON that it was', () => {
  expect(anyJson({ a: ['\x9b\x7f\u202e', '\u2028'] })).toBe(
    '{\n  "a": [\n    "\\u009b\\u007f\\u202e",\n    "\\u2028"\n  ]\n}',
  );
  fc.assert(
    fc.property(fc.json(), fc.string({ unit: 'binary' }), (json, text) => {
      const value: unknown = [JSON.parse(json), { [text]: text }];
      const printed = anyJson(value);
      expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify(value)));
      // eslint-disable-next-line no-control-regex
      expect(printed).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/);
    }),
  );
});

/** Any value, as if it were one of the documents. */
function anyJson(value: unknown): string {
  return jsonText(value as JsonDocument);
}
