import { afterAll, describe, test } from '@jest/globals';
import { docker, OURS, ufwIsOn } from '../helpers/docker.js';
import { directory, link } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';
import { device, fifo, type Make, socket } from './items.js';
import { removeSandboxes } from './sandbox.js';
import { also, DOCKER_D, ETC, inUsr, LIB } from './trees.js';
import { type Case, runCase } from './run-case.js';

afterAll(removeSandboxes);

const NO_FILE: Partial<Case> = { status: 2, says: `${ETC}/docker.service: is not a regular file` };
const MASKED: Partial<Case> = { status: 2, says: `docker.service is masked by ${ETC}/docker.service` };
const PASSED_OVER: Partial<Case> = { status: 0, writes: OURS };
const TAKEN: Partial<Case> = { status: 3, says: `${OURS} is not a regular file` };

/** Things that are not files, and their names in messages. */
const waiting: Record<string, Make> = { 'a FIFO': fifo, 'a socket': socket };
const devices: Record<string, Make> = {
  '/dev/zero': device('c', 1, 5),
  '/dev/full': device('c', 1, 7),
  '/dev/tty': device('c', 5, 0),
  'a block device': device('b', 7, 200),
};

const whyNotRoot = process.geteuid?.() === 0 ? undefined : 'it takes root to make a device';

/** Where such a thing may stand, and what comes of it. */
const places = (what: Make, behindLink: Partial<Case>): [string, Case['tree'], Partial<Case>][] => [
  [
    'at docker.service, where a listing passes it over',
    also({ [`${ETC}/docker.service`]: what }),
    PASSED_OVER,
  ],
  [
    'behind a link at docker.service',
    also({ '/opt/thing': what, [`${ETC}/docker.service`]: link('/opt/thing') }),
    behindLink,
  ],
  ['at the name of our drop-in', also({ [OURS]: what }), TAKEN],
  [
    'behind a link at the name of our drop-in',
    also({ '/opt/thing': what, [OURS]: link('/opt/thing') }),
    TAKEN,
  ],
  ['as a drop-in', also({ [`${DOCKER_D}/10-a.conf`]: what }), PASSED_OVER],
  ['in a .wants directory', also({ [`${ETC}/docker.service.wants/x.service`]: what }), PASSED_OVER],
  [
    'as each file of the machine that is asked',
    also({ '/etc/docker/daemon.json': what, '/etc/os-release': what, '/etc/default/ufw': what }),
    PASSED_OVER,
  ],
  [
    'as the file that says what ufw does',
    () => ({
      [`${LIB}/docker.service`]: docker(),
      [`${LIB}/ufw.service`]: docker(),
      ...ufwIsOn,
      [`${ETC}/multi-user.target.wants/ufw.service`]: link(`${LIB}/ufw.service`),
      '/etc/default/ufw': what,
    }),
    { status: 0, says: 'docker.service needs nothing here' },
  ],
];

describe.each(Object.entries(waiting))('%s is never opened:', (_, what) => {
  test.each(places(what, NO_FILE))('%s', async (_, tree, expected) => {
    await runCase({ tree, status: 0, ...expected });
  });
});

describeWhere(whyNotRoot, 'devices are never opened:', () => {
  describe.each(Object.entries(devices))('%s', (_, what) => {
    test.each(places(what, MASKED))('%s', async (_, tree, expected) => {
      await runCase({ tree, status: 0, ...expected });
    });
  });
});

describe('directories named like files, and files named like directories:', () => {
  const cases: Record<string, Case> = {
    'docker.service is a directory, and no other': {
      tree: () => ({ [`${ETC}/docker.service`]: directory }),
      status: 2,
      says: 'there is no docker.service',
    },
    'docker.service is a link to a directory': {
      tree: also({ [`${ETC}/docker.service`]: link('/opt'), '/opt': directory }),
      status: 2,
      says: 'docker.service',
    },
    'a drop-in is a directory': {
      tree: also({ [`${DOCKER_D}/10-a.conf/x.conf`]: '' }),
      status: 0,
      showing: 'not-a-file',
      writes: OURS,
    },
    'our drop-in is a directory with something in it': {
      tree: also({ [`${OURS}/50-follow-firewall.conf`]: '' }),
      status: 3,
      says: `${OURS} is not a regular file`,
    },
    'daemon.json, os-release and ufw are directories': {
      tree: also({
        '/etc/docker/daemon.json': directory,
        '/etc/os-release': directory,
        '/etc/default/ufw': directory,
      }),
      status: 0,
      writes: OURS,
    },
    'docker.service.d is a file': {
      tree: also({ [DOCKER_D]: '[Unit]\n' }),
      status: 3,
      says: `${DOCKER_D} is not a directory`,
    },
    'docker.service.d is a link to a file': {
      tree: also({ [DOCKER_D]: link(`${LIB}/docker.service`) }),
      status: 3,
      says: `${LIB}/docker.service is not a directory`,
    },
    '/etc is a file': {
      tree: () => ({ '/etc': '', ...inUsr }),
      status: 3,
      says: '/etc is not a directory',
    },
    '/usr is a file': {
      tree: () => ({ '/usr': '', '/etc': directory }),
      status: 2,
      says: 'there is no docker.service',
    },
    '/etc/systemd/system is a file, and /usr has all': {
      tree: () => ({ [ETC]: '', ...inUsr }),
      status: 3,
      says: `${ETC} is not a directory`,
    },
    'there is no /etc at all: it is made': {
      tree: () => inUsr,
      status: 0,
      writes: OURS,
    },
    'there is nothing at all': {
      tree: () => ({}),
      status: 2,
      says: 'there is no docker.service',
    },
  };
  test.each(Object.entries(cases))('%s', async (_, hostile) => {
    await runCase(hostile);
  });
});
