import fs from 'fs-extra';
import { HOOK, systemctl, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { fingerprint, IN_MEMORY, makeRoot, removeTree } from '../helpers/tree.js';
import { LiveProgram } from './live-program.js';
import { type Ran, type Runner, type Running, withRunner } from './runner.js';
import { type Call, COMMAND, isOfRoot, traced } from './strace.js';
import type { Tampering } from './tampering.js';

/** The system calls that change something, or could fail to. */
export const CALLS = [
  'openat',
  'write',
  'fsync',
  'rename',
  'link',
  'mkdir',
  'fchmod',
  'close',
  'unlink',
  'rmdir',
];
/** Those that only look. */
export const LOOKS = ['read', 'readlink', 'getdents64', 'statx'];

const DIRECTORY = '/etc/systemd/system/docker.service.d';
const HOOK_DIRECTORY = HOOK.slice(0, HOOK.lastIndexOf('/'));
const REQUIRES = ['docker', '--relation', 'requires'];
/** A file on its way to its name, or the note beside a directory that comes or goes. */
const TEMPORARY = /\/\.(?:50-[a-z-]+\.conf|[a-z]+\.service\.d)\.unit-patch-\d+-[0-9a-f]+\.tmp$/;

/** The result of an interrupted application. */
export interface State {
  /** `half`: docker's side of a hook alone, which orders docker after the firewall and does nothing else */
  readonly is: 'old' | 'new' | 'half' | 'torn';
  /** temporaries of ours, and our directories if nothing of ours is in them */
  readonly left: readonly string[];
}

/** The result of a plain run, and how it ended. */
export interface After extends State {
  readonly status: number;
}

interface Description {
  readonly name: string;
  /** the root as it is before */
  readonly prepare: () => Promise<string>;
  /** the command and its options, without the root */
  readonly command: readonly string[];
  /** what Node.js runs to apply it; the built command by default */
  readonly program?: (root: string) => readonly string[];
  /** how it ends without a fault */
  readonly status?: number;
  /** where it writes */
  readonly directories?: readonly string[];
}

/** Something to apply, and the two states that are legal afterwards. */
export class Scenario {
  /** those that were made, by their names: each takes a second */
  private static readonly made = new Map<string, Promise<Scenario>>();
  private readonly known = new Map<string, Promise<After>>();

  private constructor(
    private readonly described: Description,
    private readonly old: string,
    private readonly fresh: readonly string[],
    private readonly half: readonly string[],
    /** the system calls of the application, in their order: from the diff on to the next words on stderr */
    readonly calls: readonly Call[],
  ) {}

  /** Our drop-in is made, and its directory. */
  static create(): Promise<Scenario> {
    return Scenario.of({ name: 'create', prepare, command: REQUIRES });
  }

  /** Our drop-in, written for one relation, is written for another. */
  static modify(): Promise<Scenario> {
    const command = ['docker', '--relation', 'part-of'];
    return Scenario.of({ name: 'modify', prepare: preparePatched, command });
  }

  /** Our drop-in is reverted, and its directory. */
  static revert(): Promise<Scenario> {
    return Scenario.of({ name: 'revert', prepare: preparePatched, command: ['revert', 'docker'] });
  }

  /** Two drop-ins are made, and their directories. */
  static hook(): Promise<Scenario> {
    const directories = [DIRECTORY, HOOK_DIRECTORY];
    const prepareHook = (): Promise<string> =>
      Promise.resolve(makeRoot(withFirewall('iptables.service', systemctl), IN_MEMORY));
    const command = ['docker', '--relation', 'hook'];
    return Scenario.of({ name: 'hook', prepare: prepareHook, command, directories });
  }

  /** Our drop-in is made on a live machine, whose systemd does not accept it. */
  static refused(): Promise<Scenario> {
    const live = new LiveProgram();
    const program = (root: string): string[] => live.argv(root);
    return Scenario.of({ name: 'refused by systemd', prepare, command: REQUIRES, program, status: 4 });
  }

  private static of(described: Description): Promise<Scenario> {
    const made = Scenario.made.get(described.name) ?? Scenario.make(described);
    Scenario.made.set(described.name, made);
    return made;
  }

  private static async make(described: Description): Promise<Scenario> {
    const { name, command, status: expected = 0, directories = [DIRECTORY] } = described;
    const old = fingerprint(await described.prepare());
    // A killed run may have left our directory: then the next file does not say that it was made for it.
    const [fresh, half]: [string[], string[]] = [[], []];
    for (const there of subsets(directories)) {
      const root = await described.prepare();
      for (const directory of there) fs.ensureDirSync(root + directory);
      await mustRun(root, command);
      fresh.push(fingerprint(root));
      fs.removeSync(root + HOOK_DIRECTORY);
      if (directories.includes(HOOK_DIRECTORY)) half.push(fingerprint(root));
    }
    const scenario = new Scenario(described, old, fresh, half, []);
    const { status, err, calls } = await scenario.steadyTrace([...CALLS, ...LOOKS]);
    if (status !== expected) throw new Error(`${name}, without a fault: exit ${status ?? '-'}: ${err}`);
    return new Scenario(described, old, fresh, half, applying(calls));
  }

  get name(): string {
    return this.described.name;
  }

  makeRoot(): Promise<string> {
    return this.described.prepare();
  }

  /** Applies it in a runner. */
  runIn(runner: Runner, running: Running): Promise<Ran> {
    return runner.run(this.argv(running.root), running);
  }

  /** The calls of the application in a process of its own, as a user starts it. */
  async callsAlone(): Promise<readonly Call[]> {
    const root = await this.makeRoot();
    return applying((await traced(this.argv(root), root, [...CALLS, ...LOOKS])).calls);
  }

  private argv(root: string): readonly string[] {
    const { program, command } = this.described;
    return program?.(root) ?? [COMMAND, ...argvFor(root, command)];
  }

  /** Applies it below strace in new roots, with its calls of node:fs, until two runs make the same calls. */
  async steadyTrace(names: readonly string[], tamperings: readonly Tampering[] = []): Promise<Ran> {
    let before = '';
    for (let tries = 6; ; tries--) {
      const root = await this.makeRoot();
      const running = { root, tamperings, names, isMarked: true };
      const trace = await withRunner((runner) => this.runIn(runner, running));
      removeTree(root);
      const ours = trace.calls.filter(({ nth }) => nth > 0);
      const lines = ours.map(({ nth, line }) => `${nth} ${line}`).join('\n');
      if (lines === before || tries === 0) return trace;
      before = lines;
    }
  }

  /**
   * What a plain run of the command makes of an image; of two that are the same but for the numbers in the names that
   * an ended process has left it is told once.
   */
  after(root: string): Promise<After> {
    const now = fingerprint(root).replace(/unit-patch-\d+-[0-9a-f]+/g, 'unit-patch-PID');
    const known = this.known.get(now);
    if (known) return known;
    const after = this.runPlainly(root);
    this.known.set(now, after);
    return after;
  }

  private async runPlainly(root: string): Promise<After> {
    const { status } = await run(argvFor(root, this.described.command));
    return { status, ...this.stateOf(root) };
  }

  stateOf(root: string): State {
    const now = linesOf(fingerprint(root));
    const left = now.filter(({ path }) => TEMPORARY.test(path));
    const rest = now.filter((line) => !left.includes(line));
    for (const directory of this.described.directories ?? [DIRECTORY]) {
      const isEmpty = !rest.some(({ path }) => path.startsWith(`${directory}/`));
      if (isEmpty && [this.old, ...this.fresh].some((legal) => !legal.includes(directory))) {
        const ours = rest.findIndex(({ path }) => path === directory);
        if (ours !== -1) left.push(...rest.splice(ours, 1));
      }
    }
    const text = rest.map(({ line }) => line).join('\n');
    return { is: this.nameOf(text), left: left.map(({ path }) => path) };
  }

  private nameOf(text: string): State['is'] {
    if (text === this.old) return 'old';
    if (this.fresh.includes(text)) return 'new';
    return this.half.includes(text) ? 'half' : 'torn';
  }
}

function prepare(): Promise<string> {
  return Promise.resolve(makeRoot(withFirewall(), IN_MEMORY));
}

async function preparePatched(): Promise<string> {
  const root = await prepare();
  await mustRun(root, REQUIRES);
  return root;
}

function subsets(items: readonly string[]): string[][] {
  return items.reduce<string[][]>((all, item) => [...all, ...all.map((one) => [...one, item])], [[]]);
}

function argvFor(root: string, command: readonly string[]): string[] {
  return [...command, '--root', root, '--yes'];
}

async function mustRun(root: string, command: readonly string[]): Promise<void> {
  const { status, err } = await run(argvFor(root, command));
  if (status !== 0) throw new Error(err);
}

function linesOf(print: string): { readonly line: string; readonly path: string }[] {
  return print.split('\n').map((line) => ({ line, path: line.split(' ')[1] ?? '' }));
}

/** What lies between the diff on stdout and what is said of the application. */
function applying(calls: readonly Call[]): Call[] {
  return upToTheTalk(
    calls,
    calls.findIndex(({ line }) => line.startsWith('write(1') && line.includes('diff --git')),
  );
}

/** The calls of the application that come after one of them. */
export function upToTheTalk(calls: readonly Call[], begin: number): Call[] {
  const end = calls.findIndex(({ line }, at) => at > begin && line.startsWith('write(2'));
  return calls.slice(begin + 1, end).filter(({ line }) => isOfRoot(line));
}
