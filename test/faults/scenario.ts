import { withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { fingerprint, makeRoot } from '../helpers/tree.js';
import { traced, type Call } from './strace.js';

/** The system calls that change something, or could fail to. */
export const CALLS = ['openat', 'write', 'fsync', 'rename', 'mkdir', 'fchmod', 'close', 'unlink', 'rmdir'];
/** Those that only look. */
export const LOOKS = ['read', 'readlink', 'getdents64', 'statx'];

const DIRECTORY = '/etc/systemd/system/docker.service.d';
const TEMPORARY = /\/\.50-follow-firewall\.conf\.unit-patch-\d+-[0-9a-f]+\.tmp$/;

/** What an interrupted application has come to. */
export interface State {
  readonly is: 'old' | 'new' | 'torn';
  /** temporaries of ours, and our directory where nothing of ours is in it */
  readonly left: readonly string[];
}

/** Something to apply, and the two states that are legal afterwards. */
export class Scenario {
  private constructor(
    readonly name: string,
    private readonly prepare: () => Promise<string>,
    private readonly relation: string,
    private readonly old: string,
    private readonly fresh: string,
    /** the system calls of the application, in their order: from the diff on to the next words on stderr */
    readonly calls: readonly Call[],
  ) {}

  /** Our drop-in is made, and its directory. */
  static create(): Promise<Scenario> {
    return Scenario.of('create', () => Promise.resolve(makeRoot(withFirewall())), 'requires');
  }

  /** Our drop-in, written for one relation, is written for another. */
  static modify(): Promise<Scenario> {
    const prepare = async (): Promise<string> => {
      const root = makeRoot(withFirewall());
      await mustRun(root, 'requires');
      return root;
    };
    return Scenario.of('modify', prepare, 'part-of');
  }

  private static async of(name: string, prepare: () => Promise<string>, relation: string): Promise<Scenario> {
    const root = await prepare();
    const old = fingerprint(root);
    const { status, calls } = await traced(argvFor(root, relation), [...CALLS, ...LOOKS]);
    if (status !== 0) throw new Error(`${name} does not even work without a fault`);
    return new Scenario(name, prepare, relation, old, fingerprint(root), applying(calls));
  }

  makeRoot(): Promise<string> {
    return this.prepare();
  }

  argv(root: string): string[] {
    return argvFor(root, this.relation);
  }

  /** A plain run of the command, in this process. */
  async runPlainly(root: string): Promise<number> {
    return (await run(this.argv(root))).status;
  }

  stateOf(root: string): State {
    const now = linesOf(fingerprint(root));
    const left = now.filter(({ path }) => TEMPORARY.test(path));
    const rest = now.filter((line) => !left.includes(line));
    const isEmpty = !rest.some(({ path }) => path.startsWith(`${DIRECTORY}/`));
    if (isEmpty && !this.old.includes(DIRECTORY)) {
      const ours = rest.findIndex(({ path }) => path === DIRECTORY);
      if (ours !== -1) left.push(...rest.splice(ours, 1));
    }
    const text = rest.map(({ line }) => line).join('\n');
    const is = text === this.old ? 'old' : text === this.fresh ? 'new' : 'torn';
    return { is, left: left.map(({ path }) => path) };
  }
}

function argvFor(root: string, relation: string): string[] {
  return ['docker', '--root', root, '--relation', relation, '--yes'];
}

async function mustRun(root: string, relation: string): Promise<void> {
  const { status, err } = await run(argvFor(root, relation));
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
  // libuv's own pipes and descriptors of events are none of ours.
  return calls.slice(begin + 1, end).filter(({ line }) => !/^\w+\(\d+<(?:pipe|anon_inode)/.test(line));
}
