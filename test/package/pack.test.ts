import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere, whyNoProgram } from '../helpers/where.js';

afterAll(removeTrees);

const example = path.resolve('examples/centos-7');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** What `npm pack` puts into the package. */
function pack(): { tarball: string; files: string[] } {
  const directory = makeRoot();
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', directory];
  const [packed] = JSON.parse(
    execFileSync(npm, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ) as {
    filename: string;
    files: { path: string }[];
  }[];
  if (!packed) throw new Error('npm pack printed nothing');
  return { tarball: path.join(directory, packed.filename), files: packed.files.map((file) => file.path) };
}

describeWhere(whyNoProgram(npm), 'the package', () => {
  const { tarball, files } = pack();

  test('holds the command, the library with its types, and the templates', () => {
    for (const name of [
      'dist/bin/unit-patch.cjs',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/schemas/plan@1.json',
      'dist/schemas/show@1.json',
      'templates/docker/template.ini',
      'templates/docker/requires.conf',
      'templates/docker/part-of.conf',
      'templates/requires.conf',
      'templates/part-of.conf',
      'LICENSE',
      'README.md',
    ])
      expect(files).toContain(name);
    expect(files.filter((name) => /^(?:src|test|examples|\.)/.test(name))).toEqual([]);
  });

  test('runs with npx in an empty directory', () => {
    const empty = makeRoot();
    const name = path.basename(tarball);
    fs.copySync(tarball, path.join(empty, name));
    const args = ['exec', '--yes', '--prefer-offline', '--', `./${name}`, 'docker', '--root', example, '-n'];
    const { status, stdout, stderr } = spawnSync(npm, args, { cwd: empty, encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stdout).toContain('+Requires=iptables.service');
    expect(fs.readdirSync(empty)).toEqual([name]);
  }, 120_000);
});

describe('the built library', () => {
  test('can be imported, and does what the README says', async () => {
    const library = (await import(path.resolve('dist/index.js'))) as typeof import('../../src/index.js');
    const unit = library.loadUnit(library.openRoot(example), 'docker.service');
    expect(unit.dependencies).toContainEqual({
      type: 'Requires',
      unit: 'docker.socket',
      from: [{ file: '/usr/lib/systemd/system/docker.service', line: 6 }],
    });
    const bytes = Buffer.from('[Unit]\r\n\0=\xff');
    expect(library.renderUnit(library.parseUnit(bytes)).equals(bytes)).toBe(true);
  });
});
