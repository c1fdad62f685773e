// Bundles the command into one file, so that npx starts it without reading a tree of modules.
import { chmodSync, readFileSync } from 'node:fs';
import { fileURLToPath, URL } from 'node:url';
import { build } from 'esbuild';
import { builtIns } from './light/built-ins.js';

const outfile = 'dist/bin/unit-patch.cjs';

// CommonJS starts sooner than an ES module does, and can load a part of Node.js or of itself when it is needed.

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const modules = here('../node_modules/');

/** What takes long to load, and what stands for it in the command. */
const light = {
  name: 'light',
  setup(bundle) {
    const replace = (filter, path) => bundle.onResolve({ filter }, () => ({ path }));
    replace(/\/platform-shims\/esm\.mjs$/, here('light/yargs-shim.js'));
    replace(/^string-width$/, here('light/string-width.js'));
    replace(/\/argsert\.js$/, here('light/argsert.js'));
    replace(/^real:process-argv$/, `${modules}yargs/build/lib/utils/process-argv.js`);
    replace(/^real:string-width$/, `${modules}string-width/index.js`);
    replace(/^node:module$/, here('light/module.js'));
    bundle.onResolve({ filter: /^node:crypto$/ }, ({ kind }) =>
      kind === 'import-statement'
        ? { path: here('light/crypto.js') }
        : { path: 'node:crypto', external: true },
    );
    // The command uses what Node.js has, and neither the waiting for free descriptors nor the promises around it.
    bundle.onResolve({ filter: /^fs-extra$/ }, () => ({ path: 'node:fs', namespace: 'built-in' }));
  },
};

await build({
  entryPoints: ['src/cli/bin.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  banner: { js: '#!/usr/bin/env node' },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  legalComments: 'eof',
  minify: true,
  plugins: [light, builtIns],
});
// One letter that is not ASCII, and Node.js decodes the file and takes twice the memory for it; esbuild leaves those
// in regular expressions alone.
if (readFileSync(outfile).some((byte) => byte > 0x7f)) throw new Error(`${outfile} is not ASCII`);

chmodSync(outfile, 0o755);
