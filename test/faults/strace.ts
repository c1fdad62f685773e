import fs from 'fs-extra';
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { makeRoot } from '../helpers/tree.js';
import type { Tampering } from './tampering.js';

/** The built command. */
export const COMMAND = path.resolve('dist/bin/unit-patch.cjs');

/** Why nothing can be traced here. */
export function whyNoStrace(): string | undefined {
  if (process.platform !== 'linux') return 'strace is for Linux';
  const { error, status } = spawnSync('strace', ['-qq', '-e', 'trace=none', 'true']);
  if (error) return 'strace is not installed';
  return status === 0 ? undefined : 'strace may not trace here';
}

/** One system call of the main thread, as strace reports it. */
export interface Call {
  readonly name: string;
  /**
   * Which call of this name it is, counted from 1 on at the first that touches the root. What comes before is of
   * Node.js itself, which reads /proc/self/maps once or twice, by its load; such calls have no number above 0.
   */
  readonly nth: number;
  /** how many of this name came before those that are counted, in the run that it was seen in */
  readonly before: number;
  /** what it is called with, without what differs from run to run */
  readonly line: string;
  /** the call of node:fs that makes it; undefined if the run was not watched, or Node.js makes it for itself */
  readonly within?: FsCall | undefined;
}

/** A call of a function of node:fs by the command. */
export interface FsCall {
  /** which of all such calls of the run, from 1 on */
  readonly nth: number;
  /** its name and what it is called with, without what differs from run to run */
  readonly text: string;
  /** whether it makes one system call only, so that either fails if the other does */
  readonly isOne: boolean;
}

/** The number of calls of each name that are not ours. */
export type Before = ReadonlyMap<string, number>;

/** Then a run makes the same calls as the one before: Node.js keeps nothing of it. */
export const ALWAYS_ALIKE = { NODE_DISABLE_COMPILE_CACHE: '1' };

/** What strace's --inject takes for something done to a call; it counts from the start of the process. */
export const injectionText = ({ at: { name, nth, before }, error, signal }: Tampering): string =>
  `${name}:${error ? `error=${error}` : `signal=${signal ?? ''}`}:when=${before + nth}`;

/** How a traced run ended. */
export interface Traced {
  /** null if a signal ended it */
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
  readonly calls: readonly Call[];
  /** how many calls of a name came before the first that touches the root */
  readonly before: Before;
  /** the calls that strace has tampered with; for a signal that kills the last call */
  readonly hit: readonly Call[];
}

/**
 * Runs Node.js below strace, the main thread alone: everything that the command does is done there.
 * @param argv what to run, and its arguments, of which one is `root`
 * @param names the system calls to write down
 * @param injections what strace's --inject takes, `fsync:error=EIO:when=2` for example
 */
export async function traced(
  argv: readonly string[],
  root: string,
  names: readonly string[],
  injections: readonly string[] = [],
): Promise<Traced> {
  const log = path.join(makeRoot(), 'log');
  const child = spawn('strace', [...straceOptions(log, names, injections), process.execPath, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...ALWAYS_ALIKE },
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  return { status, out, err, ...readLog(fs.readFileSync(log, 'utf8'), root) };
}

/** What to write down into a log, and what to inject. */
export function straceOptions(
  log: string,
  names: readonly string[],
  injections: readonly string[],
): readonly string[] {
  const inject = injections.flatMap((injection) => ['-e', `inject=${injection}`]);
  return ['-y', '-s', '60', '-o', log, '-e', `trace=${names.join(',')}`, ...inject];
}

/** A call of node:fs, while its system calls are read from a log. */
class FsCallSeen implements FsCall {
  private made = 0;

  private constructor(
    readonly nth: number,
    readonly text: string,
  ) {}

  /** @returns undefined if the mark is that of an end */
  static begun(mark: string, fsCalls: readonly string[]): FsCallSeen | undefined {
    const [, nth] = /"\/unit-patch-call\/(\d+)"/.exec(mark) ?? [];
    return nth === undefined ? undefined : new FsCallSeen(Number(nth), fsCalls[Number(nth) - 1] ?? '');
  }

  /** Takes a system call as one of its own. */
  has(line: string): this {
    if (isOfRoot(line)) this.made += 1;
    return this;
  }

  get isOne(): boolean {
    return this.made === 1;
  }
}

/** The system call by which a watched run shows where a call of node:fs begins and ends; see watched-fs.cjs. */
export const MARK = 'access';

/**
 * What a log of strace says of a run.
 * @param fsCalls the calls of node:fs of a watched run, as text
 */
export function readLog(
  log: string,
  root: string,
  fsCalls: readonly string[] = [],
): Pick<Traced, 'calls' | 'before' | 'hit'> {
  const lines = log.split('\n').map((text) => ({ text, name: /^(\w+)\(/.exec(text)?.[1] }));
  let fsCall: FsCallSeen | undefined;
  const before = callsBefore(lines, root);
  const counts = new Map<string, number>();
  const calls: Call[] = [];
  const hit: Call[] = [];
  for (const { text, name } of lines) {
    if (text.startsWith('+++ killed by') || text.startsWith('--- SIG')) hit.push(...calls.slice(-1));
    if (name === undefined) continue;
    if (name === MARK) {
      fsCall = FsCallSeen.begun(text, fsCalls);
      continue;
    }
    const all = (counts.get(name) ?? 0) + 1;
    counts.set(name, all);
    const others = before.get(name) ?? 0;
    const line = plain(text, root);
    const within = fsCall?.has(line);
    const call = { name, nth: all - others, before: others, line, within };
    calls.push(call);
    if (/\((?:INJECTED|DELAYED)\)/.test(text)) hit.push(call);
  }
  return { calls, before, hit };
}

/** Whether it touches the root; the others are of libuv, on descriptors of its own. */
export const isOfRoot = (line: string): boolean => /ROOT|\/proc\/self\/fd/.test(line);

function callsBefore(lines: readonly { text: string; name?: string | undefined }[], root: string): Before {
  const before = new Map<string, number>();
  for (const name of new Set(lines.map((line) => line.name))) {
    const ofThatName = lines.filter((line) => line.name === name);
    const first = ofThatName.findIndex(({ text }) => text.includes(root) || text.includes('/proc/self/fd/'));
    if (name !== undefined && first !== -1) before.set(name, first);
  }
  return before;
}

/** A line without the root, numbers of descriptors and processes, results, and what a call that only looks has seen. */
export function plain(text: string, root: string): string {
  return text
    .replaceAll(root, 'ROOT')
    .replace(/\) += .*$/, ')')
    .replace(/^(statx\([^,]*,[^,]*|(?:read|readlink|getdents64)\([^,]*),.*$/, '$1')
    .replace(/unit-patch-\d+-[0-9a-f]+/g, 'unit-patch-PID')
    .replace(/(?<=^\w+\(|\/proc\/self\/fd\/)(?![12]\b)\d+/g, 'N')
    .replace(/(pipe|socket):\[\d+\]/g, '$1');
}
