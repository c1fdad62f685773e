import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { temporaryName } from '../../src/system/temporary.js';
import { OURS, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { addTo, directory, fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';
import { COMMAND, traced, whyNoStrace } from './strace.js';

afterAll(removeTrees);

const MINUTES = 60_000;
const DIRECTORY = path.dirname(OURS);
const RELATIONS = ['requires', 'part-of'];

interface End {
  readonly status: number | null;
  readonly err: string;
}

/** One process that patches a root. */
function patch(root: string, relation: string): Promise<End> {
  const argv = [COMMAND, 'docker', '--root', root, '--relation', relation, '--yes'];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (status) => {
      resolve({ status, err });
    });
  });
}

/** What a root holds when nobody else is at work: our file says whether it came with its directory. */
async function patchedAlone(relation: string): Promise<string[]> {
  const roots = [makeRoot(withFirewall()), makeRoot({ ...withFirewall(), [DIRECTORY]: directory })];
  for (const root of roots) await run(['docker', '--root', root, '--relation', relation, '--yes']);
  return roots.map(fingerprint);
}

async function patchedByOne(): Promise<string[]> {
  return (await Promise.all(RELATIONS.map(patchedAlone))).flat();
}

/** The states that a root may be in after several patched it, and took the patch away. */
async function legalStates(): Promise<string[]> {
  const untouched = fingerprint(makeRoot(withFirewall()));
  const emptied = makeRoot(withFirewall());
  fs.mkdirSync(emptied + DIRECTORY);
  return [untouched, fingerprint(emptied), ...(await patchedByOne())];
}

/** Results that must not occur: another exit status, a stack trace, or a failure without a reason. */
const isBad = ({ status, err }: End): boolean =>
  ![0, 4].includes(status ?? -1) ||
  /^ +at |Error:|node:/m.test(err) ||
  (status === 4 && !/^ +failed .+: .+$/m.test(err));

/** Removes our drop-in again and again, and its directory if it is empty, as a revert does. */
function revertFor(root: string, until: () => boolean): Promise<number> {
  return new Promise((resolve) => {
    let reverted = 0;
    const once = (): void => {
      if (until()) {
        resolve(reverted);
        return;
      }
      try {
        fs.unlinkSync(root + OURS);
        reverted++;
        fs.rmdirSync(root + DIRECTORY);
      } catch {
        // Nothing was there, or somebody is about to write.
      }
      setTimeout(once, Math.random() * 40);
    };
    once();
  });
}

describe('50 runs at once on one root', () => {
  test(
    'write one whole file, and leave nothing else',
    async () => {
      const root = makeRoot(withFirewall());
      const ends = await Promise.all(Array.from({ length: 50 }, () => patch(root, 'requires')));
      expect(ends.filter(isBad)).toEqual([]);
      expect(ends.some(({ status }) => status === 0)).toBe(true);
      expect(await patchedAlone('requires')).toContain(fingerprint(root));
    },
    MINUTES,
  );

  test(
    'with two different requests write the file of one of them',
    async () => {
      const root = makeRoot(withFirewall());
      const ends = await Promise.all(
        Array.from({ length: 50 }, (_, at) => patch(root, RELATIONS[at % 2] ?? '')),
      );
      expect(ends.filter(isBad)).toEqual([]);
      expect(await patchedByOne()).toContain(fingerprint(root));
    },
    MINUTES,
  );

  test(
    'remove leftovers of killed runs, and not the files of each other',
    async () => {
      const root = makeRoot(withFirewall());
      // In the PID namespace of this process, in which there are no such numbers.
      const here = temporaryName('').slice(-24);
      const killed = Array.from({ length: 20 }, (_, at) => [
        `${DIRECTORY}/.50-follow-firewall.conf.unit-patch-${900_000_000 + at}-${here}`,
        'torn',
      ]);
      addTo(root, Object.fromEntries(killed) as Record<string, string>);
      const ends = await Promise.all(Array.from({ length: 50 }, () => patch(root, 'requires')));
      expect(ends.filter(isBad)).toEqual([]);
      expect(await patchedAlone('requires')).toContain(fingerprint(root));
    },
    MINUTES,
  );
});

test(
  '20 runs mixed with deletions of what they write end in a legal state each time',
  async () => {
    const root = makeRoot(withFirewall());
    const legal = await legalStates();
    let isOver = false;
    const reverting = revertFor(root, () => isOver);
    const ends: End[] = [];
    const worker = async (relation: string): Promise<void> => {
      for (let again = 0; again < 4; again++) ends.push(await patch(root, relation));
    };
    await Promise.all(Array.from({ length: 20 }, (_, at) => worker(RELATIONS[at % 2] ?? '')));
    isOver = true;
    expect(await reverting).toBeGreaterThan(3);
    expect(ends.filter(isBad)).toEqual([]);
    expect(legal).toContain(fingerprint(root));
    expect(await patch(root, 'requires')).toMatchObject({ status: 0 });
    expect(await patchedAlone('requires')).toContain(fingerprint(root));
  },
  2 * MINUTES,
);

describeWhere(whyNoStrace(), 'a run that is slow', () => {
  test('keeps its temporary, and another one waits for it', async () => {
    const root = makeRoot(withFirewall());
    const argv = [COMMAND, 'docker', '--root', root, '--yes'];
    const slow = traced(argv, root, ['link'], ['link:delay_enter=2000000:when=1']);
    const temporaries = (): string[] =>
      fs.existsSync(root + DIRECTORY)
        ? fs.readdirSync(root + DIRECTORY).filter((name) => name.endsWith('.tmp'))
        : [];
    while (temporaries().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const other = patch(root, 'requires');
    expect(temporaries()).toHaveLength(1);
    const { status, err } = await other;
    expect(status).toBe(0);
    expect(err).toContain(`is at work in ${root}; waiting`);
    expect(await slow).toMatchObject({ status: 0 });
    expect(await patchedAlone('requires')).toContain(fingerprint(root));
  });
});
