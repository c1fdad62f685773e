import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import fs from 'fs-extra';
import { makeRoot } from '../helpers/tree.js';
import { readLog, straceOptions, type Traced } from './strace.js';

const PROGRAM = path.resolve('test/faults/run-many.cjs');

// When V8 has much to clear up, it wakes its own event loop by write(2), and strace counts that, too.
const STEADY = [
  '--single-threaded',
  '--no-memory-reducer',
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
];

/** A process that runs the command on request; strace is attached to it for one run at a time. */
export class Runner {
  private readonly directory = makeRoot({ out: '', err: '' });
  private readonly child: ChildProcess;
  private readonly answers: Interface;
  private readonly ended: Promise<unknown>;

  constructor() {
    const [out, err] = ['out', 'err'].map((name) => fs.openSync(`${this.directory}/${name}`, 'a'));
    this.child = spawn(process.execPath, [...STEADY, PROGRAM], {
      stdio: ['pipe', out, err, 'pipe'],
    });
    for (const file of [out, err]) if (file !== undefined) fs.closeSync(file);
    this.ended = once(this.child, 'exit');
    this.answers = createInterface({ input: this.child.stdio[3] as Readable });
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Runs it below strace; see traced(). */
  async traced(
    argv: readonly string[],
    root: string,
    names: readonly string[],
    injections: readonly string[],
  ): Promise<Traced> {
    const log = `${this.directory}/log`;
    await this.tell({ load: argv[0] });
    const strace = spawn('strace', [...straceOptions(log, names, injections), '-p', String(this.child.pid)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const detached = once(strace, 'close');
    await attached(strace.stderr);
    const answer = await this.tell({ run: argv });
    const status = answer === null ? null : Number(answer);
    if (status === null) await this.ended;
    else strace.kill('SIGINT');
    await detached;
    return { status, ...this.said(), ...readLog(fs.readFileSync(log, 'utf8'), root) };
  }

  /** @returns null if it was killed */
  private async tell(
    what: { load?: string | undefined } | { run: readonly string[] },
  ): Promise<string | null> {
    const answered = once(this.answers, 'line') as Promise<[string]>;
    this.child.stdin?.write(`${JSON.stringify(what)}\n`);
    const [answer] = await Promise.race([answered, this.ended.then(() => [null])]);
    return answer;
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
