// Bundles the command into few files, so that npx starts it without reading a tree of modules: all that a plan needs is
// one part, and what only some runs need are others. Node.js reads the text of a whole file before it runs any of it.
import { build, transform } from 'esbuild';
import fs from 'fs-extra';
import path from 'node:path';
import { late, LATE_PACKAGES } from './late.js';

const outdir = 'dist/bin';
const bin = path.resolve('src/cli/bin.ts');

/**
 * What a plan needs. esbuild makes a part of whatever the same set of import()s needs, which would be dozens of small
 * ones; if each of them needs these files, too, all that they share is one part.
 */
const USUAL = ['cli/main.js', 'system/open-system.js', 'system/stdio.js'];
const usual = USUAL.map((file) => `import ${JSON.stringify(path.resolve('src', file))};\n`).join('');

/** Puts them beside what each of these files imports. */
const withUsual = (files) => ({
  name: 'with what a plan needs',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path: file }) =>
      files.has(file) ? { contents: `${fs.readFileSync(file, 'utf8')}\n${usual}`, loader: 'ts' } : undefined,
    );
  },
});

const partBeside = {
  name: 'the command lies beside its start',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/bin\.js$/ }, () => ({ path: './bin.cjs', external: true }));
  },
};

const common = {
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  outExtension: { '.js': '.cjs' },
  legalComments: 'eof',
  minify: true,
  write: false,
};

const packages = await build({ ...common, entryPoints: LATE_PACKAGES, format: 'cjs' });
const start = await build({
  ...common,
  entryPoints: { 'unit-patch': 'src/cli/start.ts' },
  format: 'esm',
  define: { 'import.meta.dirname': '__dirname' },
  plugins: [partBeside],
});
const command = {
  ...common,
  entryPoints: { bin },
  splitting: true,
  format: 'esm',
  define: {
    'import.meta.dirname': '__dirname',
    'import.meta.filename': '__filename',
    'import.meta.url': 'yargsUrl',
    // yargs looks at it when it is loaded, and Node.js opens its stream then; see Output.
    'process.stdout.columns': 'undefined',
  },
  alias: { 'string-width': './.config/string-width.js' },
  external: LATE_PACKAGES.map((name) => `./${name}.cjs`),
  inject: ['.config/yargs-url.js'],
};
// First without, to know what is loaded by import(); a plug-in hears of some only after it has loaded them.
const { metafile } = await build({ ...command, metafile: true, plugins: [late] });
const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
const loadedLater = imports.filter(({ kind, external }) => kind === 'dynamic-import' && !external);
const starts = new Set([bin, ...loadedLater.map((one) => path.resolve(one.path))]);
const parts = await build({ ...command, plugins: [late, withUsual(starts)] });

fs.emptyDirSync(outdir);
for (const { path: file, text } of [...start.outputFiles, ...packages.outputFiles, ...parts.outputFiles]) {
  // CommonJS starts sooner than an ES module does; esbuild makes parts of ES modules only, so it translates them then.
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    supported: { 'dynamic-import': false },
    legalComments: 'eof',
    minify: true,
  });
  const script = path.basename(file) === 'unit-patch.cjs' ? `#!/usr/bin/env node\n${code}` : code;
  // One letter that is not ASCII, and Node.js decodes the file and takes twice the memory for it; esbuild leaves those
  // in regular expressions alone.
  if (/[^\0-\x7f]/.test(script)) throw new Error(`${file} is not ASCII`);
  fs.writeFileSync(file, script);
}

fs.chmodSync(path.join(outdir, 'unit-patch.cjs'), 0o755);
