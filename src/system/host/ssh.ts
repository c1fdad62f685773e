import type { ChildProcess, ChildProcessWithoutNullStreams, StdioOptions } from 'node:child_process';
import fs from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EXIT, UnitPatchError } from '../../errors.js';
import { encodeBytes } from '../../syntax/bytes.js';
import { fileOfCommand } from '../find-command.js';
import { cleanEnvironment, type CommandWords, runCommand, startCommand } from '../run-command.js';
import type { CommandResult } from '../system.js';
import { FarShell } from './far-shell.js';
import { noConnection } from './no-connection.js';

/** How ssh is used; every value has a default. */
export interface SshOptions {
  /** run everything there by `sudo -n` */
  readonly sudo?: boolean;
  /** a person is there to answer what ssh itself asks on the terminal: a passphrase, an unknown host key */
  readonly mayAsk?: boolean;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** the client of OpenSSH */
  readonly command?: string;
}

/** What ssh needs of the environment to find an agent, a ticket, or a window to ask in. */
const KEPT =
  /^(?:SSH_AUTH_SOCK|SSH_ASKPASS|SSH_ASKPASS_REQUIRE|DISPLAY|WAYLAND_DISPLAY|XDG_RUNTIME_DIR|KRB5CCNAME)$/;

/** A machine that is gone is noticed after three of these, in seconds; a connection that nobody answers, after one. */
const ALIVE_S = 10;
const CONNECT_S = 20;
/** A far shell that does not begin within that time never will. */
const BEGIN_MS = 60_000;
/** The status with which ssh itself ends if something is wrong with the connection. */
const SSH_FAILED = 255;

/** How much of what ssh says of itself is kept. */
const CHUNKS_MAX = 64;

/** The child process of a session that is still open. */
export type Talk = ChildProcessWithoutNullStreams;

/**
 * One connection to another machine, by OpenSSH's own client: its configuration, keys and jump hosts count. The first
 * process keeps the connection, and every session uses it (ControlMaster in ssh_config(5)); it ends with this program.
 */
export class Ssh {
  /** For all that is asked one after the other. */
  private readonly shell: FarShell;

  private constructor(
    /** as ssh(1) takes it */
    readonly destination: string,
    private readonly options: SshOptions,
    private readonly file: string,
    private readonly directory: string,
    private readonly master: Talk,
  ) {
    this.shell = new FarShell(directory, (stdio) => this.startSession([...stdio]));
  }

  /**
   * Connects, and runs a script in the shell that keeps the connection.
   * @returns the connection, and what the script printed up to the line `ready`
   * @throws UnitPatchError `no-ssh`, `no-connection`
   */
  static async open(
    destination: string,
    script: string,
    options: SshOptions = {},
  ): Promise<{ ssh: Ssh; said: string }> {
    const found = fileOfCommand(options.command ?? 'ssh');
    if ('why' in found)
      throw new UnitPatchError('no-ssh', `ssh ${found.why}`, EXIT.usage, "install OpenSSH's client");
    const directory = fs.mkdtempSync(path.join(tmpdir(), 'unit-patch-'));
    const words = [
      ...['-T', '-M', '-S', path.join(directory, 's')],
      ...['-o', 'ControlPersist=no', '-o', `ConnectTimeout=${CONNECT_S}`],
      ...['-o', `ServerAliveInterval=${ALIVE_S}`, '-o', 'ServerAliveCountMax=3'],
      ...['-o', `BatchMode=${options.mayAsk === true ? 'no' : 'yes'}`],
      ...['-o', 'ClearAllForwardings=yes', '-o', 'ForwardAgent=no', '-o', 'ForwardX11=no'],
      ...['-o', 'PermitLocalCommand=no', '-o', 'RequestTTY=no', '-o', 'RemoteCommand=none'],
      ...['--', destination, shell(options)],
    ];
    const master = start(found.file, words, options) as Talk;
    const ssh = new Ssh(destination, options, found.file, directory, master);
    endWithProcess(ssh);
    try {
      const said = await ssh.begin(script);
      // It must not keep this program from ending.
      master.unref();
      for (const stream of [master.stdin, master.stdout, master.stderr]) (stream as Socket).unref();
      return { ssh, said };
    } catch (error) {
      ssh.close();
      throw error;
    }
  }

  /** Runs a script there to its end; this process waits. */
  run(script: string, timeoutMs: number): CommandResult {
    const result = this.shell.run(script, timeoutMs);
    if (result) return result;
    if (this.isLost) throw this.lost();
    return { status: null, stdout: '', stderr: `the shell of ${this.destination} has ended` };
  }

  /** Runs a script in a session of its own, while this process does other things. */
  async start(script: string, timeoutMs: number): Promise<CommandResult> {
    const given = { input: encodeBytes(script), env: this.env };
    const result = await startCommand([this.file, ...this.session()], timeoutMs, given);
    if (result.status === SSH_FAILED && this.isLost) throw this.lost();
    return result;
  }

  /** Runs a script in such a session whose output is read, and whose input is written, while it runs. */
  talk(script: string): Talk {
    const child = this.startSession(['pipe', 'pipe', 'pipe']) as Talk;
    child.stdin.write(encodeBytes(script));
    child.stderr.resume();
    return child;
  }

  /** Ends the connection. */
  readonly close = (): void => {
    OPEN.delete(this);
    this.shell.close();
    this.master.stdin.end();
    this.master.kill();
    fs.rmSync(this.directory, { recursive: true, force: true });
  };

  /** The error of a connection that is gone. */
  lost(what = ''): UnitPatchError {
    return new UnitPatchError(
      'connection-lost',
      `the connection to ${this.destination} broke${what}`,
      EXIT.usage,
      'run it again once the machine can be reached',
    );
  }

  /** Whether the process that keeps the connection has ended. */
  get isLost(): boolean {
    const words: CommandWords = [this.file, ...this.shared(), '-O', 'check', '--', this.destination];
    return runCommand(words, CONNECT_S * 1000, { env: this.env }).status !== 0;
  }

  private get env(): NodeJS.ProcessEnv {
    return keptOf(this.options.env);
  }

  private startSession(stdio: StdioOptions): ChildProcess {
    return start(this.file, this.session(), this.options, stdio);
  }

  private session(): string[] {
    return [...this.shared(), '--', this.destination, shell(this.options)];
  }

  /** A session of the connection that is there, and of no other: without it ssh would make one, and ask again. */
  private shared(): string[] {
    return ['-T', '-S', path.join(this.directory, 's'), '-o', 'ControlMaster=no', '-o', 'ProxyCommand=false'];
  }

  private begin(script: string): Promise<string> {
    const { master, destination } = this;
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    master.stdin.write(encodeBytes(script));
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        reject(noConnection(destination, why, this.options.sudo));
      };
      const patience = setTimeout(fail, BEGIN_MS, 'its shell does not begin');
      if (this.options.mayAsk === true) clearTimeout(patience);
      master.stdout.on('data', (chunk: Buffer) => {
        out.push(chunk);
        const said = Buffer.concat(out).toString();
        if (said.length > 2 ** 20) fail('it prints without end');
        if (!/(?:^|\n)ready\n/.test(said)) return;
        clearTimeout(patience);
        out.length = 0;
        resolve(said);
      });
      master.stderr.on('data', (chunk: Buffer) => {
        err.push(chunk);
        err.splice(0, err.length - CHUNKS_MAX);
      });
      master.once('error', ({ message }) => {
        fail(message);
      });
      master.once('close', () => {
        clearTimeout(patience);
        // What ssh or sudo said last is the reason.
        fail(Buffer.concat(err).toString().trim().split('\n').at(-1)?.trim() ?? '');
      });
    });
  }
}

const OPEN = new Set<Ssh>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let isWatched = false;

/** Ends a connection with this program, however that ends: its directory must not stay. */
function endWithProcess(ssh: Ssh): void {
  OPEN.add(ssh);
  if (isWatched) return;
  isWatched = true;
  const closeAll = (): void => {
    for (const one of OPEN) one.close();
  };
  process.once('exit', closeAll);
  for (const signal of SIGNALS)
    process.once(signal, () => {
      closeAll();
      process.kill(process.pid, signal);
    });
}

function shell({ sudo }: SshOptions): string {
  return sudo === true ? 'sudo -n sh -s' : 'sh -s';
}

function keptOf(env: SshOptions['env'] = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => KEPT.test(name)));
}

function start(
  file: string,
  words: readonly string[],
  { env }: SshOptions,
  stdio: StdioOptions = ['pipe', 'pipe', 'pipe'],
): ChildProcess {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn(file, words, { env: { ...cleanEnvironment(), ...keptOf(env) }, stdio });
  child.stdin?.on('error', () => undefined);
  return child;
}
