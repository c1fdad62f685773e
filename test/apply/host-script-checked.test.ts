import { afterAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { hostScript } from '../../src/apply/host-script.js';
import { HELLO } from '../../src/system/host/hello.js';
import { lookScript } from '../../src/system/host/far-files.js';
import { rootPath } from '../../src/files/files.js';
import { removeTrees } from '../helpers/tree.js';
import { describeWhere, whyNoProgram } from '../helpers/where.js';
import { FarMachine } from './far-machine.js';

afterAll(removeTrees);

/** What shellcheck says of a script for any sh(1). */
function complaints(script: string): string {
  const { stdout, stderr } = spawnSync('shellcheck', ['--shell=sh', '--severity=warning', '-'], {
    input: script,
    encoding: 'utf8',
  });
  return stdout + stderr;
}

describeWhere(whyNoProgram('shellcheck'), 'scripts for another machine', () => {
  test.each(['requires', 'hook', 'watch'] as const)('one that applies a plan, relation %s', (relation) => {
    expect(complaints(hostScript(new FarMachine().plan(relation)))).toBe('');
  });

  test('those that look around', () => {
    expect(complaints(HELLO)).toBe('');
    expect(complaints(lookScript([rootPath("/etc/it's"), rootPath('/etc')], true))).toBe('');
  });
});
