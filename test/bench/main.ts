import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import type { Bench, Result } from './bench.js';
import { bench as bigSystems } from './big-systems.bench.js';
import { bench as manyRoots } from './many-roots.bench.js';
import { bench as nodes } from './nodes.bench.js';
import { bench as oneRun } from './one-run.bench.js';
import { bench as parser } from './parser.bench.js';
import { allHeld, markdownResults, textTable } from './table.js';

const BENCHES: Readonly<Record<string, Bench>> = {
  nodes,
  'one-run': oneRun,
  'many-roots': manyRoots,
  'big-systems': bigSystems,
  parser,
};

/** Peers by the Debian package that has them, and how to see that they are here. */
const NEEDED: readonly (readonly [debian: string, command: string, ...args: string[]])[] = [
  ['systemd', 'systemd-analyze', '--version'],
  ['augeas-tools', 'augtool', '--version'],
  ['crudini', 'crudini', '--version'],
  ['ansible', 'ansible-doc', '--type', 'module', '--list', 'community.general'],
  ['golang', 'go', 'version'],
  ['golang-github-coreos-go-systemd-dev', 'ls', '/usr/share/gocode/src/github.com/coreos/go-systemd'],
];
const RESULTS = 'test/bench/RESULTS.md';

/** Runs the benches that are named, or all: then the results are written down, too. */
async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in BENCHES));
  if (unknown.length > 0) {
    console.error(`no such bench: ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
    return 2;
  }
  const missing = NEEDED.filter(([, command, ...args]) => !works(command, args)).map(([debian]) => debian);
  console.log(
    missing.length > 0
      ? `missing, so without these peers (Debian packages): ${missing.join(' ')}\n`
      : 'every peer is here\n',
  );
  const results: Result[] = [];
  let isFailed = false;
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
    console.log(`${name} …`);
    try {
      results.push((await BENCHES[name]?.()) ?? { rows: [] });
    } catch (error) {
      console.error(`${name} failed:`, error);
      isFailed = true;
    }
  }
  const rows = results.flatMap((result) => result.rows);
  console.log(`\n${textTable(rows)}`);
  for (const note of results.flatMap(({ notes = [] }) => notes)) console.log(note);
  if (names.length === 0 && !isFailed) writeFileSync(RESULTS, markdownResults(machine(missing), results));
  console.log(
    names.length === 0 && !isFailed ? `written to ${RESULTS}` : `${RESULTS} is as it was: not all of it ran`,
  );
  return isFailed || !allHeld(rows) ? 1 : 0;
}

function works(command: string, args: readonly string[]): boolean {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 && stdout + stderr !== '';
}

/** What the figures were taken on; no name of it. */
function machine(missing: readonly string[]): string[] {
  const [cpu] = cpus();
  const debian =
    /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown system';
  const first = (command: string, ...args: string[]): string => {
    const { error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    return error ? '' : ((stdout || stderr).split('\n')[0]?.trim() ?? '');
  };
  return [
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    `${debian}, Linux ${release()}, Node.js ${process.versions.node}, V8 ${process.versions.v8}`,
    ...[first('systemd-analyze', '--version'), first('go', 'version'), first('augtool', '--version')].filter(
      Boolean,
    ),
    ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
  ];
}

process.exitCode = await main(process.argv.slice(2));
