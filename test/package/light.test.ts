import { afterAll, describe, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import stringWidth from 'string-width';
import { commandName, COMMANDS } from '../../src/cli/commands/index.js';
import { run } from '../helpers/run.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const COMMAND = 'dist/bin/unit-patch.cjs';

/** What the command in its one file says, and what its sources say with yargs as it is. */
async function both(argv: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...argv], { encoding: 'utf8' });
  const { status: expected, out, err } = await run(argv);
  return { light: { status, stdout, stderr }, whole: { status: expected, stdout: out, stderr: err } };
}

/** One of the modules that stand for others in the command. */
function light(name: string): unknown {
  const outfile = `${makeRoot()}/${name}.cjs`;
  const entryPoints = [`.config/light/${name}.js`];
  const external = ['real:*'];
  buildSync({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', external });
  return createRequire(import.meta.url)(outfile);
}

describe('what was made lighter in the command says the same as what it stands for:', () => {
  const names = COMMANDS.map(commandName).filter((name) => name !== '$0');

  test.each([[['--help']], [['--version']], ...names.map((name) => [[name, '--help']])])(
    '%j',
    async (argv) => {
      const { light, whole } = await both(argv);
      expect(light).toEqual(whole);
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
    const { light, whole } = await both(argv);
    expect(light).toEqual(whole);
  });

  test('the width of a text', () => {
    const { default: width } = light('string-width') as { default: typeof stringWidth };
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        expect(width(text)).toBe(stringWidth(text));
      }),
    );
    // What else there may be is left to the real one, which this test does not bring along.
    for (const text of ['\u4e2d', '\x1b[1m', 'a\tb', '\u0301'])
      expect(() => width(text)).toThrow('real:string-width');
  });

  test('the checksum of a file, small and large', () => {
    const { createHash: lightHash } = light('crypto') as { createHash: typeof createHash };
    const sum = (hash: typeof createHash, bytes: Uint8Array): string =>
      hash('sha256').update(bytes).digest('hex');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(sum(lightHash, bytes)).toBe(sum(createHash, bytes));
      }),
    );
    for (const size of [0, 65_536, 65_537]) {
      const bytes = new Uint8Array(size).fill(7);
      expect(sum(lightHash, bytes)).toBe(sum(createHash, bytes));
    }
    expect(lightHash('sha256').update('\xe9', 'latin1').digest('hex')).toBe(
      createHash('sha256').update('\xe9', 'latin1').digest('hex'),
    );
  });

  test("fs-extra's own functions are used by nobody, since the command has those of Node.js alone", () => {
    const node = new Set(Object.keys(process.getBuiltinModule('node:fs')));
    for (const file of fs.readdirSync('src/system')) {
      const used = fs.readFileSync(`src/system/${file}`, 'utf8').matchAll(/\bfs\.([a-zA-Z]+)/g);
      for (const [, name = ''] of used)
        expect({ file, name, isNode: node.has(name) }).toMatchObject({ isNode: true });
    }
  });
});
