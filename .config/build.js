// Builds dist/. The compiler takes most of the time, and nothing else needs what it writes, so it runs beside the rest.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';

rmSync('dist', { recursive: true, force: true });

const tsc = fileURLToPath(new URL('../bin/tsc', import.meta.resolve('typescript')));
const compiler = spawn(process.execPath, [tsc, '-p', '.config/tsconfig.build.json'], { stdio: 'inherit' });
const ended = once(compiler, 'exit');

await import('./schemas.js');
await import('./bundle.js');
await import('./man.js');

const [status] = await ended;
process.exitCode = status ?? 1;
