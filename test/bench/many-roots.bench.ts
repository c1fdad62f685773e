import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Bench } from './bench.js';
import { median, type Side, wallTimes } from './in-turn.js';
import { memoryOf } from './memory.js';
import { withDirectory } from './with-directory.js';

const ROOTS = 1000;
/** After so many rounds V8 has compiled what is used often, and the heaps have their size. */
const WARM = 4;
const ROUNDS = 16;
const RUNS = 3;
const COMMAND = 'dist/bin/unit-patch.cjs';
const LEFT = 'docker.service: missing: Requires=iptables.service After=iptables.service';

/** `check` over a thousand images: what one root more costs, and what it costs to start systemd's tools for it. */
export const bench: Bench = () =>
  withDirectory((directory) => {
    const roots = Array.from({ length: ROOTS }, (_, at) => path.join(directory, `r${at}`));
    for (const root of roots) fs.copySync('examples/centos-7', root);
    const [once, few, many] = [1, WARM, ROUNDS].map((rounds) => check(directory, roots, rounds));
    if (!once || !few || !many) throw new RangeError('three lists');
    const [first = NaN, some = NaN, all = NaN] = wallTimes(RUNS, [once, few, many]).map(median);
    const marginal = (all - some) / ((ROUNDS - WARM) * ROOTS);
    const perSecond = 1000 / marginal;
    const memory = [few, many].map(({ args }) => memoryOf(args, directory, [1]));
    const [littleMemory = NaN, muchMemory = NaN] = memory;
    const theirs = systemdTools(roots[0] ?? '');
    return {
      rows: [
        {
          what: 'one root more, check docker',
          us: `${marginal.toFixed(2)} ms`,
          peer: 'systemctl --root is-enabled + systemd-analyze verify (systemd)',
          theirs: theirs === undefined ? undefined : `${theirs.toFixed(1)} ms`,
          ratio: theirs === undefined ? undefined : marginal / theirs,
          most: 0.25,
        },
        {
          what: 'roots a second, check docker',
          us: `${perSecond.toFixed(0)} /s`,
          peer: '1,000 a second',
          theirs: '1000 /s',
          ratio: 1000 / perSecond,
          most: 1,
        },
        {
          what: `memory for ${ROUNDS * ROOTS} roots`,
          us: `${(muchMemory / 1024).toFixed(0)} MiB`,
          peer: `memory for ${WARM * ROOTS} roots`,
          theirs: `${(littleMemory / 1024).toFixed(0)} MiB`,
          ratio: muchMemory / littleMemory,
          most: 1.25,
        },
      ],
      notes: [
        `Many roots: ${ROOTS} copies of examples/centos-7, named ${WARM} and ${ROUNDS} times over, on ${availableParallelism()} cores: ` +
          `what one more costs then. The first ${ROOTS} took ${(first / 1000).toFixed(1)} s, with the start and the compiling of what is used often.`,
      ],
    };
  });

/** A check of all roots, named so many times, that has printed what it should. */
function check(directory: string, roots: readonly string[], rounds: number): Side {
  const list = path.join(directory, `list${rounds}`);
  const names = Array.from({ length: rounds }, () => roots).flat();
  fs.writeFileSync(list, `${names.join('\n')}\n`);
  const args = [COMMAND, 'check', 'docker', '--roots-from', list];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (stdout !== names.map((root) => `${root}: ${LEFT}\n`).join(''))
    throw new Error('check printed something else');
  return { command: process.execPath, args, statuses: [1] };
}

/** What systemd's own tools take to read the same unit, in ms; undefined if they are not here. */
function systemdTools(root: string): number | undefined {
  // It can cat nothing below a root; this reads the same directories.
  const enabled = { command: 'systemctl', args: [`--root=${root}`, 'is-enabled', 'docker.service'] };
  const verify = {
    command: 'systemd-analyze',
    args: ['verify', `--root=${root}`, '--man=no', 'docker.service'],
    statuses: [0, 1],
  };
  const { stdout, error } = spawnSync(enabled.command, enabled.args, { encoding: 'utf8' });
  if (error) return undefined;
  if (stdout !== 'enabled\n') throw new Error('systemctl does not find docker.service enabled');
  const [one = NaN, other = NaN] = wallTimes(20, [enabled, verify]).map(median);
  return one + other;
}
