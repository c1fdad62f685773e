// Bundles the command into one file, so that npx starts it without reading a tree of modules.
import { chmodSync, cpSync } from 'node:fs';
import { build } from 'esbuild';

// The dependencies that are still CommonJS ask for require(), which an ES module has to make itself.
const banner = [
  '#!/usr/bin/env node',
  "import { createRequire as unitPatchRequire } from 'node:module';",
  'const require = unitPatchRequire(import.meta.url);',
].join('\n');

const outfile = 'dist/bin/unit-patch.js';

await build({
  entryPoints: ['src/cli/bin.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  banner: { js: banner },
  legalComments: 'eof',
});
chmodSync(outfile, 0o755);

// Not imported by anything, so that nobody has to load them.
cpSync('src/report/schemas', 'dist/schemas', { recursive: true });
