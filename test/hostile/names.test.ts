import { afterAll, describe, expect, test } from '@jest/globals';
import { docker, OURS } from '../helpers/docker.js';
import { directory, link } from '../helpers/tree.js';
import { filesOfBytes, linkOfBytes } from './items.js';
import { makeSandbox, removeSandboxes } from './sandbox.js';
import { also, DOCKER_D, ETC, LIB } from './trees.js';
import { type Case, command, runCase } from './run-case.js';

afterAll(removeSandboxes);

const ESC = '\x1b[2J\x1b]0;owned\x07\x9b31m\u202e';
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('names', () => {
  const long = `${'n'.repeat(250)}.conf`;
  const cases: Record<string, Case> = {
    'a drop-in of 255 bytes': {
      tree: also({ [`${DOCKER_D}/${long}`]: '[Unit]\nAfter=iptables.service\n' }),
      status: 0,
      showing: long,
      says: `${DOCKER_D}/${long}:2`,
      writesOnly: ['Requires=iptables.service'],
      writes: OURS,
    },
    'units and directories of 255 bytes': {
      tree: also({
        [`${ETC}/${'u'.repeat(247)}.service`]: docker(),
        [`${ETC}/${'v'.repeat(248)}.target/x`]: '',
        [`${ETC}/${'d'.repeat(245)}.service.d`.slice(0, 19 + 255 + 1)]: directory,
      }),
      status: 0,
      writes: OURS,
    },
    'a drop-in whose name is not UTF-8 is read all the same': {
      tree: also({
        [DOCKER_D]: filesOfBytes([
          [bytes('\xff\xfe.conf'), '[Unit]\nAfter=iptables.service\n'],
          [bytes('\xc3\xa9\xc3.conf'), '[Unit]\nWants=e.service\n'],
        ]),
      }),
      status: 0,
      showing: /\\udcff\\udcfe\.conf[^]*é\\udcc3\.conf/,
      says: `in force  After=iptables.service     ${DOCKER_D}/\\xff\\xfe.conf:2`,
      writesOnly: ['Requires=iptables.service'],
      writes: OURS,
    },
    'units whose names are not UTF-8 are none': {
      tree: also({
        '/lib/systemd/system': filesOfBytes([
          [bytes('docker\xff.service'), docker()],
          [bytes('\x80.wants'), ''],
        ]),
      }),
      status: 0,
      writes: OURS,
    },
    'docker.service.d leads to a directory whose name is not UTF-8': {
      tree: also({
        '/opt': filesOfBytes([[bytes('a\xff'), '']]),
        [DOCKER_D]: linkOfBytes(bytes('/opt\xff')),
      }),
      status: 3,
      says: `${DOCKER_D} is a link that leads nowhere`,
    },
    'docker.service is behind a link that is not UTF-8': {
      tree: also({
        '/opt': filesOfBytes([[bytes('a\xff'), docker('Documentation=man:behind')]]),
        [`${ETC}/docker.service`]: linkOfBytes(bytes('/opt/a\xff')),
      }),
      status: 0,
      showing: 'man:behind',
      writes: OURS,
    },
    'drop-ins with line ends, tabs and escape sequences in their names': {
      tree: also({
        [`${DOCKER_D}/a\nb.conf`]: '[Unit]\nAfter=iptables.service\n',
        [`${DOCKER_D}/t\tt.conf`]: '[Unit]\nAfter=iptables.service\n',
        [`${DOCKER_D}/${ESC}.conf`]: '[Unit]\nAfter=iptables.service\n',
      }),
      status: 0,
      says: /\/a\\nb\.conf:2\n.*\/t\\tt\.conf:2\n/,
      writesOnly: ['Requires=iptables.service'],
      writes: OURS,
    },
    'the link that enables the firewall lies in a directory with an escape sequence': {
      tree: () => ({
        [`${LIB}/docker.service`]: docker(`Description=${ESC}`),
        [`${LIB}/iptables.service`]: docker(),
        [`${ETC}/multi-user.target.wants`]: link(`/opt/${ESC}`),
        [`/opt/${ESC}/iptables.service`]: link('/x'),
      }),
      status: 0,
      writes: OURS,
    },
    'docker.service.d leads to a directory with an escape sequence in its name': {
      tree: also({ [`/opt/${ESC}`]: directory, [DOCKER_D]: link(`/opt/${ESC}`) }),
      status: 0,
      says: 'write /opt/\\x1b[2J\\x1b]0;owned\\x07\\x9b31m\\u202e/50-follow-firewall.conf',
      writes: `/opt/${ESC}/50-follow-firewall.conf`,
    },
    'our name is taken, in a directory with an escape sequence in its name': {
      tree: also({ [`/opt/${ESC}/50-follow-firewall.conf`]: '', [DOCKER_D]: link(`/opt/${ESC}`) }),
      status: 3,
      says: 'name-taken] /opt/\\x1b[2J',
    },
  };
  test.each(Object.entries(cases))('%s', async (_, hostile) => {
    await runCase(hostile);
  });

  test('and values with escape sequences are shown without any', () => {
    const sandbox = makeSandbox(
      also({
        [`${DOCKER_D}/${ESC}.conf`]: `[Unit]\nDescription=${ESC}\n${ESC}=1\nAfter=${ESC}.service\n[${ESC}]\n`,
      }),
    );
    const { status, out } = command(['show', 'docker.service', '--root', sandbox.root], sandbox);
    expect(status).toBe(0);
    expect(out).toContain('Description=\\x1b[2J\\x1b]0;owned\\x07\\x9b31m\\u202e');
    // eslint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });
});

describe('what is given on the command line:', () => {
  const root = makeSandbox(also({}));
  const link255 = 'a'.repeat(256);
  test.each<[string, string[], string]>([
    ['a unit with a slash', ['a/b.service', '--follow', 'iptables.service'], 'nor a unit name'],
    ['..', ['..', '--follow', 'iptables.service'], 'nor a unit name'],
    ['a path up', ['../../docker.service', '--follow', 'iptables.service'], 'nor a unit name'],
    ['a line end', ['docker.service\n', '--follow', 'iptables.service'], 'nor a unit name'],
    ['an escape sequence', [`${ESC}.service`], 'nor a unit name'],
    ['256 bytes', [`${link255}.service`], 'nor a unit name'],
    ['a followed unit with a slash', ['docker', '--follow', '../x.service'], 'is not a unit name'],
    [
      'a followed unit with an escape sequence',
      ['docker', '--follow', `${ESC}.service`],
      'is not a unit name',
    ],
    ['an unknown option with an escape sequence', ['docker', `--${ESC}`], 'there is no option --'],
    [
      'a relation with an escape sequence',
      ['docker', '--relation', ESC],
      '--relation is requires, part-of, hook, watch, wants or order, not ',
    ],
  ])('%s', (_, argv, says) => {
    for (const more of [['--yes'], ['--json', '-n']]) {
      const { status, out, err } = command([...argv, ...more, '--root', root.root], root);
      expect({ status, out }).toEqual({ status: 2, out: '' });
      expect(err).toContain(says);
    }
  });
});
