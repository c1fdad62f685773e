// Where yargs would lie if it was not bundled. It looks for a package.json above its node_modules, and finds this
// package's; without one above it would begin in the working directory, which may be anybody's.
import { pathToFileURL } from 'node:url';

export const yargsUrl = pathToFileURL(
  `${__dirname}/../../node_modules/yargs/lib/platform-shims/esm.mjs`,
).href;
