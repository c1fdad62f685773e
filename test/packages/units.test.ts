/** What our reading says of every unit of many real packages, against what systemd itself makes of them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fs from 'node:fs';
import path from 'node:path';
import { openRoot, parseUnit, renderUnit, UnitLoader } from '../../src/index.js';
import type { Reading } from '../conformance/dump.js';
import { Judge } from '../conformance/judge.js';
import type { Root } from '../conformance/root.js';
import { askedSuites, makeTree, SUITES } from '../conformance/trees.js';
import { describeWhere } from '../helpers/where.js';
import { automatic, isDependencyEntry } from './automatic.js';
import { disagreements } from './compare.js';
import type { Suite } from './debian.js';
import { unitTree } from './manager.js';
import { debian } from './needs.js';
import { emptyRoot, enable, install, removeRoot } from './root.js';
import { servicePackages } from './service-packages.js';

const suites = ['bookworm', 'trixie'] as const;
const machine = await debian(suites, servicePackages);

// The unit files are a small part of a package; systemctl makes the postinsts use presets, as on a real system.
const members = ['*/systemd/system/*', '*/systemd/system-preset/*', '*/bin/systemctl'];

// Values that only a later systemd than that of bookworm takes; whether a value is valid is not ours to say.
const tooNewFor252 = [
  'run-lock.mount',
  'systemd-halt.service',
  'systemd-kexec.service',
  'systemd-soft-reboot.service',
];

const others = askedSuites().filter((suite) => (SUITES[suite] ?? 0) >= 252);
const systemds = [
  { of: 'this machine', open: () => Judge.open() },
  ...others.map((suite) => ({ of: suite, open: () => Judge.open(makeTree(suite)) })),
];

describeWhere(machine.whyNot, 'the units of packages', () => {
  describe.each(suites)('of %s', describeSuite);
});

function describeSuite(suite: Suite): void {
  let root: string;
  let tree: Root;
  beforeAll(() => {
    root = emptyRoot();
    install(root, machine.packages(suite), servicePackages, members);
    enable(root, 'getty@tty1.service');
    tree = unitTree(root);
  }, 180_000);
  afterAll(() => {
    removeRoot(root);
  });

  test.each(systemds)(
    'are read as the systemd of $of reads them',
    async ({ open }) => {
      const judge = await open();
      try {
        const units = unitNames(tree);
        expect(units.length).toBeGreaterThan(400);
        const readings = await askAll(judge, tree, units);
        const byItself = await automatic(judge, tree, units);
        const loader = new UnitLoader(openRoot(root), { systemd: judge.version });
        const found = units.flatMap((unit) => {
          const [reading, own] = [readings.get(unit), byItself.get(unit)];
          if (reading === undefined || own === undefined) throw new Error(`systemd says nothing of ${unit}`);
          return disagreements(reading, loader.load(unit), own);
        });
        const ofValues = judge.version < 257 ? tooNewFor252 : [];
        expect(found.filter(({ unit, fact }) => fact !== 'loadState' || !ofValues.includes(unit))).toEqual(
          [],
        );
      } finally {
        await judge.close();
      }
    },
    600_000,
  );

  test('come back from the parser byte by byte', () => {
    const files = tree.flatMap((entry) => (entry.kind === 'file' ? [entry] : []));
    expect(files.filter(({ bytes }) => !renderUnit(parseUnit(bytes)).equals(bytes))).toEqual([]);
  });
}

describe('the unit files of this machine', () => {
  test('come back from the parser byte by byte', () => {
    const directories = ['/etc/systemd', '/run/systemd', '/usr/lib/systemd', '/usr/local/lib/systemd'];
    const changed = directories.flatMap(filesBelow).filter((file) => {
      const bytes = fs.readFileSync(file);
      return !renderUnit(parseUnit(bytes)).equals(bytes);
    });
    expect(changed).toEqual([]);
  });
});

/** Aliases are asked apart from the real names: by which name a unit is first loaded matters to systemd. */
async function askAll(judge: Judge, tree: Root, units: readonly string[]): Promise<Map<string, Reading>> {
  const links = tree.filter((entry) => entry.kind === 'link' && !isDependencyEntry(entry));
  const aliases = new Set(links.map(({ path: link }) => asked(link)));
  judge.show(tree);
  const plain = await judge.ask(
    [],
    units.filter((unit) => !aliases.has(unit)),
  );
  const linked = await judge.ask(
    [],
    units.filter((unit) => aliases.has(unit)),
  );
  return new Map([...plain, ...linked]);
}

/** Every unit that the tree names: files and links, an instance of each template, and what `.wants/` links name. */
function unitNames(tree: Root): string[] {
  const suffix = /\.(?:service|socket|target|timer|path|mount|automount|swap|slice|scope)$/;
  const names = tree.filter(({ kind }) => kind !== 'dir').map((entry) => asked(entry.path));
  return [...new Set(names.filter((name) => suffix.test(name)))].sort();
}

function asked(file: string): string {
  return path.basename(file).replace('@.', '@i.');
}

function filesBelow(directory: string): string[] {
  if (!fs.existsSync(directory)) return [];
  const entries = fs.readdirSync(directory, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
