// `npm run lab`: runs the whole story in a box, step by step, and prints what was seen and how long it took. The steps
// are the tests of this folder. With --all they run for both generations of systemd and docker. With --record FILE only
// an outage and its cure are played, and what the terminal shows is written down as an asciicast.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const FILES = [
  'story',
  'firewalls',
  'image',
  'harm-by-target',
  'harm-by-relation',
  'harm-by-watch',
  'events',
  'watch',
  'watch-events',
  'watch-trials',
  'watch-alone',
  'doctor',
  'prove',
  'mount',
  'come-back',
  'other-daemons',
  'box',
];
const HEAD = ['suite', 'firewall', 'action', 'patch', "docker's rules", 'way out', 'docker'];

const JEST = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];

/** Runs the tests of one file. They print by themselves; Jest's own report matters only if they fail. */
function run(file, environment) {
  const args = [...JEST, '--config', '.config/jest.config.js', `test/lab/${file}.test.ts`];
  const { status, stderr } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, UNIT_PATCH_NO_SKIP: '1', ...environment },
  });
  if (status !== 0) console.log(stderr);
  return status === 0;
}

/** Rows of cells as lines of equal columns. */
function table(rows) {
  const widths = HEAD.map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const recordAt = process.argv.indexOf('--record');
if (recordAt > 0) {
  const only = ['--selectProjects', 'quick', '--testMatch', '**/test/lab/recording.ts'];
  const args = [...JEST, '--config', '.config/jest.config.js', ...only, '--testPathIgnorePatterns', '/dist/'];
  const env = { ...process.env, UNIT_PATCH_RECORDING: resolve(process.argv[recordAt + 1]) };
  process.exit(spawnSync(process.execPath, args, { stdio: 'inherit', env }).status ?? 1);
}

const start = Date.now();
const directory = mkdtempSync(join(tmpdir(), 'unit-patch-test-'));
const events = join(directory, 'events');
const suites = process.argv.includes('--all') ? 'bookworm,trixie' : (process.env.UNIT_PATCH_LAB ?? 'trixie');
const rowsToRun = process.argv.includes('--all') ? 'all' : 'chosen';
const environment = {
  UNIT_PATCH_LAB: suites,
  UNIT_PATCH_LAB_EVENTS: events,
  UNIT_PATCH_LAB_ROWS: rowsToRun,
};

const failed = FILES.filter((file) => !run(file, environment));

const rows = existsSync(events)
  ? readFileSync(events, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  : [];
rmSync(directory, { recursive: true });
console.log(`\n${table([HEAD, ...rows])}`);
const verdict = failed.length === 0 ? 'all tests passed' : `failed: ${failed.join(', ')}`;
console.log(`\n${verdict}; ${Math.round((Date.now() - start) / 1000)} s`);
process.exitCode = failed.length === 0 ? 0 : 1;
