import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** How many images there are; a list names them several times over. */
export const ROOTS = 1000;

const COMMAND = 'dist/bin/unit-patch.cjs';
const LINE = 'docker.service: missing: Requires=iptables.service After=iptables.service';

/** Copies of an example. */
export function makeRoots(directory: string): string[] {
  const roots = Array.from({ length: ROOTS }, (_, at) => path.join(directory, `r${at}`));
  for (const root of roots) fs.copySync('examples/centos-7', root);
  return roots;
}

/**
 * The arguments of Node.js for a check of all roots, named so many times over. It ends with 1.
 * @throws Error if it prints something else than it should
 */
export function checkOf(directory: string, roots: readonly string[], times: number): string[] {
  const list = path.join(directory, `list${times}`);
  const names = Array.from({ length: times }, () => roots).flat();
  fs.writeFileSync(list, `${names.join('\n')}\n`);
  const args = [COMMAND, 'check', 'docker', '--roots-from', list];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (stdout !== names.map((root) => `${root}: ${LINE}\n`).join(''))
    throw new Error('check printed something else');
  return args;
}

/** Makes each root another one: a comment in its docker.service. */
export function makeDifferent(roots: readonly string[]): void {
  for (const [at, root] of roots.entries())
    fs.appendFileSync(path.join(root, 'usr/lib/systemd/system/docker.service'), `# image ${at}\n`);
}
