import { fileURLToPath } from 'node:url';
import fs from 'fs-extra';

/** This package's version, from its package.json two levels above this file. */
export function packageVersion(): string {
  const { version } = fs.readJsonSync(fileURLToPath(new URL('../../package.json', import.meta.url))) as {
    version: string;
  };
  return version;
}
