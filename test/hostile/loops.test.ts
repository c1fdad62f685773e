import { afterAll, describe, test } from '@jest/globals';
import { docker, OURS, withFirewall } from '../helpers/docker.js';
import { directory, link, type Tree } from '../helpers/tree.js';
import { removeSandboxes } from './sandbox.js';
import { also, alsoInUsr, DOCKER_D, ETC, LIB } from './trees.js';
import { type Case, command, runCase } from './run-case.js';

afterAll(removeSandboxes);

const units = withFirewall();
/** Links one behind the other: the first leads to `target`, the last is called `name`. */
const chain = (name: string, length: number, target: string): Tree =>
  Object.fromEntries(
    Array.from({ length }, (_, i) => [
      i === length - 1 ? name : `/chain/${i}`,
      link(i === 0 ? target : `/chain/${i - 1}`),
    ]),
  );

describe('loops and long ways:', () => {
  const cases: Record<string, Case> = {
    'docker.service is a link to itself, which systemd passes over': {
      tree: also(() => ({ [`${ETC}/docker.service`]: link('docker.service') })),
      status: 0,
      writes: OURS,
    },
    'docker.service and another are links to each other': {
      tree: () => ({
        [`${ETC}/docker.service`]: link('moby.service'),
        [`${ETC}/moby.service`]: link('docker.service'),
      }),
      status: 2,
      says: 'there is no docker.service',
    },
    'docker.service begins a loop of 40 links': {
      tree: () => ({
        ...chain(`${ETC}/docker.service`, 40, `${ETC}/docker.service`),
      }),
      status: 2,
      says: 'there is no docker.service',
    },
    'docker.service is behind 40 links, as many as the kernel follows': {
      tree: ({ top }) => ({
        ...units,
        [`${LIB}/docker.service`]: '',
        '/opt/docker.service': docker(`Documentation=file:${top}`),
        ...chain(`${ETC}/docker.service`, 40, '/opt/docker.service'),
      }),
      showing: 'Documentation',
      status: 0,
      writes: OURS,
    },
    'docker.service is behind 41 links': {
      tree: () => ({
        ...units,
        '/opt/docker.service': docker(),
        ...chain(`${ETC}/docker.service`, 41, '/opt/docker.service'),
      }),
      status: 2,
      says: 'there is no docker.service',
    },
    'docker.service.d is a link to itself': {
      tree: also(() => ({ [DOCKER_D]: link('docker.service.d') })),
      status: 3,
      says: `${DOCKER_D} is a link that leads nowhere`,
    },
    'docker.service.d is behind a loop of two': {
      tree: also(() => ({ [DOCKER_D]: link('/loop/a'), '/loop/a': link('b'), '/loop/b': link('a') })),
      status: 3,
      says: `${DOCKER_D} is a link that leads nowhere`,
    },
    '/etc is a link to itself': {
      tree: alsoInUsr(() => ({ '/etc': link('etc') })),
      status: 3,
      says: '/etc is not a directory',
    },
    '/etc/systemd and its system are links to each other': {
      tree: alsoInUsr(() => ({
        '/etc/systemd': link('/etc/other/system'),
        '/etc/other': link('/etc/systemd'),
      })),
      status: 3,
      says: '/etc/systemd is not a directory',
    },
    'our name is a link to itself': {
      tree: also(() => ({ [OURS]: link('50-follow-firewall.conf') })),
      status: 3,
      says: `${OURS} is not a regular file`,
    },
    'the text of a link is 4095 bytes': {
      tree: also(() => ({
        [`${ETC}/docker.service.d`]: link(`/${'./'.repeat(2045)}real`),
        '/real': directory,
      })),
      status: 0,
      writes: `/real/50-follow-firewall.conf`,
    },
    'docker.service.d is 3,900 directories down, by links': {
      tree: also(() => {
        // systemd follows 31 links to a directory, so each goes far down.
        const far = 'd/'.repeat(130);
        const rooms = Array.from({ length: 29 }, (_, i) => `/deep/${i}`);
        return {
          ...Object.fromEntries(
            rooms.flatMap((room, i) => [
              [`${room}/${far}`, directory],
              [`${room}/${far}next`, link(`/deep/${i + 1}/${far}`)],
            ]),
          ),
          [`/deep/29/${far}`]: directory,
          [DOCKER_D]: link(`/deep/0/${far}${'next/'.repeat(29)}`),
        };
      }),
      status: 0,
      writes: `/deep/29/${'d/'.repeat(130)}50-follow-firewall.conf`,
    },
  };
  test.each(Object.entries(cases))('%s', async (_, hostile) => {
    // Some of these would end the process that runs them, if they were followed.
    await runCase(hostile, command);
  });
});
