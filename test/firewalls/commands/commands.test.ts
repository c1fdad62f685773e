import { afterAll, describe, expect, test } from '@jest/globals';
import { rootPath } from '../../../src/files/files.js';
import { openRoot } from '../../../src/files/open-root.js';
import { type StartedCommand, commandsOf } from '../../../src/firewalls/commands/commands.js';
import { makeRoot, removeTrees, type Tree } from '../../helpers/tree.js';

afterAll(removeTrees);

const UNIT = '/etc/systemd/system/fw.service';

function commands(value: string, tree: Tree = {}): readonly StartedCommand[] {
  const setting = { section: 'Service', key: 'ExecStart', value, file: rootPath(UNIT), line: 7 };
  return commandsOf(setting, openRoot(makeRoot(tree)));
}

const read = (value: string, tree: Tree = {}): string[] =>
  commands(value, tree).map(({ words }) => words.join(' '));

const script = (...lines: string[]): Tree => ({ '/etc/fw.sh': ['#!/bin/sh', ...lines, ''].join('\n') });

describe('the commands that an Exec…= line runs', () => {
  test.each([
    ['/bin/systemctl restart \\x64ocker', ['/bin/systemctl restart docker']],
    ['-@/bin/a name b ; +/bin/c', ['/bin/a b', '/bin/c']],
    ['/bin/echo systemctl restart docker', ['/bin/echo systemctl restart docker']],
    ['/usr/bin/logger "service docker restart; done"', ['/usr/bin/logger service docker restart; done']],
    ["/bin/sh -c 'sleep 1; exec docker ps'", ['/bin/sh -c sleep 1; exec docker ps', 'sleep 1', 'docker ps']],
    ["/bin/bash -o pipefail -ec 'a | b'", ['/bin/bash -o pipefail -ec a | b', 'a', 'b']],
    ["/bin/bash -lc 'echo $$(a)'", ['/bin/bash -lc echo $(a)', 'a', 'echo $(a)']],
    ['/bin/sh -c \'sh -c "a b"\'', ['/bin/sh -c sh -c "a b"', 'sh -c a b', 'a b']],
    ["/usr/bin/python3 -c 'docker ps'", ['/usr/bin/python3 -c docker ps']],
    ['/usr/bin/env A=b nice -n 5 timeout -k 1 10 docker ps', ['docker ps']],
    ['/usr/bin/env command -v docker', ['command -v docker']],
    ['/usr/bin/sudo -u root -- docker ps', ['docker ps']],
  ])('%s', (value, expected) => {
    expect(read(value)).toEqual(expected);
  });

  test('a shell script that it starts is looked into, and its lines are named', () => {
    const tree = script('iptables -F', 'docker ps &');
    for (const value of ['/etc/fw.sh', '/bin/bash -x /etc/fw.sh', "/bin/sh -c '. x; /etc/fw.sh start'"])
      expect(commands(value, tree).slice(-2)).toMatchObject([
        { words: ['iptables', '-F'], file: '/etc/fw.sh', line: 2, waits: true },
        { words: ['docker', 'ps'], file: '/etc/fw.sh', line: 3, waits: false },
      ]);
  });

  test('a program without a directory is looked for where systemd does', () => {
    expect(read('fw', { '/usr/local/sbin/fw': '#!/usr/bin/env bash\na\n' })).toEqual(['fw', 'a']);
  });

  test.each<[string, Tree]>([
    ['another interpreter', { '/etc/fw.sh': '#!/usr/bin/perl\ndocker ps\n' }],
    ['no interpreter', { '/etc/fw.sh': 'docker ps\n' }],
    ['too large a file', script('docker ps', '#'.repeat(128 << 10))],
    ['a directory', { '/etc/fw.sh/x': '' }],
    ['nothing', {}],
  ])('%s tells nothing', (_, tree) => {
    expect(read('/etc/fw.sh', tree)).toEqual(['/etc/fw.sh']);
  });

  test('a script that a script calls is not looked into', () => {
    const tree = { ...script('/etc/other.sh'), '/etc/other.sh': '#!/bin/sh\ndocker ps\n' };
    expect(read('/etc/fw.sh', tree)).toEqual(['/etc/fw.sh', '/etc/other.sh']);
  });

  test.each([
    ['/bin/sh -c "a & b"', ['a']],
    ['/usr/bin/systemd-run --unit x a', ['a']],
    ['/usr/bin/systemd-run --wait a', []],
    ['/usr/bin/setsid -f a', ['a']],
    ['/usr/bin/nohup a', []],
  ])('what it does not wait for: %s', (value, expected) => {
    const left = commands(value).filter(({ waits }) => !waits);
    expect(left.map(({ words }) => words.join(' '))).toEqual(expected);
  });

  describe('a script that looks at its first argument', () => {
    const tree = script(
      'start() { load; }',
      'stop() { clear; }',
      'other() { more; }',
      'case "$1" in start) start;; stop) stop;; restart) stop; start;; esac',
    );
    test.each([
      ['start', ['load', 'more']],
      ['stop', ['clear', 'more']],
      ['restart', ['load', 'clear', 'more']],
      ['', ['more']],
    ])('"%s" runs that branch, and the functions that it calls', (argument, expected) => {
      expect(read(`/etc/fw.sh ${argument}`, tree).slice(1)).toEqual(expected);
    });
  });
});
