import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Bench, Row } from './bench.js';
import { median, type Side, wallTimes } from './in-turn.js';
import { memoryOf } from './memory.js';
import { isThere, mustFollow, PEERS } from './peers.js';
import { withDirectory } from './with-directory.js';

const RUNS = 20;
const COMMAND = 'dist/bin/unit-patch.cjs';
const EXAMPLE = 'examples/centos-7';
const ARGS = [COMMAND, 'docker', '--root', EXAMPLE, '--dry-run'];
const NODE: Side = { command: process.execPath, args: ['-e', '0'] };

/** One dry run beside the start of Node.js, and beside what else is used for the same. */
export const bench: Bench = () =>
  withDirectory((directory) => {
    mustPlan();
    const peers = PEERS.map((peer, at) => {
      const root = path.join(directory, String(at));
      fs.copySync(EXAMPLE, root);
      fs.ensureDirSync(path.join(root, 'etc/systemd/system/docker.service.d'));
      const isHere = isThere(peer, root);
      if (isHere) mustFollow(peer, root);
      return { peer, side: isHere ? peer.side(root) : undefined };
    });
    const sides = [{ command: process.execPath, args: ARGS }, NODE];
    const [us = NaN] = wallTimes(RUNS, sides.slice(0, 1)).map(median);
    const [ours = NaN, nodes = NaN] = [ARGS, NODE.args].map((args) =>
      median(Array.from({ length: 5 }, () => memoryOf(args, directory))),
    );
    const what = 'one dry run';
    const rows: Row[] = [
      {
        what: `${what}, memory`,
        us: mib(ours),
        peer: 'node -e 0',
        theirs: mib(nodes),
        ratio: ours / nodes,
        most: 1.5,
      },
      ...peers.map(({ peer, side }): Row => {
        if (!side)
          return {
            what,
            us: ms(us),
            peer: `${peer.name} (${peer.needs})`,
            theirs: undefined,
            ratio: undefined,
          };
        const [beside = NaN, theirs = NaN] = wallTimes(5, [sides[0] ?? NODE, side]).map(median);
        return { what, us: ms(beside), peer: peer.name, theirs: ms(theirs), ratio: beside / theirs };
      }),
    ];
    return {
      rows,
      notes: [
        `One dry run is \`unit-patch docker --root ${EXAMPLE} --dry-run\`; medians of ${RUNS} runs in turn, of 5 beside the peers. ` +
          'What each peer wrote was read again before it was timed; systemctl can write no After=, and systemd-analyze writes nothing.',
      ],
    };
  });

/** @throws Error if the run that is timed does not print the whole patch */
function mustPlan(): void {
  const { status, stdout } = spawnSync(process.execPath, ARGS, { encoding: 'utf8' });
  for (const line of ['+Requires=iptables.service', '+After=iptables.service'])
    if (status !== 0 || !stdout.includes(line)) throw new Error(`the dry run does not print ${line}`);
}

const ms = (figure: number): string => `${figure.toFixed(0)} ms`;
const mib = (kib: number): string => `${(kib / 1024).toFixed(1)} MiB`;
