import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import fs from 'fs-extra';
import { IN_MEMORY, makeRoot } from '../helpers/tree.js';
import { ALWAYS_ALIKE, injectionText, MARK, readLog, straceOptions, type Traced } from './strace.js';
import { isForStrace, type Tampering } from './tampering.js';

const PROGRAM = path.resolve('test/faults/run-many.cjs');

const FLAGS = [
  // When V8 has much to clear up, it wakes its own event loop by write(2), and strace counts that, too.
  '--single-threaded',
  '--no-memory-reducer',
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
  // Each run has functions of its own, which are not called often enough to be worth it; their bytecode is the same.
  '--no-opt',
  '--no-flush-bytecode',
];

/** What the program says of a run. */
interface Answer {
  readonly status: number;
  /** every call of node:fs as text, if the run was marked */
  readonly calls: readonly string[];
  readonly thrown: readonly Thrown[];
}

/** An error that a call of node:fs threw. */
export interface Thrown {
  readonly nth: number;
  readonly text: string;
  readonly error: Readonly<Record<string, unknown>>;
}

/** How a run in a runner ended. */
export interface Ran extends Pick<Traced, 'status' | 'out' | 'err' | 'before'> {
  /** the system calls, if it ran below strace */
  readonly calls: Traced['calls'];
  readonly thrown: readonly Thrown[];
  /** the system calls that strace tampered with */
  readonly hit: Traced['hit'];
  /** the calls of node:fs that the process itself tampered with */
  readonly hitWithin: readonly number[];
}

/** How it is to run. */
export interface Running {
  readonly root: string;
  readonly tamperings?: readonly Tampering[];
  /** the system calls that strace is to write down, if it is attached for more than to tamper with one */
  readonly names?: readonly string[];
  /** whether the calls of node:fs are to be seen among those */
  readonly isMarked?: boolean;
  /** the working directory; by default that of the run before */
  readonly directory?: string;
  /** the same of the umask */
  readonly umask?: number;
}

/** Directories of what V8 has compiled of a program in the first runner, for the others; by the path of the program. */
const caches = new Map<string, string>();

/** A process that runs the command on request; strace is attached to it for one run at a time, where it is needed. */
export class Runner {
  private readonly directory = makeRoot({ out: '', err: '' }, IN_MEMORY);
  private readonly child: ChildProcess;
  private readonly lines: Interface;
  private readonly ended: Promise<unknown>;
  private hits: number[] = [];

  constructor() {
    const [out, err] = ['out', 'err'].map((name) => fs.openSync(`${this.directory}/${name}`, 'a'));
    this.child = spawn(process.execPath, [...FLAGS, PROGRAM], {
      stdio: ['pipe', out, err, 'pipe'],
      env: { ...process.env, ...ALWAYS_ALIKE },
    });
    for (const file of [out, err]) if (file !== undefined) fs.closeSync(file);
    this.ended = once(this.child, 'close');
    this.lines = createInterface({ input: this.child.stdio[3] as Readable });
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Runs a program with its arguments, of which one is the root. */
  async run(argv: readonly string[], running: Running): Promise<Ran> {
    const { root, tamperings = [], names, isMarked, directory, umask } = running;
    const [program = ''] = argv;
    await this.tell({ load: program, cache: caches.get(program) ?? '' });
    const byStrace = tamperings.filter(isForStrace);
    const own = tamperings.filter((one) => !byStrace.includes(one)).map(ownTampering);
    const logged = names ?? byStrace.map(({ at }) => at.name);
    const strace = logged.length > 0 ? await this.attach(logged, byStrace) : undefined;
    const answer = (await this.tell({
      run: argv,
      root,
      tamperings: own,
      isMarked,
      directory,
      umask,
    })) as Answer | null;
    const hitWithin = this.hits;
    this.hits = [];
    if (answer === null) await this.ended;
    const { status, calls, thrown } = answer ?? { status: null, calls: [], thrown: [] };
    const log = (await strace?.()) ?? '';
    if (status !== null && !caches.has(program)) await this.keep(program);
    return { status, ...this.said(), ...readLog(log, root, calls), thrown, hitWithin };
  }

  /** @returns what detaches it, if the process has not ended, and gives its log */
  private async attach(
    names: readonly string[],
    tamperings: readonly Tampering[],
  ): Promise<() => Promise<string>> {
    const log = `${this.directory}/log`;
    const options = straceOptions(log, [MARK, ...names], tamperings.map(injectionText));
    const strace = spawn('strace', [...options, '-p', String(this.child.pid)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const detached = once(strace, 'close');
    await attached(strace.stderr);
    return async () => {
      if (this.isAlive) strace.kill('SIGINT');
      await detached;
      return fs.readFileSync(log, 'utf8');
    };
  }

  private async keep(program: string): Promise<void> {
    const cache = makeRoot();
    caches.set(program, cache);
    await this.tell({ keep: program, cache });
  }

  /** @returns null if it was killed */
  private async tell(what: object): Promise<unknown> {
    const answered = new Promise((resolve) => {
      const onLine = (line: string): void => {
        const answer = JSON.parse(line) as { hit?: number };
        if (answer.hit === undefined) {
          this.lines.off('line', onLine);
          resolve(answer);
        } else this.hits.push(answer.hit);
      };
      this.lines.on('line', onLine);
    });
    this.child.stdin?.write(`${JSON.stringify(what)}\n`);
    return Promise.race([answered, this.ended.then(() => null)]);
  }

  private said(): { out: string; err: string } {
    const [out = '', err = ''] = ['out', 'err'].map((name) => {
      const text = fs.readFileSync(`${this.directory}/${name}`, 'utf8');
      fs.truncateSync(`${this.directory}/${name}`);
      return text;
    });
    return { out, err };
  }

  /** Ends it, so that what it left is what an ended process left. */
  async end(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

/** What the program is told to do to itself. */
function ownTampering({ at: { within }, error, signal, forGood }: Tampering): object {
  return { nth: within?.nth, text: within?.text, error, signal: signal && `SIG${signal}`, forGood };
}

/** strace says so on its standard error. */
async function attached(said: Readable): Promise<void> {
  let text = '';
  for await (const chunk of said.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.includes(' attached\n')) {
      said.resume();
      return;
    }
  }
  throw new Error(`strace does not attach: ${text}`);
}

const idle: Runner[] = [];

/** Does something with a runner that nobody else uses meanwhile. */
export async function withRunner<Result>(use: (runner: Runner) => Promise<Result>): Promise<Result> {
  const runner = idle.pop() ?? new Runner();
  try {
    return await use(runner);
  } finally {
    if (runner.isAlive) idle.push(runner);
  }
}

/** Ends every runner; for afterAll(). */
export async function endRunners(): Promise<void> {
  await Promise.all(idle.splice(0).map((runner) => runner.end()));
}
