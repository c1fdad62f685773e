import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { publint } from 'publint';
import { makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere, whyNoProgram } from '../helpers/where.js';

afterAll(removeTrees);

const TSC = path.resolve('node_modules/typescript/bin/tsc');

const CONSUMER = `
import { findTemplate, loadUnit, openRoot, openSystem, planPatch, type Plan, type Unit } from 'unit-patch';
import { EXIT, type ExitStatus, type Relation } from 'unit-patch';

const unit: Unit = loadUnit(openRoot('/'), 'docker.service');
const relation: Relation = 'part-of';
const plan: Plan = planPatch(openSystem('/'), { template: findTemplate('docker'), relation });
const status: ExitStatus = EXIT.refused;
export const all: readonly [string, string | null, number] = [unit.id, plan.follow?.unit ?? null, status];

// @ts-expect-error a root is opened first
loadUnit('/', 'docker.service');
// @ts-expect-error there is no such relation
export const wrong: Relation = 'binds';
// @ts-expect-error plans are not to be changed
plan.changed = true;
// @ts-expect-error a unit may have no fragment
export const fragment: string = unit.fragment;
`;

describeWhere(whyNoProgram('npm', 'tar'), 'the packed package', () => {
  let tarball = '';
  let unpacked = '';
  beforeAll(() => {
    const directory = makeRoot();
    const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', directory];
    tarball = path.join(directory, execFileSync('npm', args, { encoding: 'utf8' }).trim());
    execFileSync('tar', ['-xzf', tarball, '-C', directory]);
    unpacked = path.join(directory, 'package');
    // Installed, it would have its dependencies beside it.
    fs.ensureSymlinkSync(path.resolve('node_modules'), path.join(directory, 'node_modules'));
  });

  test('publint has nothing to say', async () => {
    expect((await publint({ pkgDir: unpacked, strict: true, pack: false })).messages).toEqual([]);
  });

  test.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])('its types resolve, all of them, and are exact: module %s, resolution %s', (module, resolution) => {
    const directory = makeRoot({ 'consumer.ts': CONSUMER, 'package.json': '{"type":"module"}' });
    fs.ensureDirSync(path.join(directory, 'node_modules'));
    fs.symlinkSync(unpacked, path.join(directory, 'node_modules/unit-patch'));
    fs.symlinkSync(path.resolve('node_modules/@types'), path.join(directory, 'node_modules/@types'));
    const { stdout, status } = spawnSync(
      process.execPath,
      [
        TSC,
        '--noEmit',
        '--strict',
        '--exactOptionalPropertyTypes',
        '--target',
        'es2023',
        '--types',
        'node',
      ].concat(['--module', module, '--moduleResolution', resolution, 'consumer.ts']),
      { cwd: directory, encoding: 'utf8' },
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});
