import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Box } from './box.js';
import { makeOnce } from './cache.js';

const REPOSITORY = join(import.meta.dirname, '../..');

const NODE = `
mkdir -p "$1/usr/local/bin" "$1/usr/local/lib/node_modules"
cp "$2" "$1/usr/local/bin/node"
cp -r "$3" "$1/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$1/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$1/usr/local/bin/npx"
`;

/** This machine's own Node and npm, as a layer. */
export function makeNode(): string {
  const place = oncePerRun('npm', (file) => {
    writeFileSync(file, execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim());
  });
  const args = [process.execPath, join(readFileSync(place, 'utf8'), 'npm'), process.version];
  return makeOnce(`node-${process.version}`, NODE, args);
}

/** This package as npm would publish it; `dist/` has to be built. */
export function pack(): Buffer {
  return readFileSync(oncePerRun('package.tgz', packTo));
}

function packTo(file: string): void {
  const directory = mkdtempSync(join(tmpdir(), 'unit-patch-test-'));
  try {
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', directory];
    const printed = execFileSync('npm', args, {
      cwd: REPOSITORY,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [{ filename }] = JSON.parse(printed) as [{ filename: string }];
    copyFileSync(join(directory, filename), file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A file that all test files of a run of Jest share: the first that needs it makes it. */
function oncePerRun(name: string, make: (file: string) => void): string {
  const directory = process.env.UNIT_PATCH_RUN;
  if (directory === undefined) throw new Error('.config/run-directory.js has made no directory');
  const file = join(directory, name);
  if (existsSync(file)) return file;
  const own = `${file}.${process.pid}`;
  make(own);
  renameSync(own, file);
  return file;
}

/**
 * Installs the packed package where `npm install --global` would. Its dependencies are left out, since the box
 * has no registry: the command is bundled with what it needs of them.
 */
export async function install(box: Box, tarball: Buffer): Promise<void> {
  const place = '/usr/local/lib/node_modules/unit-patch';
  const bin = (
    JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { bin: { 'unit-patch': string } }
  ).bin['unit-patch'];
  await box.write('/root/.npmrc', 'update-notifier=false\n');
  await box.run(`mkdir -p ${place} && tar -xz --strip-components=1 -C ${place}`, tarball);
  await box.run(
    `chmod +x ${place}/${bin} && ln -s ../lib/node_modules/unit-patch/${bin} /usr/local/bin/unit-patch`,
  );
}
