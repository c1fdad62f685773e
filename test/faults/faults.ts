import { type After, CALLS, type Scenario, type State, upToTheTalk } from './scenario.js';
import { removeTree } from '../helpers/tree.js';
import { withRunner } from './runner.js';
import { type Before, type Call, plain } from './strace.js';
import { isForStrace, type Tampering } from './tampering.js';

/** One thing that goes wrong in one run. */
export interface Fault {
  readonly kind: string;
  readonly at: Call;
  readonly tamperings: readonly Tampering[];
}

/** How a run with a fault ended. */
export interface Outcome {
  readonly fault: Fault;
  readonly status: number | null;
  readonly err: string;
  readonly state: State;
  /** the fault hit the call that was meant */
  readonly hit: boolean;
  /** what the call of node:fs threw that was meant */
  readonly thrown: string | undefined;
  /** a plain run afterwards: its exit status, and its result */
  readonly after: After;
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
      tamperings: [{ at, error }],
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
      // Of the writes only the one that is ours: what fails is said on standard error.
      tamperings: [...(at.name === 'write' ? [{ at, error }] : []), { at, error, forGood: FOR_GOOD }],
    })),
  );
}

const FOR_GOOD = ['openat', 'fsync', 'rename', 'link', 'mkdir', 'fchmod', 'unlink', 'rmdir'];

/**
 * One fault of each kind that a process injects itself, as it does that, and as strace does it. Of the calls that make
 * several system calls those count that make the call that is meant when things fail for good.
 */
export function bothWays({ calls }: Scenario): { key: string; own: Fault; byStrace: Fault }[] {
  const errors = ['ENOSPC', 'EIO', 'EROFS', 'EACCES'];
  return calls.flatMap((at) => {
    const { text = '', isOne } = at.within ?? {};
    if (!isOne && !FOR_GOOD.includes(at.name)) return [];
    return errors.map((error) => {
      const fault = (tampering: Tampering): Fault => ({ kind: error, at, tamperings: [tampering] });
      return {
        key: `${text.split(' ')[0] ?? ''} ${at.name} ${error}`,
        own: fault(isOne ? { at, error } : { at, error, forGood: [at.name] }),
        byStrace: fault({ at, error, byStrace: true }),
      };
    });
  });
}

/** Killed before every call; the moment before one call is the moment after the previous one. */
export function kills({ calls }: Scenario): Fault[] {
  return calls
    .filter(({ name }) => CALLS.includes(name))
    .map((at) => ({ kind: 'SIGKILL', at, tamperings: [{ at, signal: 'KILL' }] }));
}

/** A fault makes it roll back, and at every call of that it is killed, or meets another fault. */
export async function faultsOnTheWayBack(scenario: Scenario): Promise<{ kills: Fault[]; errors: Fault[] }> {
  const [kills, errors]: [Fault[], Fault[]] = [[], []];
  for (const name of ['rename', 'link', 'fsync', 'rmdir']) {
    const first = scenario.calls.findLast((call) => call.name === name);
    if (!first) continue;
    const fail = { at: first, error: 'EIO' };
    const { calls, hitWithin } = await scenario.steadyTrace(CALLS, [fail]);
    const [failed = 0] = hitWithin;
    // strace takes one rule for each system call.
    const back = upToTheTalk(
      calls,
      calls.findLastIndex(({ within }) => within && within.nth < failed),
    ).filter((call) => call.name !== name);
    for (const at of back) {
      kills.push({ kind: 'SIGKILL on the way back', at, tamperings: [fail, { at, signal: 'KILL' }] });
      errors.push({ kind: 'EIO, and EIO on the way back', at, tamperings: [fail, { at, error: 'EIO' }] });
    }
  }
  return { kills, errors };
}

// Node.js writes to an eventfd of its own before, more or less often as the machine is busy.
const TRIES = 40;

/**
 * Runs the command with a fault, and plainly after it. If strace hit another call than was meant, since Node.js made
 * more or fewer calls of its own, then again, as that run counted them; every third time the count stays: two counts
 * may alternate.
 */
export async function suffer(scenario: Scenario, fault: Fault): Promise<Outcome> {
  let { tamperings } = fault;
  for (let tries = 1; ; tries++) {
    const { before, ...outcome } = await sufferOnce(scenario, { ...fault, tamperings });
    if (outcome.hit || tries === TRIES || !tamperings.some(isForStrace)) return { ...outcome, fault };
    if (tries % 3 === 0) continue;
    tamperings = tamperings.map((one) =>
      // A run that ended before it touched the root was hit too early.
      ({ ...one, at: { ...one.at, before: before.get(one.at.name) ?? one.at.before + 1 } }),
    );
  }
}

async function sufferOnce(scenario: Scenario, fault: Fault): Promise<Outcome & { readonly before: Before }> {
  const root = await scenario.makeRoot();
  const { at, tamperings } = fault;
  const [{ status, err, hit, hitWithin, before, thrown }, state] = await withRunner(async (runner) => {
    const ran = await scenario.runIn(runner, { root, tamperings });
    const left = scenario.stateOf(root);
    // The next run clears only what a process has left that has ended.
    if (left.left.length > 0) await runner.end();
    return [ran, left] as const;
  });
  const after = await scenario.after(root);
  // They are in memory, and many.
  removeTree(root);
  return {
    fault,
    status,
    err,
    state,
    hit: tamperings.every((one) =>
      isForStrace(one)
        ? hit.some(
            ({ name, nth, line }) => name === one.at.name && nth === one.at.nth && line === one.at.line,
          )
        : hitWithin.includes(one.at.within?.nth ?? 0),
    ),
    thrown: textOf(thrown.find(({ nth }) => nth === at.within?.nth)?.error, root),
    after,
    before,
  };
}

function textOf(error: object | undefined, root: string): string | undefined {
  return error && plain(JSON.stringify(error), root);
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
