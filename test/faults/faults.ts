import { CALLS, LOOKS, upToTheTalk, type Scenario, type State } from './scenario.js';
import type { Call } from './strace.js';

/** One thing that goes wrong in one run. */
export interface Fault {
  readonly kind: string;
  readonly at: Call;
  readonly injections: readonly string[];
}

/** How a run with a fault ended. */
export interface Outcome {
  readonly fault: Fault;
  readonly status: number | null;
  readonly err: string;
  readonly state: State;
  /** the fault hit the call that was meant */
  readonly hit: boolean;
  /** a plain run afterwards: its exit status, and what it came to */
  readonly after: State & { readonly status: number };
}

const ERRORS = ['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EINTR'];

/** Calls that get every error; the others are tried with one. */
const MAIN = ['openat', 'write', 'fsync', 'rename', 'mkdir'];

/** Once: every call of the application fails in every way. */
export function singleFaults({ calls }: Scenario): Fault[] {
  return calls.flatMap((at) =>
    (MAIN.includes(at.name) ? ERRORS : ['EIO']).map((error) => ({
      kind: error,
      at,
      injections: [`${at.name}:error=${error}:when=${at.nth}`],
    })),
  );
}

/** From a call on everything that writes or opens fails, taking back too. */
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

function fromThere(calls: readonly Call[], at: Call, error: string): string[] {
  const before = calls.slice(0, calls.indexOf(at));
  return ['openat', 'fsync', 'rename', 'mkdir', 'fchmod', 'unlink', 'rmdir', 'write'].flatMap((name) => {
    const last = before.findLast((call) => call.name === name)?.nth;
    const first = calls.find((call) => call.name === name)?.nth ?? 1;
    const when = last === undefined ? first : last + 1;
    // libuv itself writes to a pipe, and gives up where that fails: of these calls only the one that is ours.
    if (name === 'write') return at.name === 'write' ? [`write:error=${error}:when=${at.nth}`] : [];
    return [`${name}:error=${error}:when=${when}+`];
  });
}

/** Killed at the door of every call; the door of the next is the moment after the one before. */
export function kills({ calls }: Scenario): Fault[] {
  return calls
    .filter(({ name }) => CALLS.includes(name))
    .map((at) => ({ kind: 'SIGKILL', at, injections: [`${at.name}:signal=KILL:when=${at.nth}`] }));
}

/** A fault makes it take back what it did, and at every call of that it is killed, or meets another fault. */
export async function faultsOnTheWayBack(scenario: Scenario): Promise<{ kills: Fault[]; errors: Fault[] }> {
  const [kills, errors]: [Fault[], Fault[]] = [[], []];
  for (const name of ['rename', 'fsync', 'rmdir']) {
    const first = scenario.calls.findLast((call) => call.name === name);
    if (!first) continue;
    const fail = `${name}:error=EIO:when=${first.nth}`;
    const { calls, hit } = await scenario.steadyTrace(CALLS, [fail]);
    // strace takes one rule for each system call.
    const back = upToTheTalk(
      calls,
      calls.findIndex((call) => call === hit[0]),
    ).filter((call) => call.name !== name);
    for (const at of back) {
      const second = (what: string): string[] => [fail, `${at.name}:${what}:when=${at.nth}`];
      kills.push({ kind: 'SIGKILL on the way back', at, injections: second('signal=KILL') });
      errors.push({ kind: 'EIO, and EIO on the way back', at, injections: second('error=EIO') });
    }
  }
  return { kills, errors };
}

/** Runs the command with a fault, and plainly after it; again where the fault hit another call than was meant. */
export async function suffer(scenario: Scenario, fault: Fault): Promise<Outcome> {
  for (let again = 4; ; again--) {
    const outcome = await sufferOnce(scenario, fault);
    if (outcome.hit || again === 0) return outcome;
  }
}

async function sufferOnce(scenario: Scenario, fault: Fault): Promise<Outcome> {
  const root = await scenario.makeRoot();
  const names = LOOKS.includes(fault.at.name) ? [fault.at.name] : CALLS;
  const { status, err, hit } = await scenario.trace(root, names, fault.injections);
  const state = scenario.stateOf(root);
  const after = await scenario.runPlainly(root);
  return {
    fault,
    status,
    err,
    state,
    hit: hit.some(
      ({ name, nth, line }) => name === fault.at.name && nth === fault.at.nth && line === fault.at.line,
    ),
    after: { status: after, ...scenario.stateOf(root) },
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
