// Which tests `npm run test:system` runs: those that need root, systemd, Debian's packages, or a program that is not
// everywhere. `npm test` runs all others.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, URL } from 'node:url';

const tests = fileURLToPath(new URL('../test', import.meta.url));

/** Everything in these needs more than Node. */
const FOLDERS = /^(?:conformance|examples|faults|harm|hostile|lab|packages)\//;

/** In other folders, a file in which anything is described that only some machines can run. */
const describesWhere = (name) => /\bdescribeWhere\(/.test(readFileSync(join(tests, name), 'utf8'));

/** The absolute paths of these tests. */
export function systemTests() {
  return readdirSync(tests, { recursive: true })
    .filter((name) => name.endsWith('.test.ts') && (FOLDERS.test(name) || describesWhere(name)))
    .map((name) => join(tests, name))
    .sort();
}
