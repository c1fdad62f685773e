// The order in which Jest hands out test files: the longest first, so that none of them is still at work when all
// others have ended. A clean checkout knows no times yet, so these are written down.
const LONGEST = [
  'lab/events',
  'faults/faults',
  'harm/random',
  'lab/harm-by-relation',
  'conformance/random',
  'lab/firewalls',
  'examples/containerfile',
  'hostile/sizes',
  'lab/story',
  'lab/doctor',
  'hostile/kinds',
  'conformance/rules',
  'faults/signals',
  'package/examples-of-the-library',
  'report/mermaid',
  'report/schemas',
  'units/loader-with-drop-ins',
  'package/light',
];

function rankOf({ path }) {
  const rank = LONGEST.findIndex((name) => path.endsWith(`/${name}.test.ts`));
  return rank === -1 ? LONGEST.length : rank;
}

/** As Jest calls it. */
export default class LongestFirst {
  sort(tests) {
    return [...tests].sort((one, other) => rankOf(one) - rankOf(other) || (one.path < other.path ? -1 : 1));
  }

  allFailedTests(tests) {
    return tests;
  }

  shard(tests, { shardIndex, shardCount }) {
    return tests.filter((_, at) => at % shardCount === shardIndex - 1);
  }

  cacheResults() {}
}
