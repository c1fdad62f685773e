import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { EXIT, UnitPatchError } from '../../errors.js';
import { pause } from '../pause.js';
import { OUTPUT_MAX, runCommand } from '../run-command.js';
import type { CommandResult } from '../system.js';
import { Printed, Sending } from './pipe-ends.js';

const MKFIFO_MS = 10_000;
/** The longest pause between two looks at what was printed. */
const PAUSE_MS = 10;

/** An open shell: it reads scripts from `input`, and what they print comes from the other two. */
interface Running {
  readonly child: ChildProcess;
  readonly input: number;
  readonly output: number;
  readonly errors: number;
}

/** Starts the shell with these as its stdin, stdout and stderr. */
type Start = (stdio: readonly [input: number, output: number, errors: number]) => ChildProcess;

/**
 * A shell that stays open and runs one script after the other, while this process waits: a session of its own for each
 * would take several more ways there and back, and a process at either end.
 */
export class FarShell {
  private running: Running | undefined;

  /**
   * @param directory a private one, for its pipes: those of Node.js cannot be waited for
   * @param start starts it, again if it has ended
   */
  constructor(
    private readonly directory: string,
    private readonly start: Start,
  ) {}

  /**
   * Runs a script to its end.
   * @param timeoutMs after this time the shell is killed, and the next script has another one
   * @returns undefined if the shell has ended instead
   * @throws UnitPatchError `no-pipe`
   */
  run(script: string, timeoutMs: number): CommandResult | undefined {
    const mark = `end-of-script-${process.hrtime.bigint()}-${Math.random()}`;
    const running = (this.running ??= this.open());
    const deadline = Date.now() + timeoutMs;
    const [out, err] = [new Printed(running.output, mark), new Printed(running.errors, mark)];
    const sending = new Sending(running.input, framed(script, mark));
    const fail = (why: string): CommandResult => {
      this.close();
      return { status: null, stdout: out.text(), stderr: why };
    };
    for (let quiet = 0; ; quiet = Math.min(quiet + 1, PAUSE_MS)) {
      const hasMoved = [sending.go(), out.read(), err.read()].includes(true);
      if (out.ending !== undefined && err.ending !== undefined)
        return { status: Number(out.ending), stdout: out.text(), stderr: err.text() };
      if (out.hasEnded || err.hasEnded || sending.isRefused) {
        this.close();
        return undefined;
      }
      if (out.size + err.size > OUTPUT_MAX) return fail('it printed without end, and was killed');
      if (Date.now() > deadline) return fail(`it did not end within ${timeoutMs / 1000} s, and was killed`);
      if (hasMoved) quiet = 0;
      else pause(quiet);
    }
  }

  /** Ends it. */
  close(): void {
    if (!this.running) return;
    const { child, input, output, errors } = this.running;
    this.running = undefined;
    for (const one of [input, output, errors]) fs.closeSync(one);
    // One that could not be started has no pid, and until its error is reported kill() would signal pid 0: this whole
    // process group, see kill(2).
    if (child.pid !== undefined) child.kill();
  }

  private open(): Running {
    const { O_RDONLY, O_WRONLY, O_NONBLOCK } = fs.constants;
    const names = ['in', 'out', 'err'].map((name) => path.join(this.directory, name));
    const [input = '', output = '', errors = ''] = names;
    const { status, stderr } = runCommand(['mkfifo', '-m', '600', ...names], MKFIFO_MS);
    if (status !== 0)
      throw new UnitPatchError(
        'no-pipe',
        `no pipe can be made in ${this.directory}: ${stderr.trim()}`,
        EXIT.usage,
        'name a directory of a local disk in $TMPDIR',
      );
    // Each end that is opened first does not wait for the other one; ssh gets ends that wait.
    const reading = fs.openSync(input, O_RDONLY | O_NONBLOCK);
    const ours = {
      input: fs.openSync(input, O_WRONLY | O_NONBLOCK),
      output: fs.openSync(output, O_RDONLY | O_NONBLOCK),
      errors: fs.openSync(errors, O_RDONLY | O_NONBLOCK),
    };
    const theirs = [
      fs.openSync(input, O_RDONLY),
      fs.openSync(output, O_WRONLY),
      fs.openSync(errors, O_WRONLY),
    ] as const;
    try {
      const child = this.start(theirs);
      // One that cannot be started ends its output at once.
      child.once('error', () => undefined);
      child.unref();
      return { child, ...ours };
    } finally {
      for (const one of [reading, ...theirs]) fs.closeSync(one);
      for (const name of names) fs.unlinkSync(name);
    }
  }
}

/** Nothing of it runs unless all of it has arrived; its input is its own. */
function framed(script: string, mark: string): string {
  return `(\n${script}\n) </dev/null\nprintf '\\n%s %s\\n' ${mark} "$?"\nprintf '\\n%s 0\\n' ${mark} >&2\n`;
}
