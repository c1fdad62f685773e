import { afterAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { systemctl, withFirewall } from '../helpers/docker.js';
import { fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';
import { COMMAND } from './run-case.js';

afterAll(removeTrees);

const PAIRS = 4;
const whyNoLocks = process.platform === 'linux' ? undefined : 'there are no locks but on Linux';

type Argv = readonly string[];
const requires: Argv = ['docker'];
const hook: Argv = ['docker', '--relation', 'hook'];
const revert: Argv = ['revert', 'docker'];

function runOn(root: string, argv: Argv): Promise<number | null> {
  const child = spawn(process.execPath, [COMMAND, ...argv, '--root', root, '--yes'], { stdio: 'ignore' });
  return new Promise((resolve) => child.once('close', resolve));
}

async function rootAfter(...all: Argv[]): Promise<string> {
  const root = makeRoot(withFirewall('iptables.service', systemctl));
  for (const argv of all) await runOn(root, argv);
  return root;
}

describeWhere(whyNoLocks, 'two runs at once end as one after the other does:', () => {
  test.each([
    ['requires beside a hook', [], requires, hook],
    ['a hook beside a revert', [hook], hook, revert],
    ['requires beside a revert', [hook], requires, revert],
  ] as const)(
    '%s',
    async (_, before, one, other) => {
      const orders = [
        [...before, one, other],
        [...before, other, one],
      ];
      const legal = await Promise.all(orders.map(async (order) => fingerprint(await rootAfter(...order))));
      for (let pair = 0; pair < PAIRS; pair++) {
        const root = await rootAfter(...before);
        expect(await Promise.all([runOn(root, one), runOn(root, other)])).toEqual([0, 0]);
        expect(legal).toContain(fingerprint(root));
      }
    },
    60_000,
  );
});
