/** What our reading says of every unit of many real packages, against what systemd itself makes of them. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openRoot, parseUnit, renderUnit, UnitLoader } from '../../src/index.js';
import { Judge } from '../conformance/judge.js';
import type { Root } from '../conformance/root.js';
import { undeclared } from './automatic.js';
import { disagreements } from './compare.js';
import { unitTree } from './manager.js';
import { debian } from './needs.js';
import { emptyRoot, enable, install, removeRoot } from './root.js';
import { servicePackages } from './service-packages.js';

const suites = ['bookworm', 'trixie'] as const;
const machine = await debian(suites, servicePackages);

// The unit files are a small part of a package; systemctl makes the postinsts use presets, as on a real system.
const members = ['*/systemd/system/*', '*/systemd/system-preset/*', '*/bin/systemctl'];

machine.describe.each(suites)('the units of %s', (suite) => {
  let root: string;
  let tree: Root;
  let judge: Judge;
  beforeAll(async () => {
    judge = await Judge.open();
    root = emptyRoot();
    install(root, machine.packages(suite), servicePackages, members);
    enable(root, 'getty@tty1.service');
    tree = unitTree(root);
  }, 120_000);
  afterAll(async () => {
    await judge.close();
    removeRoot(root);
  });

  test('come from at least 30 packages, and are hundreds', () => {
    expect(servicePackages.length).toBeGreaterThanOrEqual(30);
    expect(unitNames(tree).length).toBeGreaterThan(400);
  });

  test('are read as systemd reads them', async () => {
    const units = unitNames(tree);
    judge.show(tree);
    const readings = await judge.ask(aliases(tree), units);
    judge.show(undeclared(tree));
    const baselines = await judge.ask([], units);
    const loader = new UnitLoader(openRoot(root), { systemd: judge.version });
    const found = units.flatMap((unit) => {
      const [reading, baseline] = [readings.get(unit), baselines.get(unit)];
      if (reading === undefined || baseline === undefined) throw new Error(`systemd says nothing of ${unit}`);
      return disagreements(loader, unit, reading, baseline);
    });
    expect(found).toEqual([]);
  }, 120_000);

  test('come back from the parser byte by byte', () => {
    const files = tree.flatMap((entry) => (entry.kind === 'file' ? [entry] : []));
    expect(files.filter(({ bytes }) => !renderUnit(parseUnit(bytes)).equals(bytes))).toEqual([]);
  });
});

describe('the unit files of this machine', () => {
  test('come back from the parser byte by byte', () => {
    const files = ['/etc/systemd', '/run/systemd', '/usr/lib/systemd', '/usr/local/lib/systemd'].flatMap(
      filesBelow,
    );
    const changed = files.filter((file) => {
      const bytes = fs.readFileSync(file);
      return !renderUnit(parseUnit(bytes)).equals(bytes);
    });
    expect(changed).toEqual([]);
  });
});

/** Every unit that the tree names: its files and links, the templates' instances, and what .wants/ links ask for. */
function unitNames(tree: Root): string[] {
  const suffix = /\.(?:service|socket|target|timer|path|mount|automount|swap|slice|scope)$/;
  const names = tree.filter(({ kind }) => kind !== 'dir').map((entry) => path.basename(entry.path));
  const asked = names.filter((name) => suffix.test(name)).map((name) => name.replace('@.', '@i.'));
  return [...new Set(asked)].sort();
}

/** The links that give a unit another name, without those of .wants/ directories. */
function aliases(tree: Root): Root {
  return tree.filter((entry) => entry.kind === 'link' && !/\.(?:wants|requires|upholds)\//.test(entry.path));
}

function filesBelow(directory: string): string[] {
  if (!fs.existsSync(directory)) return [];
  const entries = fs.readdirSync(directory, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
