import { flushesForSure } from '../../firewalls/flush.js';
import { type Order, wayDown } from '../../transactions/ordering.js';
import { STANDARD_TARGETS } from '../../transactions/standard-targets.js';
import type { Source } from '../../units/unit.js';
import { placeOf } from './cannot-start.js';
import type { Check, CheckContext } from './check.js';
import { refuse, type Report } from './finding.js';
import { either } from './ways-out.js';

/**
 * The unit to follow waits, directly or through others, for the one that would wait for it. systemd breaks such a
 * cycle by leaving out one of the units: systemd.unit(5), Before=, After=.
 */
export const orderingCycle: Check = {
  code: 'ordering-cycle',
  level: 'refuse',
  mayBeForced: true,
  docs: {
    title: 'the two units would wait for each other',
    meaning:
      'The followed unit waits for Docker already, through units that one boot, start or restart brings together: every step is named with file and line.',
    wayOut:
      "Remove one of these orders, or have a unit whose rules belong after Docker's follow Docker: `unit-patch RULES.service --follow docker.service`.",
    measured: [
      'test/harm/random.test.ts',
      'test/harm/cycles-boot.test.ts',
      'test/harm/cycles.test.ts',
      'test/harm/cycles-implied.test.ts',
      'test/lab/harm-by-relation.test.ts',
      'test/lab/hook.test.ts',
    ],
  },
  run: { follow: waitsAlready },
};

function waitsAlready(context: CheckContext): Report[] {
  const { unit, follow, planned } = context;
  if (follow.loadState !== 'loaded') return [];
  // No transaction has more units than these, so none has a way that is not among these.
  if (!wayDown(planned, planned.activeWith([unit.id, follow.id]), follow.id, unit.id)) return [];
  for (const [when, members] of transactions(context)) {
    const way = wayDown(planned, members, follow.id, unit.id);
    if (way) return [report(context, when, way)];
  }
  return [];
}

function report(context: CheckContext, when: string, way: readonly Order[]): Report {
  const { unit, follow } = context;
  const steps = way.map(({ later, earlier, saidBy, says, from, by }) => {
    const place = from ? placeIn(context, saidBy, from) : `by ${by ?? 'default'}`;
    return `${later} waits for ${earlier} (${saidBy}: ${says}, ${place})`;
  });
  const [{ from, saidBy } = { from: undefined, saidBy: follow.id }] = way;
  const order = from ? `the one in ${placeOf(from)}` : `that of ${saidBy}`;
  return refuse(
    `${follow.id} waits for ${unit.id} already, so After=${follow.id} would close a cycle, which systemd breaks ` +
      `at ${when} by leaving out a unit: ${steps.join(', ')}`,
    either(otherDirection(context, way), `remove one of these orders, for example ${order}`),
  );
}

/** A root that lacks a target of systemd's own is read as if it had it: that file is in no place that can be named. */
function placeIn({ files }: CheckContext, saidBy: string, from: Source): string {
  const isThere = !STANDARD_TARGETS.has(saidBy) || files.lstat(from.file) !== undefined;
  return isThere ? placeOf(from) : 'as systemd ships it';
}

/**
 * A unit that orders itself after the other one may be meant to follow it, as rules for DOCKER-USER are. One that
 * flushes is not: it would remove Docker's rules at every restart of Docker.
 */
function otherDirection(
  { unit, follow, files, template }: CheckContext,
  [first, ...others]: readonly Order[],
): string | undefined {
  if (first?.saidBy !== follow.id || others.length > 0) return undefined;
  const command = `sudo unit-patch ${follow.id} --follow ${unit.id}`;
  if (template.candidates.length === 0) return `make it follow ${unit.id} instead: ${command}`;
  const starts = follow.directives.filter(({ key }) => key === 'ExecStart');
  if (starts.some(({ value }) => flushesForSure(value, files))) return undefined;
  return `make it follow ${unit.id} instead, if it only adds rules to Docker's (DOCKER-USER): ${command}`;
}

/** The units that have jobs together: at the boot, at a start of the unit, at a restart of the followed one. */
function* transactions({
  planned,
  unit,
  follow,
  relation,
}: CheckContext): Generator<[string, ReadonlySet<string>]> {
  yield ['boot', planned.atBoot()];
  yield [`a start of ${unit.id}`, planned.startOf([unit.id])];
  const restarted = planned.restartOf(follow.id, [unit.id]);
  // With a hook its own job waits in the queue beside that one.
  yield [`a restart of ${follow.id}`, relation === 'hook' ? new Set([...restarted, unit.id]) : restarted];
}
