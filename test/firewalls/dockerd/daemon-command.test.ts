import { afterAll, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../../src/files/open-root.js';
import { daemonCommand, runsDaemon } from '../../../src/firewalls/dockerd/daemon-command.js';
import { loadUnit } from '../../../src/units/loader.js';
import { makeRoot, removeTrees, type Tree } from '../../helpers/tree.js';
import { LIB } from '../../plan/plan-for.js';

afterAll(removeTrees);

const UNIT = `${LIB}/docker.service`;

/** The words behind dockerd's name; `?` if one is not known, undefined if none is. */
function wordsOf(service: string, more: Tree = {}): string[] | undefined {
  const files = openRoot(makeRoot({ [UNIT]: `[Service]\n${service}\n`, ...more }));
  const command = daemonCommand(files, loadUnit(files, 'docker.service'));
  if (!command?.isKnown) return undefined;
  return command.words.map(({ text, isWhole }) => (isWhole ? text : `${text}?`));
}

const dockerd = (words: string, more = ''): string => `${more}\nExecStart=/usr/bin/dockerd ${words}`;

describe('variables are put into the words as systemd does it', () => {
  const environment = [
    'EnvironmentFile=/etc/e',
    'Environment=A=env Z="z z" "Y=y \'q\' \\"d\\" back\\\\\\\\slash \\\\x41" \'X=--a "b c" d\\\\ e f\'',
    'Environment="W= --iptables=false \\\n--exec-opt a \\\n \\\n"',
  ].join('\n');
  const file = [
    'B = "x y" \'z\'',
    'E=plain"quoted" \'tail\' \\# x',
    `J=-x "quo ted" it's`,
    'K=a b=c # no comment',
  ];

  // As systemd 252 started a program.
  test.each([
    ['$A ${A}', ['env', 'env']],
    ['$Y', ['y', 'q', 'd', 'back\\slash', 'x41']],
    ['"$X"', ['--a', 'b c', 'd e', 'f']],
    ['pre$A pre${A}post', ['pre$A', 'preenvpost']],
    ['$$A $${A}', ['$A', '${A}']],
    ['${NOPE} $NOPE', ['']],
    ['${J} $J', [`-x "quo ted" it's`, '-x', 'quo ted', 'its']],
    ['$W', ['--iptables=false', '--exec-opt', 'a']],
    ['"${B} x"', ['x yz x']],
    ['$K', ['a', 'b=c', '#', 'no', 'comment']],
    ['$E', ['plainquoted', 'tail', '#', 'x']],
  ])('%s', (words, expected) => {
    expect(wordsOf(dockerd(words, environment), { '/etc/e': file.join('\n') })).toEqual(expected);
  });

  test('what stands before an unknown variable is known', () => {
    expect(wordsOf(dockerd('--x=$$${A}${B}y', 'Environment=A=a\nPassEnvironment=B'))).toEqual(['--x=$a?']);
  });

  test(': keeps variables as they are, and @ names the program', () => {
    expect(wordsOf('Environment=A=x\nExecStart=:/usr/bin/dockerd $A ${A}')).toEqual(['$A', '${A}']);
    expect(wordsOf('Environment=A=x\nExecStart=@/usr/bin/dockerd docker $A')).toEqual(['x']);
  });
});

describe('which assignment counts', () => {
  test.each([
    ['a file over Environment=', 'Environment=A=env\nEnvironmentFile=/etc/e', ['file']],
    ['wherever it stands', 'EnvironmentFile=/etc/e\nEnvironment=A=env', ['file']],
    ['the last file', 'EnvironmentFile=/etc/e\nEnvironmentFile=/etc/f', ['last']],
    ['a file that is not there says nothing', 'Environment=A=env\nEnvironmentFile=-/etc/gone', ['env']],
    ['the files of a pattern, in order', 'EnvironmentFile=/etc/d/*.env', ['two']],
    ['the files of a pattern with a set', 'EnvironmentFile=/etc/d/[0-1]?env', ['one']],
    [
      'an empty one forgets the files before',
      'EnvironmentFile=/etc/e\nEnvironmentFile=\nEnvironment=A=x',
      ['x'],
    ],
    ['UnsetEnvironment= takes it away', 'Environment=A=env\nUnsetEnvironment=A', []],
    ['or only this value', 'Environment=A=env\nUnsetEnvironment=A=other', ['env']],
    ['the value that the manager has is not known', 'PassEnvironment=A', ['?']],
    ['nor that of a file that cannot be read', 'Environment=A=env\nEnvironmentFile=/etc', ['?']],
  ])('%s', (_, settings, expected) => {
    const files = {
      '/etc/e': 'A=file',
      '/etc/f': 'A=last',
      '/etc/d/1.env': 'A=one',
      '/etc/d/2.env': 'A=two',
    };
    expect(wordsOf(dockerd('$A', settings), files)).toEqual(expected);
  });
});

describe('programs that run dockerd', () => {
  test.each([
    ['/usr/bin/dockerd-current -D', ['-D']],
    ['/usr/bin/docker daemon -D', ['daemon', '-D']],
    ['/usr/bin/docker -d -D', ['-d', '-D']],
    ['/usr/bin/env A=b dockerd -D', ['-D']],
    ['/usr/bin/nice -n 5 /usr/bin/dockerd -D', ['-D']],
    ['/usr/bin/snap run docker.dockerd', []],
    ['/usr/bin/balenad -D', ['-D']],
    ['/usr/bin/docker run -d nginx', undefined],
    ['/usr/bin/wrapper -D', undefined],
    ['/usr/bin/pgrep dockerd', undefined],
  ])('%s', (command, expected) => {
    expect(wordsOf(`ExecStart=${command}`)).toEqual(expected);
    const files = openRoot(makeRoot({ [UNIT]: `[Service]\nExecStart=${command}\n` }));
    expect(runsDaemon(files, loadUnit(files, 'docker.service'))).toBe(expected !== undefined);
  });
});

describe('a shell that runs dockerd is read if it is simple', () => {
  test.each([
    [`/bin/sh -c 'exec dockerd -D $O'`, ['-D', '--a', '"b', 'c"']],
    [`/bin/sh -c "exec /usr/bin/dockerd -D \${P} '$Q'"`, ['-D', 'p', '$Q']],
    [`/bin/bash -ec 'dockerd "$P" >>/var/log/d 2>&1'`, ['p']],
    [`/bin/sh -c 'mkdir -p /x; P=q; exec dockerd "--x=$P"'`, ['--x=q']],
    [`/bin/sh -c 'export P="q r"\\nexec dockerd $P'`, ['q', 'r']],
    [`/bin/sh -c 'mkdir -p /x && exec dockerd -D'`, ['-D']],
    [`/bin/sh -c 'exec dockerd "$@"' sh -D --x`, ['-D', '--x']],
    [`/bin/sh -c '[ -f /x ] && P=q; exec dockerd $P'`, ['?']],
    [`/bin/sh -c '. /etc/e; exec dockerd -D $P'`, ['-D', '?']],
    [`/bin/sh -c 'exec dockerd -H tcp://$(hostname):1 $(cat /x)'`, ['-H', 'tcp://?', '?']],
    [`/bin/sh -c 'exec dockerd --x=\`id\`'`, ['--x=?']],
    [`/bin/sh -c 'if [ -x /a ]; then dockerd -D; else dockerd; fi'`, undefined],
    [`/bin/sh -c 'run() { dockerd -D; }; run'`, undefined],
    [`/bin/sh -c 'cat <<E'`, undefined],
    [`/bin/sh -c 'cat <<E >/x\\nits\\nE\\nexec dockerd -D'`, ['-D']],
    [`/bin/sh -c 'P+=q; exec dockerd $P \${P#q} $1'`, ['pq', '?', '?']],
    [`/bin/sh -c 'for P in a b; do :; done; exec dockerd $P'`, ['?']],
    [`/bin/sh -c 'A=(a b); exec dockerd "\${A[@]}"'`, ['?']],
    [`/bin/sh -c 'echo "$(dockerd --version)"; exec dockerd -D'`, ['-D']],
    [`/bin/sh -c 'exec dockerd "-D'`, undefined],
    [`/bin/sh -c 'start-it -D'`, undefined],
    [`/bin/sh /opt/start.sh -D`, ['-x', '-D']],
    ['/opt/start.sh', ['-x']],
    ['/opt/binary', undefined],
    ['/opt/gone', undefined],
  ])('%s', (command, expected) => {
    const files = {
      '/opt/start.sh': '#!/bin/sh\n# starts docker\nset -e\nO="-x"\nexec /usr/bin/dockerd $O "$@"\n',
      '/opt/binary': '\x7fELF dockerd',
    };
    const environment = `Environment='O=--a "b c"' P=p`;
    expect(wordsOf(`${environment}\nExecStart=${command}`, files)).toEqual(expected);
  });
});

describe('a command that no kernel would start is unknown, and takes no time', () => {
  const long = 'x'.repeat(100_000);
  const many = 'x '.repeat(40_000);
  test.each([
    [
      'a word of many variables',
      `Environment=A=${long}\nExecStart=/usr/bin/dockerd -D ${'${A}'.repeat(50_000)}`,
    ],
    [
      'many words of a variable',
      `Environment="A=${many}"\nExecStart=/usr/bin/dockerd ${'$A '.repeat(50_000)}`,
    ],
    ['a variable that doubles', `ExecStart=/bin/sh -c "A=xx; ${'A=$A$A; '.repeat(60)} exec dockerd --x=$A"`],
    [
      'many words of it in a shell',
      `Environment="A=${many}"\nExecStart=/bin/sh -c "exec dockerd ${'$A '.repeat(10_000)}"`,
    ],
  ])('%s', (_, service) => {
    expect(wordsOf(service)?.at(-1)).toMatch(/^(?:--x=|x{100000})?\?$/);
  });

  test('a long script', () => {
    expect(wordsOf(`ExecStart=/bin/sh -c "${'true;'.repeat(20_000)} exec dockerd"`)).toBeUndefined();
  });
});
