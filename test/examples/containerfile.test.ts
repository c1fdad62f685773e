import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import path from 'node:path';
import { OURS } from '../helpers/docker.js';
import { removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';
import { Box } from '../lab/box.js';
import { install, makeNode, pack } from '../lab/command.js';
import { whyNoLab } from '../lab/requirements.js';
import { example } from './checkout.js';
import { debianTree } from './debian-tree.js';
import { newImageDropIn } from './drop-in.js';

afterAll(removeTrees);

const MAKING = 900_000;
const TIME = 300_000;

/** The instructions of the Containerfile, each as one line. */
function instructions(): { name: string; rest: string }[] {
  const text = fs.readFileSync(path.join(example('image'), 'Containerfile'), 'utf8');
  const lines = text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n');
  return lines.filter(Boolean).map((line) => {
    const [, name = '', rest = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
    return { name, rest };
  });
}

/**
 * No engine builds here: the RUN lines run in a chroot of the tree that examples/image/debootstrap.sh makes, which has
 * docker and the firewall already. This machine's own Node stands for the one that an image would lend, and what
 * `npx` would fetch is installed in the directory that it is run from.
 */
describeWhere(whyNoLab(), 'the RUN lines of examples/image/Containerfile', () => {
  let box: Box;
  beforeAll(async () => {
    box = await Box.open([makeNode(), debianTree()]);
    await install(box, pack());
    // npx takes a version that is named from a directory's own packages, and not from the global ones.
    await box.run(
      'mkdir -p /root/node_modules/.bin && cd /root/node_modules && ln -s /usr/local/lib/node_modules/unit-patch . && ' +
        'ln -s ../unit-patch/dist/bin/unit-patch.cjs .bin/unit-patch',
    );
  }, MAKING);
  afterAll(async () => {
    await box.close();
  });

  test('are all there is besides the image to start from', () => {
    const [from, ...others] = instructions();
    expect(from).toEqual({ name: 'FROM', rest: 'debian:12' });
    expect(new Set(others.map(({ name }) => name))).toEqual(new Set(['RUN']));
  });

  test(
    'leave the drop-in, and docker follows its firewall',
    async () => {
      const lent: string[] = [];
      for (const { name, rest } of instructions()) {
        if (name !== 'RUN') continue;
        const line = rest.replace(/^(?:--mount=\S+ )+/, (mounts) => {
          lent.push(...[...mounts.matchAll(/target=(\S+) /g)].map(([, target = '']) => target));
          return '';
        });
        expect(await box.attempt(`cd /root && ${line}`, '', TIME / 1000)).toMatchObject({ status: 0 });
      }
      expect(lent).toEqual(['/usr/local', '/root/.npm']);
      expect(await box.run(`cat ${OURS}`)).toBe((await newImageDropIn()).trimEnd());
      expect(await box.run('unit-patch check docker --root /')).toContain('in force');
    },
    TIME,
  );
});
