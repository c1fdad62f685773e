import { fileURLToPath } from 'node:url';
import fs from 'fs-extra';

/** This package's version, from its package.json two levels above this file. */
export function packageVersion(): string {
  const file = fileURLToPath(new URL('../../package.json', import.meta.url));
  const { version } = JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string };
  return version;
}
