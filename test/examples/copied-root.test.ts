import { afterAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { run } from '../helpers/run.js';
import { addTo, link, makeRoot, removeTrees } from '../helpers/tree.js';
import { example } from './checkout.js';

afterAll(removeTrees);

const RELATIONS = ['requires', 'part-of', 'hook'];

test.each(
  ['README.md', 'README.zh-CN.md'].flatMap((readme) =>
    ['centos-7', 'debian-12'].map((root) => [readme, root] as const),
  ),
)('the command of %s copies all that a plan for %s reads', async (readme, name) => {
  const machine = makeRoot();
  fs.copySync(example(name), machine);
  if (!fs.existsSync(path.join(machine, 'lib'))) addTo(machine, { '/lib': link('usr/lib') });
  addTo(machine, { '/usr/lib/other.so': '' });
  const copy = makeRoot();
  const [command = ''] =
    /^ssh HOST tar -C \/ (?:.*\\\n)*.* \| tar .*$/m.exec(fs.readFileSync(readme, 'utf8')) ?? [];
  const here = command.replace('ssh HOST tar -C /', `tar -C ${machine}`).replace('DIR', copy);
  execFileSync('sh', ['-c', here], { stdio: 'pipe' });
  expect(fs.readlinkSync(path.join(copy, 'lib'))).toBe('usr/lib');
  expect(fs.existsSync(path.join(copy, 'usr/lib/other.so'))).toBe(false);
  const planOf = async (root: string, relation: string): Promise<string> => {
    const { out } = await run(['docker', '--root', root, '--relation', relation, '--json', '-n']);
    expect(out).toContain('"unit": "docker.service"');
    return out.replaceAll(root, 'ROOT');
  };
  for (const relation of RELATIONS)
    expect(await planOf(copy, relation)).toBe(await planOf(machine, relation));
});
