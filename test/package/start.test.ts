import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

/** The command as it is installed, in a place of its own. */
let installed: string;
const file = (name: string): string => path.join(installed, 'dist/bin', name);

beforeEach(() => {
  installed = makeRoot();
  for (const name of ['dist/bin', 'templates', 'package.json'])
    fs.copySync(name, path.join(installed, name), { preserveTimestamps: true });
});

function run(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file('unit-patch.cjs'), ...argv], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const DRY = ['docker', '--root', 'examples/centos-7', '--dry-run'];

describe('the command starts from what V8 made of it when it was built', () => {
  test('where this Node.js has built it', () => {
    const ask = `process.on('exit', () => console.log(require(${JSON.stringify(file('unit-patch.cjs'))}).cachedDataRejected)); require(${JSON.stringify(file('unit-patch.cjs'))});`;
    const { stdout } = spawnSync(process.execPath, ['-e', ask, 'x', '--version'], { encoding: 'utf8' });
    expect(stdout).toMatch(/\nfalse\n$/);
  });

  const cache = (): string => file('command.cache');
  const spoiled: Record<string, () => void> = {
    'is missing': () => {
      fs.rmSync(cache());
    },
    'is empty': () => {
      fs.writeFileSync(cache(), '');
    },
    'is cut off': () => {
      fs.truncateSync(cache(), 1000);
    },
    'is of another Node.js': () => {
      fs.writeFileSync(cache(), fs.readFileSync(cache()).fill(7, 4, 8));
    },
    'is a directory': () => {
      fs.rmSync(cache());
      fs.mkdirSync(cache());
    },
    'is of a command of another length': () => {
      fs.appendFileSync(file('command.cjs'), ' ');
    },
  };
  test.each(Object.entries(spoiled))('and from its text where that %s', (_, spoil) => {
    const before = run(...DRY);
    spoil();
    expect(run(...DRY)).toEqual(before);
  });

  test('and from its text where somebody has edited it', () => {
    const text = fs.readFileSync(file('command.cjs'), 'latin1');
    fs.writeFileSync(file('command.cjs'), text.replaceAll('dry run: ', 'DRY RUN: '), 'latin1');
    const later = Date.now() / 1000 + 100;
    fs.utimesSync(file('command.cjs'), later, later);
    expect(run(...DRY).stderr).toContain('DRY RUN: nothing was written');
  });
});
