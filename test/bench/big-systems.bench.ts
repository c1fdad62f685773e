import { readdirSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { RootFiles } from '../../src/files/root-files.js';
import { behaviorIn } from '../../src/firewalls/commands/behavior.js';
import { DependencyGraph } from '../../src/transactions/dependency-graph.js';
import { SimulatedManager } from '../../src/transactions/simulated-manager.js';
import { Transactions } from '../../src/transactions/transactions.js';
import { UnitLoader } from '../../src/units/loader.js';
import { removeTrees } from '../helpers/tree.js';
import type { Bench, Result, Row } from './bench.js';
import { makeBigSystem } from './big-system.js';
import { median, wallTimes } from './in-turn.js';
import { plot } from './plot.js';

type Library = typeof import('../../src/index.js');
type Plan = ReturnType<Library['planPatch']>;

const COMMAND = 'dist/bin/unit-patch.cjs';
const ENABLED = 300;
const UNITS = [300, 3000, 15_000, 50_000];
const ENOUGH = 5000;
const OWN = [10, 100, 1000, 10_000];
/** Plans of each size, in turn; the first are not counted, since what is compiled meanwhile is the same for all. */
const [RUNS, WARM_UP] = [15, 4];

/** Large systems: what units cost that have nothing to do with the plan, and what a drop-in more of the unit costs. */
export const bench: Bench = async () => {
  const library = (await import(pathToFileURL(path.resolve('dist/index.js')).href)) as Library;
  try {
    const [others, own, transaction] = [manyUnits(library), manyDropIns(library), oneTransaction()];
    return {
      rows: [...others.rows, ...own.rows, transaction],
      notes: [...(others.notes ?? []), ...(own.notes ?? [])],
      plots: [...(others.plots ?? []), ...(own.plots ?? [])],
    };
  } finally {
    removeTrees();
  }
};

function manyUnits(library: Library): Result {
  const roots = UNITS.map((units) => makeBigSystem({ units, enabled: ENABLED, dropIns: units / 10, own: 0 }));
  const [first, ...others] = roots.map((root) => sameForAll(planOf(library, root)));
  if (first === undefined || others.some((plan) => plan !== first))
    throw new Error('the plans for the sizes differ');
  const times = planTimes(library, roots);
  const commands = wallTimes(
    7,
    [0, UNITS.length - 1].map((at) => ({
      command: process.execPath,
      args: [COMMAND, 'docker', '--root', roots[at] ?? '', '--dry-run'],
    })),
  ).map(median);
  const row = (how: string, units: number, us: number, theirs: number): Row => ({
    what: `${how}, ${count(units)} unit files, ${count(units / 10)} drop-ins of others, ${ENABLED} enabled`,
    us: ms(us),
    peer: `${ENABLED} unit files, all enabled`,
    theirs: ms(theirs),
    ratio: us / theirs,
    ...(units === UNITS.at(-1) ? { most: 2 } : {}),
  });
  const [small = NaN] = times;
  const [smallRun = NaN, bigRun = NaN] = commands;
  const most = UNITS.at(-1) ?? NaN;
  return {
    rows: [
      ...UNITS.slice(1).map((units, at) => row('plan', units, times[at + 1] ?? NaN, small)),
      row('one dry run', most, bigRun, smallRun),
    ],
    notes: [
      `Every drop-in of others lies in a directory of its own in /etc/systemd/system. Node.js needs ${ms(listing(roots.at(-1) ?? ''))} ` +
        `to list the names of the ${count(most)} unit files, sorted, and nothing else; no plan can do without a list, since aliases are links.`,
    ],
    plots: [
      plot({
        title: `A plan, ${ENABLED} units enabled`,
        sizes: { of: 'unit files', at: UNITS },
        figures: { of: 'ms', at: times },
      }),
    ],
  };
}

function manyDropIns(library: Library): Result {
  const roots = OWN.map((own) => makeBigSystem({ units: 0, enabled: 0, dropIns: 0, own }));
  const rest = roots.map((root, at) => withoutDropIns(planOf(library, root), OWN[at] ?? NaN));
  if (rest.some((plan) => plan !== rest[0])) throw new Error('the plans differ by more than the drop-ins');
  const times = planTimes(library, roots);
  const [none = NaN] = times;
  const [fewest = NaN, ...more] = OWN;
  const each = more.map((own, at) => (((times[at + 1] ?? NaN) - none) / (own - fewest)) * 1000);
  return {
    rows: more.slice(1).map((own, at) => {
      const [before = NaN, here = NaN] = each.slice(at);
      return {
        what: `plan, each of ${count(own)} drop-ins of docker.service`,
        us: `${here.toFixed(0)} µs`,
        peer: `each of ${count(more[at] ?? NaN)}`,
        theirs: `${before.toFixed(0)} µs`,
        ratio: here / before,
        // Linear, but for the clearing up: ten times as many, were it quadratic.
        ...(own === OWN.at(-1) ? { most: 1.5 } : {}),
      };
    }),
    notes: [
      `What each drop-in costs is counted from ${OWN[0]} on. The calls for each are the same (test/bench/scaling.test.ts); ` +
        'why each of a thousand takes longer than each of a hundred was not measured.',
    ],
    plots: [
      plot({
        title: 'A plan, by the drop-ins of docker.service',
        sizes: { of: 'drop-ins', at: OWN },
        figures: { of: 'ms', at: times },
      }),
    ],
  };
}

/** The jobs of the start of a target that pulls in all units, each of which names one of the others. */
function oneTransaction(): Row {
  const files = new RootFiles(makeBigSystem({ units: ENOUGH, enabled: ENOUGH, dropIns: 0, own: 0 }), true);
  const transactions = Transactions.of(new UnitLoader(files));
  const graph = new DependencyGraph((name) => transactions.load(name), ['multi-user.target']);
  const times = Array.from({ length: WARM_UP + RUNS }, () => {
    const manager = new SimulatedManager({ graph, behavior: behaviorIn(files), active: new Set() });
    const begin = performance.now();
    manager.ask('start', 'multi-user.target');
    const time = performance.now() - begin;
    if (manager.jobs.length < ENOUGH) throw new Error(`${manager.jobs.length} jobs`);
    return time;
  });
  const time = median(times.slice(WARM_UP));
  return {
    what: `a transaction of ${count(ENOUGH)} units, simulated warm`,
    us: ms(time),
    peer: '50 ms',
    theirs: '50 ms',
    ratio: time / 50,
    most: 1,
  };
}

function planOf({ planPatch, openSystem, parseTemplate, readTemplate }: Library, root: string): Plan {
  const template = parseTemplate(readTemplate('docker'));
  return planPatch(openSystem(root).files(), { template, relation: 'requires' });
}

/** A plan without the place of its root. */
function sameForAll(plan: Plan): string {
  if (plan.changes.length === 0) throw new Error('nothing is planned');
  return JSON.stringify({ ...plan, root: '' });
}

/** A plan without what it says of the drop-ins that are there: that it has read each of them. */
function withoutDropIns(plan: Plan, own: number): string {
  const isOwn = (input: string): boolean =>
    /^\/etc\/systemd\/system\/docker\.service\.d\/\d+\.conf$/.test(input);
  const read = plan.inputs.filter((input) => isOwn(input.path));
  if (read.length !== own) throw new Error(`${own} drop-ins, of which ${read.length} were read`);
  const { findings, changes, missing } = plan;
  return sameForAll({ ...plan, inputs: [], ties: { before: [], after: [] }, findings, changes, missing });
}

/** The middle time of a plan for each root, warm and in turn. */
function planTimes(library: Library, roots: readonly string[]): number[] {
  const times = roots.map((): number[] => []);
  for (let run = 0; run < WARM_UP + RUNS; run++)
    roots.forEach((root, at) => {
      const begin = performance.now();
      planOf(library, root);
      if (run >= WARM_UP) times[at]?.push(performance.now() - begin);
    });
  return times.map(median);
}

function listing(root: string): number {
  const times = Array.from({ length: 7 }, () => {
    const begin = performance.now();
    readdirSync(path.join(root, 'usr/lib/systemd/system'));
    return performance.now() - begin;
  });
  return median(times);
}

const ms = (figure: number): string => `${figure.toFixed(0)} ms`;
const count = (figure: number): string => figure.toLocaleString('en');
