// `npm run bench`: bundles the benches and runs them in a Node.js of their own, since the tests' runner would be in the
// way of what is timed. With names (`npm run bench -- one-run parser`) only those.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

// Where packages are found from.
const outfile = 'node_modules/.cache/unit-patch-bench.mjs';

await build({
  entryPoints: ['test/bench/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'error',
});
try {
  const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(outfile, { force: true });
}
