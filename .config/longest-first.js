// The order in which Jest hands out test files: the longest first, so that none of them is still at work when all
// others have ended. A clean checkout knows no times yet, so these are written down.
const LONGEST = [
  'lab/simulation',
  'lab/events',
  'harm/random',
  'faults/faults',
  'lab/host',
  'lab/prove',
  'lab/doctor',
  'examples/fleet',
  'lab/hook',
  'conformance/random',
  'lab/firewalls',
  'lab/other-daemons',
  'lab/harm-by-relation',
  'examples/containerfile',
  'hostile/sizes',
  'faults/at-once',
  'packages/packages',
  'packages/units',
  'lab/watch-trials',
  'lab/watch-events',
  'lab/harm-by-target',
  'lab/watch',
  'lab/story',
  'examples/ci',
  'conformance/rules',
  'faults/signals',
  'apply/live-system',
  'report/mermaid',
  'plan/planning-twice',
  'package/bundle',
  'firewalls/commands/shell-commands',
  'report/schemas',
  'prove/watch',
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
