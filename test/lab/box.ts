import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroupsMount } from './requirements.js';
import { childrenOf, BoxNamespaces } from './box-namespaces.js';
import { ManagerBus } from './manager-bus.js';

/** All that a command in a box gets of an environment. */
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LC_ALL: 'C.UTF-8',
};

// What shares the machine with it may make it slow.
const BOOTING = 120_000;

/** The result of a command in the box. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Debian of its own: a clean overlay of a tree, in which systemd boots. Close it in the end. */
export class Box {
  private init: number | undefined;

  private bus: ManagerBus | undefined;

  private constructor(private readonly namespaces: BoxNamespaces) {}

  /** Lays a box out, without booting it. The layers are directories, the uppermost first, the tree last. */
  static async open(layers: readonly string[]): Promise<Box> {
    return new Box(await BoxNamespaces.open(layers, cgroupsMount() ?? ''));
  }

  /** What is left of the box is called so, while there is anything left of it. */
  get name(): string {
    return basename(dirname(this.namespaces.root));
  }

  /** The init of the booted box, in whose namespaces everything of the box is. */
  get pid(): number {
    if (this.init === undefined) throw new Error('the box is not booted');
    return this.init;
  }

  /** The manager of the booted box, asked without a process for each question. */
  get manager(): ManagerBus {
    return (this.bus ??= new ManagerBus(this.pid));
  }

  /** Boots, and returns when systemd has done all that a boot does, with the state that it reached. */
  async boot(): Promise<string> {
    await this.namespaces.boot();
    const deadline = Date.now() + BOOTING;
    while (Date.now() < deadline) {
      await sleep(50);
      this.init = this.namespaces.init;
      // It fails before systemd listens, and then waits for the end of the boot.
      if (this.init === undefined || !existsSync(`/proc/${this.init}/root/run/systemd/private`)) continue;
      const { stdout } = await this.attempt('systemctl is-system-running --wait');
      if (/^(?:running|degraded)$/m.test(stdout)) return stdout.trim();
    }
    throw new Error(`the box did not boot:\n${await this.console()}`);
  }

  /** Shuts down as a machine does, so that what is written stays for the next boot. */
  async halt(): Promise<void> {
    this.hangUp();
    await this.attempt('systemctl poweroff');
    await this.namespaces.ended();
    this.init = undefined;
  }

  /** Shuts down, and boots again. */
  async reboot(): Promise<string> {
    await this.halt();
    return this.boot();
  }

  /** Runs a shell's script in the box, or in its tree if it is not booted; prints its output. */
  async run(script: string, input: string | Buffer = ''): Promise<string> {
    const { status, stdout, stderr } = await this.attempt(script, input);
    if (status !== 0) throw new Error(`${script}: exit status ${status}\n${stdout}${stderr}`);
    return stdout.trimEnd();
  }

  /** Does the same if it may fail, or not end in time. */
  attempt(script: string, input: string | Buffer = '', seconds = 60): Promise<Outcome> {
    const enter =
      this.init === undefined
        ? [...this.inNamespaces(), 'chroot', this.namespaces.root]
        : ['-t', String(this.init), '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w'];
    return spawnForOutcome('nsenter', [...enter, 'sh', '-c', script], input, { env: ENVIRONMENT, seconds });
  }

  /** Runs a program of this machine on the box's tree, whose path it gets to know. */
  outside(command: (root: string) => readonly string[]): Promise<Outcome> {
    return spawnForOutcome('nsenter', [...this.inNamespaces(), ...command(this.namespaces.root)]);
  }

  /**
   * Starts a program of this machine that ends with the box; it may enter more namespaces, as nsenter(1) names them.
   */
  spawnOutside(command: readonly string[], ...namespaces: readonly string[]): ChildProcessWithoutNullStreams {
    return spawn('nsenter', [...this.inNamespaces(), ...namespaces, ...command]);
  }

  /** The pid of a program that spawnOutside() has started. */
  outsidePid({ pid }: ChildProcessWithoutNullStreams): number {
    // nsenter has to fork to bring it into a PID namespace.
    const [child] = childrenOf(pid ?? 0);
    if (child === undefined) throw new Error('it has ended already');
    return child;
  }

  /** Writes a file, and the directories above it. */
  async write(path: string, text: string, mode = '644'): Promise<void> {
    await this.run(`mkdir -p '${dirname(path)}' && cat >'${path}' && chmod ${mode} '${path}'`, text);
  }

  /** Ends the box, and leaves nothing behind. */
  async close(): Promise<void> {
    this.hangUp();
    await this.namespaces.close();
    this.init = undefined;
  }

  private hangUp(): void {
    this.bus?.close();
    this.bus = undefined;
  }

  private async console(): Promise<string> {
    const { stdout } = await this.outside((root) => ['tail', '-n', '20', `${root}/../console`]);
    return stdout;
  }

  private inNamespaces(): string[] {
    return ['-t', String(this.namespaces.pid), '-m', '-p'];
  }
}

/** Runs a program to its end; if it takes more seconds than these, kills it and what it has started. */
export function spawnForOutcome(
  program: string,
  args: readonly string[],
  input: string | Buffer = '',
  { env = process.env, seconds }: { readonly env?: NodeJS.ProcessEnv; readonly seconds?: number } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    // Detached, it leads a group of processes, which can be killed as one.
    const child = spawn(program, args, { env, detached: seconds !== undefined });
    const limit = seconds === undefined ? undefined : setTimeout(killGroup, seconds * 1000, child);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    // A program that does not read its input is none to complain of.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('error', reject);
    child.once('exit', () => {
      clearTimeout(limit);
    });
    child.once('close', (status, signal) => {
      resolve({ status: status ?? 128 + constants.signals[signal ?? 'SIGKILL'], stdout, stderr });
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}
