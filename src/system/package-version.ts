import path from 'node:path';
import fs from 'fs-extra';

/** This package's version, from its package.json two levels above this file. */
export function packageVersion(): string {
  const file = path.join(import.meta.dirname, '../../package.json');
  const { version } = JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string };
  return version;
}
