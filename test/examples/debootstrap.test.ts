import { afterAll, beforeAll, expect, test } from '@jest/globals';
import path from 'node:path';
import { loadUnit, openRoot } from '../../src/index.js';
import { run } from '../helpers/run.js';
import { removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';
import { whyNoLab } from '../lab/requirements.js';
import { checkout, example, type Outcome, pathWith, runIn } from './checkout.js';
import { debianTree } from './debian-tree.js';
import { dropInOf, newImageDropIn } from './drop-in.js';
import { readme } from './readme.js';

afterAll(removeTrees);

const MAKING = 900_000;
const TIME = 120_000;

// The real program has made the tree, with the same arguments; a copy of it is quicker.
const DEBOOTSTRAP = '#!/bin/sh\ncp -a --reflink=auto "$TREE" "$4"\n';

describeWhere(whyNoLab(), 'examples/image/debootstrap.sh', () => {
  let tree: string;
  let root: string;
  let ended: Outcome;
  beforeAll(() => {
    tree = debianTree();
  }, MAKING);
  beforeAll(async () => {
    const directory = checkout({ image: 'image' });
    root = path.join(directory, 'root');
    const env = { PATH: pathWith({ debootstrap: DEBOOTSTRAP }), TREE: tree };
    ended = await runIn(directory, ['image/debootstrap.sh', 'root'], env);
  }, TIME);

  test('makes a Debian 12 in which docker follows its firewall', async () => {
    expect(ended).toMatchObject({ status: 0 });
    const [, shown = 'nothing'] = /^```\n(.*?)^```$/ms.exec(readme('image')) ?? [];
    expect(ended.stdout).toContain(shown);
    expect(dropInOf(root)).toBe(await newImageDropIn());
    expect(await run(['check', 'docker', '--root', root])).toMatchObject({
      status: 0,
      out: 'docker.service: in force, it follows netfilter-persistent.service\n',
    });
  });

  test.each(['docker.service', 'docker.socket', 'containerd.service', 'netfilter-persistent.service'])(
    'examples/debian-12 says of %s only what the package does',
    (name) => {
      const words = (place: string): string[] =>
        loadUnit(openRoot(place), name).directives.flatMap(({ section, key, value }) =>
          key === 'Description' ? [] : value.split(' ').map((word) => `[${section}] ${key}=${word}`),
        );
      const said = words(example('debian-12'));
      expect(said.length).toBeGreaterThan(4);
      expect(words(tree)).toEqual(expect.arrayContaining(said));
    },
  );
});
