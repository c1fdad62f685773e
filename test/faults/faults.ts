import { CALLS, LOOKS, type Scenario, type State, upToTheTalk } from './scenario.js';
import { removeTree } from '../helpers/tree.js';
import { withRunner } from './runner.js';
import type { Before, Call, Injection } from './strace.js';

/** One thing that goes wrong in one run. */
export interface Fault {
  readonly kind: string;
  readonly at: Call;
  readonly injections: readonly Injection[];
}

/** How a run with a fault ended. */
export interface Outcome {
  readonly fault: Fault;
  readonly status: number | null;
  readonly err: string;
  readonly state: State;
  /** the fault hit the call that was meant */
  readonly hit: boolean;
  /** a plain run afterwards: its exit status, and its result */
  readonly after: State & { readonly status: number };
}

const ERRORS = ['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EINTR'];

/** Calls that get every error; the others are tried with one. */
const MAIN = ['openat', 'write', 'fsync', 'rename', 'link', 'mkdir'];

/** Once: every call of the application fails in every way. */
export function singleFaults({ calls }: Scenario): Fault[] {
  return calls.flatMap((at) =>
    (MAIN.includes(at.name) ? ERRORS : ['EIO']).map((error) => ({
      kind: error,
      at,
      injections: [{ ...at, what: `error=${error}` }],
    })),
  );
}

/** From a call on, everything that writes or opens fails, the rollback too. */
export function lastingFaults({ calls }: Scenario): Fault[] {
  const begins = calls.filter(({ name }) => CALLS.includes(name) && name !== 'close');
  return begins.flatMap((at) =>
    ['EIO', 'EROFS'].map((error) => ({
      kind: `${error} for good`,
      at,
      injections: fromThere(calls, at, error),
    })),
  );
}

function fromThere(calls: readonly Call[], at: Call, error: string): Injection[] {
  const what = `error=${error}`;
  const before = calls.slice(0, calls.indexOf(at));
  return ['openat', 'fsync', 'rename', 'link', 'mkdir', 'fchmod', 'unlink', 'rmdir', 'write'].flatMap(
    (name): Injection[] => {
      const last = before.findLast((call) => call.name === name);
      const first = calls.find((call) => call.name === name) ?? { nth: 1, before: 0 };
      const there = { name, what, nth: last ? last.nth + 1 : first.nth, before: (last ?? first).before };
      // libuv itself writes to a pipe, and gives up if that fails: of these calls only the one that is ours.
      if (name === 'write') return at.name === 'write' ? [{ ...at, what }] : [];
      return [{ ...there, forGood: true }];
    },
  );
}

/** Killed before every call; the moment before one call is the moment after the previous one. */
export function kills({ calls }: Scenario): Fault[] {
  return calls
    .filter(({ name }) => CALLS.includes(name))
    .map((at) => ({ kind: 'SIGKILL', at, injections: [{ ...at, what: 'signal=KILL' }] }));
}

/** A fault makes it roll back, and at every call of that it is killed, or meets another fault. */
export async function faultsOnTheWayBack(scenario: Scenario): Promise<{ kills: Fault[]; errors: Fault[] }> {
  const [kills, errors]: [Fault[], Fault[]] = [[], []];
  for (const name of ['rename', 'link', 'fsync', 'rmdir']) {
    const first = scenario.calls.findLast((call) => call.name === name);
    if (!first) continue;
    const fail = { ...first, what: 'error=EIO' };
    const { calls, hit } = await scenario.steadyTrace(CALLS, [fail]);
    // strace takes one rule for each system call.
    const back = upToTheTalk(
      calls,
      calls.findIndex((call) => call === hit[0]),
    ).filter((call) => call.name !== name);
    for (const at of back) {
      const second = (what: string): Injection[] => [fail, { ...at, what }];
      kills.push({ kind: 'SIGKILL on the way back', at, injections: second('signal=KILL') });
      errors.push({ kind: 'EIO, and EIO on the way back', at, injections: second('error=EIO') });
    }
  }
  return { kills, errors };
}

// Node.js writes to an eventfd of its own before, more or less often as the machine is busy.
const TRIES = 40;

/**
 * Runs the command with a fault, and plainly after it; again if the fault hit another call than was meant, since
 * Node.js made more or fewer calls of its own, and then as that run counted them. Every third time the count stays: two
 * counts may alternate.
 */
export async function suffer(scenario: Scenario, fault: Fault): Promise<Outcome> {
  let injections = fault.injections;
  for (let tries = 1; ; tries++) {
    const { before, ...outcome } = await sufferOnce(scenario, { ...fault, injections });
    if (outcome.hit || tries === TRIES) return outcome;
    if (tries % 3 === 0) continue;
    injections = injections.map((injection) => ({
      ...injection,
      // A run that ended before it touched the root was hit too early.
      before: before.get(injection.name) ?? injection.before + 1,
    }));
  }
}

async function sufferOnce(scenario: Scenario, fault: Fault): Promise<Outcome & { readonly before: Before }> {
  const root = await scenario.makeRoot();
  const names = LOOKS.includes(fault.at.name) ? [fault.at.name] : CALLS;
  const [{ status, err, hit, before }, state] = await withRunner(async (runner) => {
    const traced = await scenario.trace(runner, root, names, fault.injections);
    const left = scenario.stateOf(root);
    // The next run clears only what a process has left that has ended.
    if (left.left.length > 0) await runner.end();
    return [traced, left] as const;
  });
  const after = { status: await scenario.runPlainly(root), ...scenario.stateOf(root) };
  // They are in memory, and many.
  removeTree(root);
  return {
    fault,
    status,
    err,
    state,
    hit: hit.some(
      ({ name, nth, line }) => name === fault.at.name && nth === fault.at.nth && line === fault.at.line,
    ),
    after,
    before,
  };
}

/** Does something for each, a few at a time. */
export async function severalAtATime<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
  workers = 4,
): Promise<Result[]> {
  const results: Result[] = [];
  const todo = items.entries();
  const work = async (): Promise<void> => {
    for (const [at, item] of todo) results[at] = await run(item);
  };
  await Promise.all(Array.from({ length: workers }, work));
  return results;
}
