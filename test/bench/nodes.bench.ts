import fs from 'fs-extra';
import path from 'node:path';
import { removeTrees } from '../helpers/tree.js';
import type { Bench, Row } from './bench.js';
import { makeBigSystem } from './big-system.js';
import { median, type Side, wallTimes } from './in-turn.js';
import { checkOf, makeRoots, ROOTS } from './many-roots.js';
import { type NodeLine, nodeLines } from './node-lines.js';
import { unitCorpus } from './unit-corpus.js';
import { withDirectory } from './with-directory.js';

const COMMAND = 'dist/bin/unit-patch.cjs';
const [RUNS, FEW_RUNS] = [20, 5];
const [FEW, MANY] = [4, 16];
const UNITS = 50_000;
const CORPUS = 100e6;
/** What Node.js has compiled before is not used. */
const ANEW = { NODE_DISABLE_COMPILE_CACHE: '1' };

/** Reads all files that a list names, so many times over. */
const PARSE = `
import { readFileSync } from 'node:fs';
import { parseUnit } from './dist/syntax/parse.js';
const files = readFileSync(process.argv[1], 'utf8').trim().split('\\n').map((name) => readFileSync(name));
for (let round = 0; round < Number(process.argv[2]); round++) for (const bytes of files) parseUnit(bytes);
`;

/** What each line of Node.js takes for the same, beside its own start. */
export const bench: Bench = () =>
  withDirectory((directory) => {
    try {
      const lines = nodeLines(path.join(directory, 'nodes'));
      const dryRun = (root: string): string[] => [COMMAND, 'docker', '--root', root, '--dry-run'];
      const big = makeBigSystem({ units: UNITS, enabled: 300, dropIns: UNITS / 10, own: 0 });
      const roots = makeRoots(directory);
      const lists = [1, FEW, MANY].map((times) => checkOf(directory, roots, times));
      const one = dryRun('examples/centos-7');
      const runs = onEach(lines, RUNS, [{ args: ['-e', '0'] }, { args: one }, { args: one, env: ANEW }]);
      const large = onEach(lines, FEW_RUNS, [{ args: dryRun(big) }, { args: parserOn(directory) }]);
      const checks = onEach(
        lines,
        FEW_RUNS,
        lists.map((args) => ({ args, statuses: [1] })),
      );
      return {
        rows: lines.flatMap((line, at) =>
          rowsFor(
            line,
            [runs, large, checks].flatMap((all) => all[at] ?? []),
          ),
        ),
        notes: [
          `With each line of Node.js: one dry run is \`unit-patch docker --root examples/centos-7 --dry-run\`, medians of ${RUNS} runs, ` +
            `of ${FEW_RUNS} for all else, all lines in turn. Times are those of whole processes. Many roots are ${ROOTS} copies of that ` +
            `example; roots a second are counted from ${FEW} to ${MANY} thousand of them, in one process. From Node.js 22 on a run ` +
            `finds what one before it has compiled, unless the row says that there was nothing.`,
        ],
      };
    } finally {
      removeTrees();
    }
  });

/** The middle time of each command with each Node.js, all of them in turn. */
function onEach(
  lines: readonly NodeLine[],
  runs: number,
  commands: readonly Omit<Side, 'command'>[],
): number[][] {
  const sides = lines.flatMap(({ command }) => commands.map((each): Side => ({ ...each, command })));
  const times = wallTimes(runs, sides).map(median);
  return lines.map((_, at) => times.slice(at * commands.length, (at + 1) * commands.length));
}

function parserOn(directory: string): string[] {
  const corpus = unitCorpus();
  const list = path.join(directory, 'corpus');
  fs.writeFileSync(list, corpus.map((file) => `${file.path}\n`).join(''));
  const size = corpus.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return ['--input-type=module', '-e', PARSE, list, String(Math.ceil(CORPUS / size))];
}

/** The rows of one line. What is wanted was agreed on for the lines that are maintained, and a bit less for Node.js 20. */
function rowsFor({ version }: NodeLine, times: readonly number[]): Row[] {
  const [start = NaN, dryRun = NaN, anew = NaN, big = NaN, parser = NaN, first = NaN, few = NaN, many = NaN] =
    times;
  const perSecond = ((MANY - FEW) * ROOTS * 1000) / (many - few);
  const beside = (what: string, us: number, most?: number): Row => ({
    what: `${what}, Node.js ${version}`,
    us: `${us.toFixed(0)} ms`,
    peer: 'node -e 0',
    theirs: `${start.toFixed(0)} ms`,
    ratio: us / start,
    ...(most === undefined ? {} : { most }),
  });
  return [
    beside('one dry run', dryRun, version.startsWith('20.') ? 2.2 : 2.5),
    beside('one dry run, nothing compiled before', anew),
    beside(`one dry run, ${UNITS.toLocaleString('en')} unit files`, big),
    beside('the parser, 100 MB of unit files', parser),
    {
      what: `the first ${ROOTS} roots, Node.js ${version}`,
      us: `${first.toFixed(0)} ms`,
      peer: '1.5 s',
      theirs: '1500 ms',
      ratio: first / 1500,
      most: 1,
    },
    {
      what: `roots a second, Node.js ${version}`,
      us: `${perSecond.toFixed(0)} /s`,
      peer: '1,500 a second',
      theirs: '1500 /s',
      ratio: 1500 / perSecond,
      most: 1,
    },
  ];
}
