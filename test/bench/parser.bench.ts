import fs from 'fs-extra';
import ini from 'ini';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseUnit } from '../../src/syntax/parse.js';
import type { Bench, Row } from './bench.js';
import { median } from './in-turn.js';
import { type CorpusFile, unitCorpus } from './unit-corpus.js';
import { withDirectory } from './with-directory.js';

const CORPUS = 100e6;
const TURNS = 5;
const GO_PATH = '/usr/share/gocode';

/** What reads a file, and how many lines or settings it found. */
type Reader = (bytes: Buffer) => number;

const ours: Reader = (bytes) => parseUnit(bytes).nodes.length;
const split: Reader = (bytes) => bytes.toString('latin1').split('\n').length;
const withIni: Reader = (bytes) => Object.keys(ini.parse(bytes.toString('latin1'))).length;

/** The parser beside the bare splitting of lines, ini, and go-systemd: each file read by itself. */
export const bench: Bench = () =>
  withDirectory((directory) => {
    const corpus = unitCorpus();
    const size = corpus.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const rounds = Math.ceil(CORPUS / size);
    mustCountTheSameLines(corpus);
    const differing = differingFromIni(corpus);
    const go = goParser(directory, corpus);
    const refused = go ? mustFindTheSameSettings(corpus, go.options) : 0;
    const times: Record<'ours' | 'split' | 'ini' | 'go', number[]> = { ours: [], split: [], ini: [], go: [] };
    for (let turn = 0; turn < TURNS; turn++) {
      times.ours.push(timed(corpus, rounds, ours));
      times.split.push(timed(corpus, rounds, split));
      times.ini.push(timed(corpus, rounds, withIni));
      if (go) times.go.push(go.time(rounds));
    }
    const us = median(times.ours);
    const speed = (time: number): string => `${((size * rounds) / 1e3 / time).toFixed(0)} MB/s`;
    const row = (peer: string, theirs: number[], most?: number): Row => {
      const what = `the parser, ${((size * rounds) / 1e6).toFixed(0)} MB of unit files`;
      const wanted = most === undefined ? {} : { most };
      if (theirs.length === 0)
        return { what, us: speed(us), peer, theirs: undefined, ratio: undefined, ...wanted };
      return {
        what,
        us: speed(us),
        peer,
        theirs: speed(median(theirs)),
        ratio: us / median(theirs),
        ...wanted,
      };
    };
    return {
      rows: [
        row("split('\\n')", times.split, 4),
        row('ini', times.ini, 1),
        row('go-systemd (golang, golang-github-coreos-go-systemd-dev)', times.go),
      ],
      notes: [
        `The parser: ${corpus.length} unit files of this machine, each by itself, ${rounds} times over. Our lines are those of split('\\n'). ` +
          `ini finds another value for some setting in ${differing} of them, where a key stands twice, a line is continued, or a value looks like none.` +
          (go ? ` go-systemd finds as many settings in each, and refuses ${refused}.` : ''),
      ],
    };
  });

/** Milliseconds. */
function timed(corpus: readonly CorpusFile[], rounds: number, read: Reader): number {
  let found = 0;
  const begin = performance.now();
  for (let round = 0; round < rounds; round++) for (const { bytes } of corpus) found += read(bytes);
  const time = performance.now() - begin;
  if (found === 0) throw new Error('nothing was read');
  return time;
}

/** @throws Error if our nodes do not hold the lines that a bare split gives */
function mustCountTheSameLines(corpus: readonly CorpusFile[]): void {
  for (const { path: file, bytes } of corpus) {
    const { nodes } = parseUnit(bytes);
    const lines = nodes
      .map(({ source }) => source)
      .join('')
      .split('\n').length;
    if (lines !== split(bytes)) throw new Error(`${file}: ${lines} lines, and ${split(bytes)} by split()`);
  }
}

/** How many files ini understands in another way; it finds every section and key, or an error is thrown. */
function differingFromIni(corpus: readonly CorpusFile[]): number {
  return corpus.filter(({ path: file, bytes }) => {
    const sections = ini.parse(bytes.toString('latin1')) as Record<
      string,
      Record<string, unknown> | undefined
    >;
    return parseUnit(bytes).nodes.some((node) => {
      if (node.kind !== 'assignment' || node.section === undefined) return false;
      const found = node.section
        .split('.')
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], sections);
      if (found === undefined) throw new Error(`${file}: ini finds no section ${node.section}`);
      return (found as Record<string, unknown>)[node.key] !== node.value;
    });
  }).length;
}

interface GoParser {
  /** how many settings it finds in each file; -1 where it refuses the file */
  readonly options: readonly number[];
  /** what so many rounds take, in ms */
  readonly time: (rounds: number) => number;
}

/** Builds the program beside this file; undefined where Go or go-systemd is missing. */
function goParser(directory: string, corpus: readonly CorpusFile[]): GoParser | undefined {
  const program = path.join(directory, 'deserialize');
  const list = path.join(directory, 'list');
  fs.writeFileSync(list, corpus.map((file) => `${file.path}\n`).join(''));
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: GO_PATH, GOCACHE: path.join(directory, 'cache') };
  const built = spawnSync('go', ['build', '-o', program, 'test/bench/go-systemd/main.go'], {
    env,
    encoding: 'utf8',
  });
  if (built.error || built.status !== 0) return undefined;
  const run = (rounds: number): { nanoseconds: number; options: number[] } => {
    const { status, stdout, stderr } = spawnSync(program, [String(rounds), list], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`go-systemd: ${stderr}`);
    return JSON.parse(stdout) as { nanoseconds: number; options: number[] };
  };
  return { options: run(0).options, time: (rounds) => run(rounds).nanoseconds / 1e6 };
}

/**
 * @returns how many files go-systemd refuses
 * @throws Error if it finds more or fewer settings in a file than we do
 */
function mustFindTheSameSettings(corpus: readonly CorpusFile[], options: readonly number[]): number {
  corpus.forEach(({ path: file, bytes }, at) => {
    const found = parseUnit(bytes).nodes.filter(({ kind }) => kind === 'assignment').length;
    if (options[at] !== -1 && options[at] !== found)
      throw new Error(`${file}: ${found} settings, and ${options[at]} by go-systemd`);
  });
  return options.filter((count) => count === -1).length;
}
