import { afterAll, describe, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { execFileSync, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import stringWidth from 'string-width';
import { commandName, COMMANDS } from '../../src/cli/commands/index.js';
import { packageVersion } from '../../src/system/package-files.js';
import { run } from '../helpers/run.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const COMMAND = 'dist/bin/unit-patch.cjs';

/** What the bundled command prints, and what its sources print with their packages as they are. */
async function both(argv: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...argv], { encoding: 'utf8' });
  const { status: expected, out, err } = await run(argv);
  return { bundled: { status, stdout, stderr }, sources: { status: expected, stdout: out, stderr: err } };
}

describe('the bundled command prints what its sources print:', () => {
  const names = COMMANDS.map(commandName).filter((name) => name !== '$0');

  test.each([[['--help']], [['--version']], ...names.map((name) => [[name, '--help']])])(
    '%j',
    async (argv) => {
      const { bundled, sources } = await both(argv);
      expect(bundled).toEqual(sources);
    },
  );

  test.each([
    [['docker', '--foo']],
    [['docker', 'podman']],
    [['docker', '--root']],
    [['docker', '--relation', 'wants']],
    [['docker', '--format', 'xml', '--color', 'green']],
    [['check']],
    [['show', '--json']],
    [['docker', '-nn', '--root', 'nowhere']],
    [['Ünit.service']],
    [['docker', '--root', 'examples/centos-7', '-n']],
  ])('%j', async (argv) => {
    const { bundled, sources } = await both(argv);
    expect(bundled).toEqual(sources);
  });

  test('the width of a text, which is reckoned without the tables of Unicode if it is ASCII', () => {
    const outfile = `${makeRoot()}/string-width.cjs`;
    const entryPoints = ['.config/string-width.js'];
    buildSync({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs' });
    const { default: width } = createRequire(import.meta.url)(outfile) as { default: typeof stringWidth };
    const isSame = (text: string): void => {
      expect(width(text)).toBe(stringWidth(text));
    };
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), isSame));
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), isSame));
    for (const text of ['\u4e2d', '\x1b[1m', 'a\tb', '\u0301']) isSame(text);
  });
});

test('no package.json of the working directory, or above it, is read', () => {
  const cwd = makeRoot();
  // A program that opens it waits for ever.
  execFileSync('mkfifo', [`${cwd}/package.json`]);
  const { status, stdout } = spawnSync(process.execPath, [path.resolve(COMMAND), '--version'], {
    cwd,
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${packageVersion()}\n` });
});
