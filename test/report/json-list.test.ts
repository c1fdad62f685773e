import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonDocument } from '../../src/report/documents.js';
import { JsonList, jsonText } from '../../src/report/json-list.js';

function printed(members: readonly unknown[], isArray: boolean): string {
  let out = '';
  const list = new JsonList((text) => (out += text), isArray);
  for (const member of members) list.addText(jsonText(member as JsonDocument));
  list.end();
  return out;
}

test('what is printed member by member is what the whole list would print', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (members) => {
      expect(printed(members, true)).toBe(`${JSON.stringify(members, null, 2)}\n`);
    }),
  );
});

test('one alone has no brackets', () => {
  expect(printed([{ a: [1] }], false)).toBe(`${JSON.stringify({ a: [1] }, null, 2)}\n`);
});
