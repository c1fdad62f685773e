import fs from 'fs-extra';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { makeRoot } from '../helpers/tree.js';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const EXAMPLES = path.join(REPOSITORY, 'examples');

/** The place of an example in the repository. */
export const example = (name: string): string => path.join(EXAMPLES, name);

/**
 * Makes a directory that holds copies of examples under new names, and this package where `npm install` would put it:
 * there `npx unit-patch@VERSION` is the built command, and asks no registry. It goes with removeTrees().
 */
export function checkout(copies: Readonly<Record<string, string>>): string {
  const directory = makeRoot();
  const modules = path.join(directory, 'node_modules');
  fs.ensureDirSync(path.join(modules, '.bin'));
  fs.symlinkSync(REPOSITORY, path.join(modules, 'unit-patch'));
  fs.symlinkSync('../unit-patch/dist/bin/unit-patch.cjs', path.join(modules, '.bin/unit-patch'));
  for (const [name, from] of Object.entries(copies)) fs.copySync(example(from), path.join(directory, name));
  return directory;
}

/** The result of a shell script. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program; without blocking, since some of what it talks to may be this process. */
export function runIn(
  directory: string,
  [program = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: directory, env: { ...process.env, ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.stdin.end();
    child.once('error', reject);
    child.once('close', (status) => {
      resolve({ status, stdout, stderr });
    });
  });
}

/** A PATH that has programs of a test's own before all others. */
export function pathWith(programs: Readonly<Record<string, string>>): string {
  const directory = makeRoot(programs);
  for (const name of Object.keys(programs)) fs.chmodSync(path.join(directory, name), 0o755);
  return [directory, process.env.PATH].join(path.delimiter);
}
