// Bundles the command into one file, so that npx starts it without reading a tree of modules.
import { build } from 'esbuild';
import fs from 'fs-extra';

const outfile = 'dist/bin/unit-patch.cjs';

await build({
  entryPoints: ['src/cli/bin.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  // CommonJS starts sooner than an ES module does, and leaves what import() names until it is needed.
  format: 'cjs',
  target: 'node20.19',
  banner: { js: '#!/usr/bin/env node' },
  define: {
    'import.meta.dirname': '__dirname',
    'import.meta.filename': '__filename',
    // yargs looks for a package.json above its node_modules. From a bundle it would begin in the working directory,
    // which may be anybody's; so it begins in that of root.
    'import.meta.url': '"file:///node_modules/"',
    // yargs looks at it when it is loaded, and Node.js opens its stream then; see Output.
    'process.stdout.columns': 'undefined',
  },
  alias: { 'string-width': './.config/string-width.js' },
  legalComments: 'eof',
  minify: true,
});
// One letter that is not ASCII, and Node.js decodes the file and takes twice the memory for it; esbuild leaves those
// in regular expressions alone.
if (fs.readFileSync(outfile).some((byte) => byte > 0x7f)) throw new Error(`${outfile} is not ASCII`);

fs.chmodSync(outfile, 0o755);
