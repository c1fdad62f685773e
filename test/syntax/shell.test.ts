import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { commandLine, quoted, wholeScript } from '../../src/syntax/shell.js';

/** What sh(1) makes of a script. */
function sh(script: string): { status: number | null; stdout: string } {
  const { status, stdout } = spawnSync('sh', ['-s'], { input: script, encoding: 'utf8' });
  return { status, stdout };
}

describe('quoted', () => {
  test('a word without anything special stays as it is', () => {
    expect(quoted('/etc/systemd/system/docker.service.d')).toBe('/etc/systemd/system/docker.service.d');
    expect(quoted('docker@1.service')).toBe('docker@1.service');
  });

  test('sh(1) reads every word back', () => {
    const word = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 50 }), (words) => {
        const { stdout } = sh(`printf '%s\\0' ${commandLine(words)}`);
        const read = stdout.split('\0').slice(0, -1);
        // What is no UTF-8 on its own (a lone surrogate) arrives as Node.js encodes it.
        expect(read).toEqual(words.map((text) => Buffer.from(text).toString()));
      }),
      { numRuns: 25 },
    );
  });
});

describe('wholeScript', () => {
  const script = wholeScript('echo first\necho second');

  test('it runs once all of it has arrived', () => {
    expect(sh(script)).toEqual({ status: 0, stdout: 'first\nsecond\n' });
  });

  test('a part of it does nothing', () => {
    const complete = script.lastIndexOf('\n');
    for (let length = 1; length < complete - 'main'.length; length += 23)
      expect({ length, stdout: sh(script.slice(0, length)).stdout }).toEqual({ length, stdout: '' });
  });
});
