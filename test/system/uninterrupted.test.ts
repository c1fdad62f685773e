import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** A program that gets a signal in the middle of its work, and takes a while to end it. */
const program = (signal: string, begin: string): string => `
  const { openSystem } = await import(${JSON.stringify(path.resolve('dist/index.js'))});
  const work = () => {
    process.kill(process.pid, '${signal}');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    console.log('finished');
  };
  ${begin}
`;

const run = (script: string) =>
  spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s', (signal) => {
  test('does not stop what may not be interrupted', () => {
    const { stdout, status } = run(program(signal, "openSystem('/tmp').uninterrupted(work);"));
    expect({ stdout, status }).toEqual({ stdout: 'finished\n', status: 0 });
  });

  test('stops anything else, so the test above is one', () => {
    expect(run(program(signal, 'work();'))).toMatchObject({ stdout: '', signal });
  });
});
