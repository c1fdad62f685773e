import path from 'node:path';
import fs from 'fs-extra';
import { run } from '../helpers/run.js';
import { OURS } from '../helpers/docker.js';
import { makeRoot } from '../helpers/tree.js';
import { example } from './checkout.js';

/** The text that unit-patch writes where it finds a root as examples/debian-12 is. */
export async function debianDropIn(): Promise<string> {
  const root = makeRoot();
  fs.copySync(example('debian-12'), root);
  const { status, err } = await run(['docker', '--root', root, '--yes']);
  if (status !== 0) throw new Error(err);
  return dropInOf(root);
}

/** The text that has been written in a root. */
export const dropInOf = (root: string): string => fs.readFileSync(path.join(root, OURS), 'utf8');
