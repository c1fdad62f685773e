import { expect, test } from '@jest/globals';
import { parseUnit } from '../../src/syntax/parse.js';
import { words } from '../../src/syntax/scan.js';
import { STANDARD_TARGETS } from '../../src/transactions/standard-targets.js';

test('the standard targets name each other only, so that they mean the same in every root', () => {
  const named = [...STANDARD_TARGETS.values()]
    .flatMap((bytes) => parseUnit(bytes).nodes)
    .flatMap((node) =>
      node.kind === 'assignment' && node.key !== 'DefaultDependencies' ? words(node.value) : [],
    );
  expect(named.length).toBeGreaterThan(10);
  for (const name of named) expect([...STANDARD_TARGETS.keys()]).toContain(name);
});
