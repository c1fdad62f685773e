import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import module from 'node:module';
import path from 'node:path';
import { installCommand } from '../helpers/installed.js';
import { fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

/** Node.js 20 keeps nothing. */
const keeps = 'enableCompileCache' in module;

/** A package as npm would lay it down, in a directory of this user alone. */
class Installed {
  readonly directory = path.join(makeRoot(), 'package');
  readonly bin = path.join(this.directory, 'dist/bin');
  readonly cache = path.join(this.bin, '.cache');
  private readonly command = installCommand(this.directory);

  constructor() {
    fs.chmodSync(this.bin, 0o755);
  }

  /** One dry run, which must work whatever the cache is like. */
  run(env: Readonly<Record<string, string>> = {}): { readonly plan: string; readonly said: string } {
    const unset = { NODE_COMPILE_CACHE: undefined, NODE_DISABLE_COMPILE_CACHE: undefined };
    const argv = [this.command, 'docker', '--root', path.resolve('examples/centos-7'), '-n'];
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, argv, {
      encoding: 'utf8',
      env: { ...process.env, ...unset, ...env },
    });
    expect({ status, signal, isPlan: stdout.includes('# checksum: ') }).toEqual({
      status: 0,
      signal: null,
      isPlan: true,
    });
    return { plan: stdout, said: stderr };
  }

  /** What Node.js says of each file that it has, or has not, taken from the cache. */
  verbose(): string {
    return this.run({ NODE_DEBUG_NATIVE: 'COMPILE_CACHE' }).said;
  }

  /** The files of the cache, largest first. */
  get kept(): string[] {
    const names = fs.readdirSync(this.cache, { recursive: true, encoding: 'utf8' });
    const files = names
      .map((name) => path.join(this.cache, name))
      .filter((name) => fs.statSync(name).isFile());
    return files.sort((a, b) => fs.statSync(b).size - fs.statSync(a).size);
  }
}

describe('what Node.js has compiled of the command', () => {
  test('is kept beside it, for nobody else, and nothing else is written', () => {
    const installed = new Installed();
    const before = fingerprint(installed.directory);
    const first = installed.run();
    expect(fs.existsSync(installed.cache)).toBe(keeps);
    if (keeps) {
      expect(fs.statSync(installed.cache).mode & 0o777).toBe(0o700);
      expect(installed.kept.length).toBeGreaterThan(0);
      expect(installed.verbose()).toMatch(/chunk-\w+\.cjs was accepted/);
    }
    expect(installed.run()).toEqual(first);
    fs.removeSync(installed.cache);
    expect(fingerprint(installed.directory)).toBe(before);
  });

  test.each(['NODE_DISABLE_COMPILE_CACHE', 'NODE_COMPILE_CACHE'])(
    'is not where %s says otherwise',
    (name) => {
      const installed = new Installed();
      installed.run({ [name]: makeRoot() });
      expect(fs.existsSync(installed.cache)).toBe(false);
    },
  );

  test('is not where others can write', () => {
    const installed = new Installed();
    fs.chmodSync(installed.bin, 0o775);
    installed.run();
    expect(fs.existsSync(installed.cache)).toBe(false);
  });

  test('is not where the files are of somebody else, who could not remove what root leaves', () => {
    const installed = new Installed();
    const other = `${makeRoot()}/other.cjs`;
    fs.writeFileSync(other, 'const real = process.geteuid(); process.geteuid = () => real + 1;');
    installed.run({ NODE_OPTIONS: `--require=${other}` });
    expect(fs.existsSync(installed.cache)).toBe(false);
  });

  test.each<[string, (installed: Installed, elsewhere: string) => void]>([
    [
      'a file',
      ({ cache }) => {
        fs.writeFileSync(cache, 'mine');
      },
    ],
    [
      'a link',
      ({ cache }, elsewhere) => {
        fs.symlinkSync(elsewhere, cache);
      },
    ],
    [
      'a link to nowhere',
      ({ cache }, elsewhere) => {
        fs.symlinkSync(`${elsewhere}/no`, cache);
      },
    ],
    [
      'a directory that is open to others',
      ({ cache }) => {
        fs.mkdirSync(cache);
        fs.chmodSync(cache, 0o777);
      },
    ],
  ])('is not if there is %s in its place', (_, put) => {
    const installed = new Installed();
    const elsewhere = makeRoot();
    put(installed, elsewhere);
    const before = [installed.directory, elsewhere].map(fingerprint);
    installed.run();
    expect([installed.directory, elsewhere].map(fingerprint)).toEqual(before);
  });
});

// Jest would count what is skipped.
if (keeps) describe('what was kept', whatWasKept);

function whatWasKept(): void {
  test('is not taken if it is damaged', () => {
    const installed = new Installed();
    const first = installed.run();
    const [largest = ''] = installed.kept;
    const whole = fs.readFileSync(largest);
    for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 8)) {
      const damaged = Buffer.from(whole);
      damaged.fill(0, at, at + 4096);
      fs.writeFileSync(largest, damaged);
      expect(installed.run()).toEqual(first);
    }
    fs.truncateSync(largest, 1000);
    expect(installed.run()).toEqual(first);
  });

  test('is not taken if it is of another text, were it as long', () => {
    const installed = new Installed();
    const first = installed.run();
    const parts = fs.readdirSync(installed.bin).filter((name) => name.endsWith('.cjs'));
    const text = (name: string): string => fs.readFileSync(`${installed.bin}/${name}`, 'latin1');
    const [name = ''] = parts.filter((one) => text(one).includes('nothing was written'));
    const [part, real] = [`${installed.bin}/${name}`, text(name)];
    fs.removeSync(installed.cache);
    fs.writeFileSync(part, real.replaceAll('nothing was written', 'NOTHING WAS WRITTEN'), 'latin1');
    expect(installed.run().said).toContain('NOTHING WAS WRITTEN');
    fs.writeFileSync(part, real, 'latin1');
    expect(installed.run()).toEqual(first);
  });
}
