import { afterAll, expect } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import { constants } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { endRunners, withRunner } from '../faults/runner.js';
import type { HostileTree } from './items.js';
import { makeSandbox, type Sandbox, type Trace, traces } from './sandbox.js';

/** A hostile root, and the expected result. */
export interface Case {
  readonly tree: (sandbox: Sandbox) => HostileTree;
  /** what `unit-patch docker --yes` ends with */
  readonly status: 0 | 2 | 3 | 4;
  /** what it says: the path and the reason */
  readonly says?: string | RegExp;
  /** the file that it writes, inside the root */
  readonly writes?: string;
  /** the same for a file whose path in the root begins with that of the decoys on this machine */
  readonly writesBelow?: string;
  /** what it writes there, if that is less than both settings */
  readonly writesOnly?: readonly string[];
  /** what `unit-patch show docker.service --json` ends with, 0 by default */
  readonly shows?: 0 | 2;
  /** what it shows */
  readonly showing?: string | RegExp;
}

/** The result of a run of the built command. */
export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** The built command. */
export const COMMAND = path.resolve('dist/bin/unit-patch.cjs');
/** Far more than any of it takes: a busy machine is no reason to fail. */
const TIME_MS = 30_000;

/**
 * Runs the built command; its standard input stays silent and never ends.
 * @param as the command line that runs it as somebody else
 */
export function command(
  argv: readonly string[],
  sandbox: Pick<Sandbox, 'top'>,
  as: readonly string[] = [],
  file = COMMAND,
): Ended {
  const silent = fs.openSync(`${sandbox.top}/stdin`, constants.O_RDWR);
  try {
    const [program = '', ...args] = [...as, process.execPath, file, ...argv];
    const { status, signal, error, stdout, stderr } = spawnSync(program, args, {
      cwd: sandbox.top,
      encoding: 'utf8',
      timeout: TIME_MS,
      killSignal: 'SIGKILL',
      maxBuffer: 1 << 29,
      stdio: [silent, 'pipe', 'pipe'],
    });
    expect({ argv, signal, error }).toEqual({ argv, signal: null, error: undefined });
    speaksPlainly(stderr);
    return { status, out: stdout, err: stderr };
  } finally {
    fs.closeSync(silent);
  }
}

/** Runs it in a process that ran it before for other roots, so that no start of Node.js is waited for. */
async function commandInRunner(argv: readonly string[], { top, root }: Sandbox): Promise<Ended> {
  const { status, out, err } = await withRunner(async (runner) => {
    const timer = setTimeout(() => void runner.end(), TIME_MS);
    const ran = await runner.run([COMMAND, ...argv], { root, directory: top });
    clearTimeout(timer);
    return ran;
  });
  expect({ argv, status }).toEqual({ argv, status: expect.any(Number) });
  speaksPlainly(err);
  return { status, out, err };
}

afterAll(endRunners);

/** An error is one sentence: no stack trace, nothing that moves a terminal's cursor. */
function speaksPlainly(text: string): void {
  expect(text).not.toMatch(
    /\n\s+at |(?:Type|Range|Reference|Syntax)Error|\b[A-Z]{3,}: .*, [a-z]+ '|Node\.js v/,
  );
  // eslint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f]/);
}

/**
 * Runs `show` and then the patch in a hostile root, and looks at everything around it before and after.
 * @param run how the built command is run; `command` starts a process for each run
 */
export async function runCase(
  hostile: Case,
  run: (argv: readonly string[], sandbox: Sandbox) => Ended | Promise<Ended> = commandInRunner,
): Promise<void> {
  const sandbox = makeSandbox(hostile.tree);
  const around = traces(sandbox.top, sandbox.root);
  const inside = traces(sandbox.root);

  const shown = await run(['show', 'docker.service', '--root', sandbox.root, '--json'], sandbox);
  expect({ status: shown.status, err: shown.err }).toEqual({
    status: hostile.shows ?? 0,
    err: hostile.shows ? (expect.stringMatching(/^unit-patch: .+\n {2}.+\n$/) as unknown as string) : '',
  });
  if (!hostile.shows) JSON.parse(shown.out);
  expect(shown.out).not.toContain('decoy.service');
  if (hostile.showing !== undefined) expect(shown.out + shown.err).toMatch(hostile.showing);
  expectSame(traces(sandbox.root), inside);

  const { status, out, err } = await run(['docker', '--root', sandbox.root, '--yes'], sandbox);
  expect({ status, err }).toEqual({ status: hostile.status, err });
  if (hostile.says !== undefined) expect(err).toMatch(hostile.says);
  // The reason, and below it the way out.
  if (hostile.status === 2) expect(err).toMatch(/^unit-patch: .+\n {2}\S.+\n$/);
  if (hostile.status === 3) expect(err).toMatch(/refused \[[a-z-]+\] .+\n {2}\S.+\n/);
  expect(out + err).not.toContain('decoy.service');
  expectSame(traces(sandbox.top, sandbox.root), around);
  const written = hostile.writesBelow === undefined ? hostile.writes : sandbox.top + hostile.writesBelow;
  if (written === undefined) expectSame(traces(sandbox.root), inside);
  else expectWritten(sandbox.root, inside, written, hostile.writesOnly);
}

/** Jest takes seconds to compare ten thousand files, so it does that only if they differ. */
function expectSame(now: readonly Trace[], before: readonly Trace[]): void {
  if (!isDeepStrictEqual(now, before)) expect(now).toEqual(before);
}

/** Our drop-in, with the directories that it needs, is all that is new, and nothing else has changed. */
function expectWritten(
  root: string,
  before: readonly Trace[],
  file: string,
  settings: readonly string[] = ['Requires=iptables.service', 'After=iptables.service'],
): void {
  // Directories that got an entry have another time and size.
  const lasting = (all: readonly Trace[]): Trace[] =>
    all.filter(({ isDirectory, path }) => !isDirectory && path !== file);
  const after = traces(root);
  const old = new Set(before.map(({ path }) => path));
  expect(after.filter(({ path }) => !old.has(path) && !`${file}/`.startsWith(`${path}/`))).toEqual([]);
  expectSame(lasting(after), lasting(before));
  const stats = fs.lstatSync(root + file);
  expect({ file: stats.isFile(), mode: stats.mode & 0o7777, links: stats.nlink }).toEqual({
    file: true,
    mode: 0o644,
    links: 1,
  });
  const [first = '', ...lines] = fs.readFileSync(root + file, 'utf8').split('\n');
  expect(first).toBe('# Written by unit-patch; to undo: unit-patch revert docker');
  expect(lines.filter((line) => !line.startsWith('#'))).toEqual(['[Unit]', ...settings, '']);
}
