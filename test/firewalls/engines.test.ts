import { afterAll, describe, expect, test } from '@jest/globals';
import type { UnitPatchError } from '../../src/errors.js';
import { NOTHING_RUNS } from '../../src/firewalls/facts.js';
import { docker, enabled, firewall } from '../helpers/docker.js';
import { link, removeTrees, type Tree } from '../helpers/tree.js';
import { testFinding } from '../plan/findings/cases.js';
import { ETC, LIB, planFor, withFirewallOnly } from '../plan/plan-for.js';

afterAll(removeTrees);

const service = (command: string, unit = ''): string => `[Unit]\n${unit}\n[Service]\nExecStart=${command}\n`;
const SNAP = 'snap.docker.dockerd.service';
const snap: Tree = {
  [`${ETC}/${SNAP}`]: service('/usr/bin/snap run docker.dockerd'),
  [`${ETC}/multi-user.target.wants/${SNAP}`]: link(`${ETC}/${SNAP}`),
};

function errorOf(tree: Tree, live = false): UnitPatchError {
  try {
    planFor(tree, {}, live ? { facts: { ...NOTHING_RUNS, isLive: true } } : {});
  } catch (error) {
    return error as UnitPatchError;
  }
  throw new Error('it made a plan');
}

describe('if docker.service does not exist, the unit that runs dockerd is named', () => {
  test('a snap', () => {
    const error = errorOf(withFirewallOnly(snap));
    expect(error.code).toBe('engine-elsewhere');
    expect(error.message).toContain(`; ${SNAP} runs dockerd here (${ETC}/${SNAP}:4)`);
    expect(error.hint).toBe(`unit-patch ${SNAP} --follow iptables.service`);
    expect(errorOf(withFirewallOnly(snap), true).hint).toMatch(/^sudo unit-patch/);
  });

  test('if it is masked, too', () => {
    const error = errorOf(withFirewallOnly({ ...snap, [`${ETC}/docker.service`]: link('/dev/null') }));
    expect(error.code).toBe('unit-masked');
    expect(error.message).toContain(`docker.service is masked`);
    expect(error.hint).toBe(`unit-patch ${SNAP} --follow iptables.service`);
  });

  test('with no firewall in use, too', () => {
    expect(errorOf(snap).hint).toBe(`unit-patch ${SNAP} --follow FIREWALL.service`);
  });

  test.each([
    ['it is not enabled', { [`${ETC}/${SNAP}`]: service('/usr/bin/snap run docker.dockerd') }],
    ['it runs something else', { ...snap, [`${ETC}/${SNAP}`]: service('/usr/bin/docker run -d nginx') }],
    ['there is nothing at all', {}],
  ] as [string, Tree][])('not if %s', (_, tree) => {
    expect(errorOf(withFirewallOnly(tree)).hint).toContain('check the name');
  });
});

describe('if only a user unit has that name, it is said', () => {
  test.each([
    '/home/app/.config/systemd/user',
    '/root/.config/systemd/user',
    '/etc/systemd/user',
    '/usr/lib/systemd/user',
  ])('rootless Docker in %s', (directory) => {
    const path = `${directory}/docker.service`;
    const error = errorOf(withFirewallOnly({ [path]: service('/usr/bin/dockerd-rootless.sh') }));
    expect(error.message).toContain(`; ${path} is a user unit, which runs rootless Docker`);
    expect(error.hint).toContain('a network namespace of its own');
  });

  test('of any other one nothing is known', () => {
    const error = errorOf(withFirewallOnly({ '/etc/systemd/user/docker.service': service('/usr/bin/x') }));
    expect(error.hint).toContain('does not change user units');
  });
});

const OWN = 'docker-own.service';
const own = (unit = '', more: Tree = {}): Tree => ({
  ...withFirewallOnly({ [`${LIB}/docker.service`]: docker() }),
  [`${LIB}/${OWN}`]: service('/opt/bin/dockerd -H fd://', unit),
  ...enabled(OWN),
  ...more,
});
const socket: Tree = {
  [`${LIB}/docker.socket`]: '[Socket]\nListenStream=/run/docker.sock\n',
  [`${ETC}/sockets.target.wants/docker.socket`]: link(`${LIB}/docker.socket`),
};

testFinding('other-engine', {
  'docker.service is not enabled, and another unit runs dockerd': {
    tree: own(),
    level: 'warn',
    says: /^docker-own\.service \(.*docker-own\.service:4\) runs dockerd here[^]*unit-patch docker-own\.service --follow iptables\.service/,
  },
  'docker.service is enabled': { tree: own('', enabled('docker.service')), level: 'none' },
  'it is active': {
    tree: own(),
    facts: { isActive: (name) => ['docker.service', 'iptables.service'].includes(name) },
    level: 'none',
  },
  'its socket starts it': { tree: own('', socket), level: 'none' },
  'its socket would start it, but the two conflict': {
    tree: own('Conflicts=docker.service', socket),
    level: 'warn',
  },
  'the other one is active': {
    tree: {
      ...withFirewallOnly({ [`${LIB}/docker.service`]: docker() }),
      [`${LIB}/${OWN}`]: service('/opt/bin/dockerd'),
    },
    facts: { activeUnits: () => [OWN], isActive: (name) => name === OWN },
    level: 'warn',
    says: 'sudo unit-patch',
  },
  'the other one is not enabled': {
    tree: {
      ...withFirewallOnly({ [`${LIB}/docker.service`]: docker() }),
      [`${LIB}/${OWN}`]: service('/opt/bin/dockerd'),
    },
    level: 'none',
  },
  'it runs no dockerd': { tree: own('', { [`${LIB}/${OWN}`]: firewall() }), level: 'none' },
  'it is docker.service by another name': {
    tree: {
      ...withFirewallOnly({ [`${LIB}/balena.service`]: docker() }),
      [`${ETC}/docker.service`]: link(`${LIB}/balena.service`),
      ...enabled('balena.service'),
    },
    level: 'none',
  },
});
