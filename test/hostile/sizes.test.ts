import { afterAll, describe, expect, test } from '@jest/globals';
import { docker, OURS, ufwIsOn, withFirewall } from '../helpers/docker.js';
import { link, type Tree } from '../helpers/tree.js';
import { large, sparse } from './items.js';
import { makeSandbox, removeSandboxes } from './sandbox.js';
import { also, DOCKER_D, ETC, LIB } from './trees.js';
import { type Case, command, runCase } from './run-case.js';

afterAll(removeSandboxes);

const MIB = 1024 * 1024;
const MB = 1e6;
const AT_MOST = 2 * MIB;

const many = (count: number, entry: (i: number) => [string, Tree[string]]): Tree =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => entry(i)));
const dropIns = (count: number): Tree =>
  many(count, (i) => [
    `${DOCKER_D}/${i}.conf`,
    `[Unit]\nAfter=u${i}.service\n[Service]\nEnvironment=A=${i}\n`,
  ]);

const tooLarge = (path: string, size: number): Pick<Case, 'status' | 'says'> => ({
  status: 2,
  says: `${path} holds ${size} bytes, and files of more than ${AT_MOST} are not read (EFBIG), so docker.service`,
});

describe('a file that is too large is not read, and the message says so:', () => {
  const head = '[Unit]\nDescription=docker\n';
  const text = 'Documentation=man:docker\n';
  const size =
    head.length +
    Math.ceil((200 * MB) / (Math.ceil(MIB / text.length) * text.length)) *
      Math.ceil(MIB / text.length) *
      text.length;
  const cases: Record<string, Case> = {
    'a unit file of 200 MB': {
      tree: also({ [`${ETC}/docker.service`]: large(200 * MB, text, head) }),
      showing: 'too-large',
      ...tooLarge(`${ETC}/docker.service`, size),
    },
    'a drop-in of 200 MB': {
      tree: also({ [`${DOCKER_D}/10.conf`]: large(200 * MB, text, head) }),
      showing: 'too-large',
      ...tooLarge(`${DOCKER_D}/10.conf`, size),
    },
    'a sparse unit file of 5 GB': {
      tree: also({ [`${ETC}/docker.service`]: sparse(5e9, docker()) }),
      showing: 'too-large',
      ...tooLarge(`${ETC}/docker.service`, 5e9),
    },
    'the unit that is to be followed': {
      tree: also({ [`${ETC}/iptables.service`]: sparse(AT_MOST + 1) }),
      status: 2,
      says: `${ETC}/iptables.service holds ${AT_MOST + 1} bytes`,
    },
    'a file under the name of ours': {
      tree: also({ [OURS]: sparse(5e9) }),
      showing: 'too-large',
      ...tooLarge(OURS, 5e9),
    },
    'drop-ins that are just not too much together': {
      tree: also(many(4, (i) => [`${DOCKER_D}/${i}.conf`, `#${'x'.repeat(99)}\n`.repeat(20_000)])),
      status: 0,
      writes: OURS,
    },
    'one more of them: together they are too much': {
      tree: also(many(6, (i) => [`${DOCKER_D}/${i}.conf`, `#${'x'.repeat(99)}\n`.repeat(20_000)])),
      showing: 'too-large',
      status: 2,
      says: `${DOCKER_D}/4.conf and what follows it is not read: the files of docker.service hold more than`,
    },
    'units of one boot that are too much together': {
      tree: also({
        ...many(10, (i) => [`${LIB}/u${i}.service`, `#${'x'.repeat(99)}\n`.repeat(20_000)]),
        ...many(10, (i) => [`${ETC}/multi-user.target.wants/u${i}.service`, link(`${LIB}/u${i}.service`)]),
      }),
      status: 2,
      says: 'hold more than 16777216 bytes',
    },
    'a daemon.json, an os-release and a file of ufw that nobody asks for': {
      tree: also({
        '/etc/docker/daemon.json': sparse(1024 * MIB),
        '/etc/os-release': sparse(1024 * MIB),
        '/etc/default/ufw': sparse(1024 * MIB),
      }),
      status: 0,
      writes: OURS,
    },
    'a file of ufw that matters': {
      tree: () => ({
        [`${LIB}/docker.service`]: docker(),
        [`${LIB}/ufw.service`]: docker(),
        ...ufwIsOn,
        [`${ETC}/multi-user.target.wants/ufw.service`]: link(`${LIB}/ufw.service`),
        '/etc/default/ufw': sparse(5e9),
      }),
      status: 2,
      says: `/etc/default/ufw holds 5000000000 bytes`,
    },
  };
  test.each(Object.entries(cases))('%s', async (_, hostile) => {
    await runCase(hostile);
  });
});

describe('2 MiB are read, with any content:', () => {
  const fill = (line: string): Tree[string] =>
    `[Service]\nExecStart=/bin/true\n[Unit]\n${line.repeat(Math.floor((AT_MOST - 100) / line.length))}`;
  test.each<[what: string, line: string, Partial<Case>]>([
    ['empty lines', '\n', {}],
    ['lone carriage returns', '\r', {}],
    ['settings that nobody knows', 'A=\n', { showing: 'problems of this kind from here on are not listed' }],
    ['lines that say nothing', 'x\n', { showing: 'problems of this kind from here on are not listed' }],
    ['settings that add up', 'Documentation=x\n', {}],
    ['the setting that is wanted', 'After=iptables.service\n', { writesOnly: ['Requires=iptables.service'] }],
    ['bad words', `After=${'% '.repeat(50)}\n`, { showing: 'problems of this kind from here on' }],
  ])('%s', async (_, line, expected) => {
    const tree = also({ [`${ETC}/docker.service`]: fill(line) });
    await runCase({ tree, status: 0, writes: OURS, ...expected }, command);
  });
});

describe('files with odd content:', () => {
  const where = `${ETC}/docker.service`;
  const service = '[Service]\nExecStart=/bin/true\n';
  const read: Partial<Case> = { writes: OURS };
  const empty: Partial<Case> = {
    status: 2,
    says: `systemd cannot load docker.service: ${where}: a service needs ExecStart=`,
  };
  const broken = (why: string): Partial<Case> => ({
    status: 2,
    says: `systemd cannot load docker.service: ${where}:1: ${why}`,
  });
  test.each<[what: string, text: string | Buffer, expected: Partial<Case>]>([
    ['nothing at all is a mask', '', { status: 2, says: `docker.service is masked by ${where}` }],
    ['one NUL', '\0', empty],
    ['a NUL before the rest', `\0${service}`, read],
    ['a carriage return before the rest', `\r${service}`, read],
    ['a thousand carriage returns before the rest', `${'\r'.repeat(1000)}${service}`, read],
    ['a byte order mark before the rest', `\ufeff${service}`, read],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x0a]), broken('this line is not valid UTF-8')],
    ['a header that does not end', '[Unit', broken('the section header "[Unit" does not end')],
    ['a line of 1 MiB', 'x'.repeat(MIB), broken('this line is longer than 1 MiB')],
    ['continuations without an end', `${service}${'A=\\\n'.repeat(1000)}`, read],
  ])('%s', async (_, text, expected) => {
    await runCase({ tree: also({ [where]: text }), status: 0, ...expected });
  });
});

describe('many of everything:', () => {
  const dashes = '-a'.repeat(100);
  const aliases = (count: number, middle: string, target: string): Tree =>
    many(count, (i) => [`${ETC}/n${middle}${i}.service`, link(`${LIB}/${target}`)]);
  const cases: Record<string, Case> = {
    '10,000 drop-ins': { tree: also(dropIns(10_000)), status: 0, writes: OURS },
    '10,000 aliases of docker.service': {
      tree: also(aliases(10_000, '', 'docker.service')),
      status: 0,
      writes: OURS,
    },
    '2,000 aliases with a hundred dashes, each with a hundred directories to look for': {
      tree: also({ ...aliases(2000, dashes, 'docker.service'), [`${ETC}/docker.service.d/x.conf`]: '' }),
      status: 0,
      writes: OURS,
    },
    '10,000 aliases of the firewall, each of them named by a drop-in': {
      tree: also({
        ...aliases(10_000, '', 'iptables.service'),
        [`${DOCKER_D}/x.conf`]: `[Unit]\n${Array.from({ length: 10_000 }, (_, i) => `Wants=n${i}.service\n`).join('')}`,
      }),
      status: 0,
      writes: OURS,
    },
    '1,000 aliases, each of them named, of a unit of 2 MiB': {
      tree: also({
        ...aliases(1000, '', 'big.service'),
        [`${LIB}/big.service`]: docker('A=1\n'.repeat(MIB / 2 - 100)),
        [`${DOCKER_D}/x.conf`]: `[Unit]\n${Array.from({ length: 1000 }, (_, i) => `Wants=n${i}.service\n`).join('')}`,
      }),
      status: 0,
      writes: OURS,
    },
    '5,000 units that docker.service wants': {
      tree: also(many(5000, (i) => [`${ETC}/docker.service.wants/u${i}.service`, link('/x')])),
      status: 0,
      showing: 'u4999.service',
      writes: OURS,
    },
    '5,000 units that multi-user.target wants': {
      tree: also(
        many(5000, (i) => [`${ETC}/multi-user.target.wants/u${i}.service`, link(`${LIB}/docker.service`)]),
      ),
      status: 0,
      writes: OURS,
    },
  };
  test.each(Object.entries(cases))('%s', async (_, hostile) => {
    await runCase(hostile, command);
  });

  test('ten times as many drop-ins take less than twenty times as long', () => {
    const [few, all] = [1000, 10_000].map((count) => {
      const sandbox = makeSandbox(() => ({ ...withFirewall(), ...dropIns(count) }));
      const start = performance.now();
      expect(command(['show', 'docker.service', '--root', sandbox.root], sandbox).status).toBe(0);
      return performance.now() - start;
    });
    expect(all).toBeLessThan((few ?? 0) * 20);
  });
});
