import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';

/** The first argument of a thread of this program; for a person there is no such option. */
export const THREAD = '--thread';

/** Loaded only by commands that use threads; bin.ts needs the word above in every run. */
type Threads = typeof import('node:worker_threads');
const threads = (): Threads => process.getBuiltinModule('node:worker_threads');

/** Each takes as much memory as a run of its own. */
const THREADS_MAX = 8;
/** The memory for new objects before V8 collects them, in MiB: more is hardly faster. */
const YOUNG_MAX = 12;
/**
 * The most memory for old objects, in MiB: twice what the worst root took. From 2 GiB on, V8 lets the heap grow to
 * four times what it found in use instead of twice, so memory would grow with the tasks.
 */
const OLD_MAX = 2000;
/** How many tasks wait for each thread, so that none is idle while answers are printed. */
const WAITING = 2;

/**
 * Shares tasks out to threads, as many as this machine runs at once; each is a copy of this program, see serve().
 * @param program the program's file
 * @param given what every thread gets before its first task; it is copied, and so are tasks and answers
 * @returns the answers in the order of the tasks; only a few are held at any time
 * @throws what a thread throws
 */
export async function* inThreads<Answer>(
  program: string,
  given: unknown,
  tasks: readonly unknown[],
): AsyncGenerator<Answer> {
  const count = Math.min(availableParallelism(), THREADS_MAX, tasks.length);
  const threads = Array.from({ length: count }, () => new Thread<Answer>(program, given));
  try {
    const answers: Promise<Answer>[] = [];
    for (const task of tasks) {
      const idlest = threads.reduce((one, other) => (other.tasks < one.tasks ? other : one));
      answers.push(idlest.ask(task));
      const first = answers.length > count * WAITING ? answers.shift() : undefined;
      if (first) yield await first;
    }
    for (const answer of answers) yield await answer;
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

/** Somebody who waits for an answer. */
interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

class Thread<Answer> {
  private readonly worker: Worker;
  private readonly waiting: Waiting<Answer>[] = [];

  constructor(program: string, given: unknown) {
    this.worker = new (threads().Worker)(program, {
      argv: [THREAD],
      workerData: given,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MAX, maxOldGenerationSizeMb: OLD_MAX },
    });
    this.worker.on('message', (answer: Answer) => this.waiting.shift()?.resolve(answer));
    this.worker.on('error', (error) => {
      this.fail(error);
    });
    this.worker.on('exit', (status) => {
      this.fail(new Error(`a thread ended with ${status}`));
    });
  }

  private fail(error: unknown): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }

  /** How many tasks it has. */
  get tasks(): number {
    return this.waiting.length;
  }

  ask(task: unknown): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
    });
    // The error reaches the one that waits for an earlier answer first, and no other.
    answer.catch(() => undefined);
    this.worker.postMessage(task);
    return answer;
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}

/**
 * Answers tasks, if this is a thread.
 * @param answerer makes, from the data that every thread gets, the function that answers tasks
 * @returns whether this is one
 */
export function serve(answerer: (given: unknown) => (task: unknown) => unknown): boolean {
  const { parentPort: port, ...thread } = threads();
  if (!port) return false;
  const answer = answerer(thread.workerData);
  port.on('message', (task: unknown) => {
    port.postMessage(answer(task));
  });
  return true;
}
