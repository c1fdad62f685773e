// Writes the manual page, from the texts of --help.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, URL } from 'node:url';
import { build } from 'esbuild';

const directory = new URL('../dist/man/', import.meta.url);
const maker = new URL('make.js', directory);

mkdirSync(directory, { recursive: true });
await build({
  entryPoints: ['src/cli/man-page.ts'],
  outfile: fileURLToPath(maker),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  packages: 'external',
});
const { manPage } = await import(maker.href);
rmSync(maker);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
writeFileSync(new URL('unit-patch.1', directory), manPage(version));
