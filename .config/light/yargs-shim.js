// What yargs asks of its platform, in place of its own shim: nothing is read from the disk (its own looks for a
// package.json above the working directory and for translations), and what only --help needs is loaded for it.
import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { format, inspect } from 'node:util';
import Parser from 'yargs-parser';
import { getProcessArgvBin } from 'real:process-argv';
import stringWidth from 'string-width';

const equal = (expected, observed, isSame, message) => {
  if ((expected === observed) !== isSame) throw new Error(message);
};

/** What is told is English, so nothing has to be looked up. */
const english = {
  __: (text, ...values) => format(text, ...values),
  __n: (one, many, count, ...values) => {
    const text = count === 1 ? one : many;
    return format(text, ...(text.includes('%d') ? [count] : []), ...values);
  },
  getLocale: () => 'en',
  setLocale: () => undefined,
  updateLocale: () => undefined,
};

export default {
  assert: {
    strictEqual: (observed, expected, message) => equal(expected, observed, true, message),
    notStrictEqual: (observed, expected, message) => equal(expected, observed, false, message),
  },
  cliui: (options) => require('cliui').default(options),
  findUp: () => undefined,
  getEnv: (key) => process.env[key],
  inspect,
  getProcessArgvBin,
  mainFilename: '/',
  Parser,
  path: { basename, dirname, extname, relative, resolve, join },
  process: {
    argv: () => process.argv,
    cwd: process.cwd,
    emitWarning: (warning, type) => process.emitWarning(warning, type),
    execPath: () => process.execPath,
    exit: (code) => process.exit(code),
    nextTick: process.nextTick,
    // The width is always given.
    stdColumns: null,
  },
  readFileSync,
  readdirSync,
  require: (path) => require(path),
  getCallerFile: () => '/',
  stringWidth,
  y18n: english,
};
