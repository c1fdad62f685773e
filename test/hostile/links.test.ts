import { afterAll, describe, test } from '@jest/globals';
import { docker, OURS } from '../helpers/docker.js';
import { directory, link } from '../helpers/tree.js';
import { hardLink } from './items.js';
import { removeSandboxes } from './sandbox.js';
import { also, alsoInUsr, DOCKER_D, ETC, LIB } from './trees.js';
import { type Case, runCase } from './run-case.js';

afterAll(removeSandboxes);

const UP = '../'.repeat(40);

describe('what leads out of the root leads nowhere, or to the same path inside:', () => {
  const cases: Record<string, Case> = {
    'docker.service.d is an absolute link to a directory of the machine': {
      tree: also(({ decoys }) => ({ [DOCKER_D]: link(`${decoys}/docker.service.d`) })),
      status: 3,
      says: `${DOCKER_D} is a link that leads nowhere`,
    },
    'docker.service.d climbs out by ".."': {
      tree: also(() => ({ [DOCKER_D]: link(`${UP}etc/../decoys/docker.service.d`) })),
      status: 3,
      says: `${DOCKER_D} is a link that leads nowhere`,
    },
    'docker.service.d is one ".." too many for a sibling of the root': {
      tree: also(() => ({ [DOCKER_D]: link('../../../../decoys/docker.service.d') })),
      status: 3,
      says: `${DOCKER_D} is a link that leads nowhere`,
    },
    'docker.service.d is a link to "/"': {
      tree: also(() => ({ [DOCKER_D]: link('/') })),
      status: 0,
      writes: '/50-follow-firewall.conf',
    },
    'docker.service.d is the absolute path of a decoy that the root has too': {
      tree: also(({ decoys }) => ({
        [`${decoys}/docker.service.d`]: directory,
        [DOCKER_D]: link(`${decoys}/docker.service.d`),
      })),
      status: 0,
      writesBelow: '/decoys/docker.service.d/50-follow-firewall.conf',
    },
    '/etc/systemd/system is a link out': {
      tree: alsoInUsr(({ decoys }) => ({ [ETC]: link(`${decoys}/units`) })),
      status: 0,
      writesBelow: '/decoys/units/docker.service.d/50-follow-firewall.conf',
    },
    '/etc/systemd/system is a link to another directory of the root': {
      tree: alsoInUsr(() => ({ [ETC]: link('/data/units'), '/data/units/x.service': docker() })),
      status: 0,
      writes: '/data/units/docker.service.d/50-follow-firewall.conf',
    },
    '/etc/systemd is a link out by ".."': {
      tree: alsoInUsr(() => ({ '/etc/systemd': link(`${UP}etc/systemd`) })),
      status: 3,
      says: '/etc/systemd',
    },
    '/etc is a link out': {
      tree: alsoInUsr(({ decoys }) => ({ '/etc': link(`${decoys}/etc`) })),
      status: 0,
      writesBelow: '/decoys/etc/systemd/system/docker.service.d/50-follow-firewall.conf',
    },
    '/usr/lib is a link to the directory of the same name outside': {
      tree: ({ top }) => ({ '/usr/lib': link(`${top}/usr/lib`) }),
      status: 2,
      says: 'there is no docker.service',
    },
    'docker.service is a link to a unit outside': {
      tree: ({ decoys }) => ({ [`${ETC}/docker.service`]: link(`${decoys}/docker.service`) }),
      status: 2,
      says: 'there is no docker.service',
    },
    'docker.service is /proc/self/root and so on': {
      tree: ({ decoys }) => ({
        [`${ETC}/docker.service`]: link(`/proc/self/root${decoys}/docker.service`),
      }),
      status: 2,
      says: 'there is no docker.service',
    },
    'docker.service.d leads through /proc/self/cwd, which the root has as a link': {
      tree: also(() => ({
        '/proc/self/cwd': link('/proc/self/root'),
        '/proc/self/root': link('/'),
        '/decoys': directory,
        [DOCKER_D]: link('/proc/self/cwd/decoys'),
      })),
      status: 0,
      writes: '/decoys/50-follow-firewall.conf',
    },
    'docker.service is /dev/stdin': {
      tree: also(() => ({ [`${ETC}/docker.service`]: link('/dev/stdin') })),
      status: 2,
      says: 'there is no docker.service',
    },
    'docker.service is a link to /dev/fd/0': {
      tree: also(() => ({ '/dev/fd': link('/proc/self/fd'), [`${ETC}/docker.service`]: link('/dev/fd/0') })),
      status: 2,
      says: 'there is no docker.service',
    },
    'a drop-in is a link to a file outside': {
      tree: also(({ decoys }) => ({ [`${DOCKER_D}/10.conf`]: link(`${decoys}/drop-in.conf`) })),
      status: 0,
      writes: OURS,
    },
    'our name is a link to a file outside': {
      tree: also(({ decoys }) => ({ [OURS]: link(`${decoys}/ours.conf`) })),
      status: 3,
      says: `${OURS} is not a regular file`,
    },
    'our name is a link to a file outside by ".."': {
      tree: also(() => ({ [OURS]: link('../../../../../decoys/ours.conf') })),
      status: 3,
      says: `${OURS} is not a regular file`,
    },
    'os-release, daemon.json and ufw are links out': {
      tree: also(({ decoys }) => ({
        '/etc/os-release': link(`${decoys}/daemon.json`),
        '/etc/docker/daemon.json': link(`${decoys}/daemon.json`),
        '/etc/default/ufw': link(`${decoys}/daemon.json`),
      })),
      status: 0,
      writes: OURS,
    },
    'the directory of .wants links is a link out': {
      tree: ({ decoys }) => ({
        [`${LIB}/docker.service`]: docker(),
        [`${LIB}/iptables.service`]: docker(),
        [`${ETC}/multi-user.target.wants`]: link(`${decoys}/units/multi-user.target.wants`),
      }),
      status: 2,
      says: 'this system uses none of the units',
    },
  };
  test.each(Object.entries(cases))('%s', async (_, hostile) => {
    await runCase(hostile);
  });
});

describe('another name of a file outside', () => {
  test('as our drop-in is not ours to write', async () => {
    await runCase({
      tree: also(({ decoys }) => ({ [OURS]: hardLink(`${decoys}/ours.conf`) })),
      status: 3,
      says: `${OURS} exists already`,
    });
  });

  test('as docker.service is read and left alone', async () => {
    await runCase({
      tree: also(({ decoys }) => ({ [`${ETC}/docker.service`]: hardLink(`${decoys}/plain.service`) })),
      status: 0,
      writes: OURS,
    });
  });
});
