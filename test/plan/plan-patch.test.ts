import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { docker, OURS, withFirewall } from '../helpers/docker.js';
import { addTo, directory, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { apply, ETC, LIB, planFor, refusals, settingsOf, withFirewallOnly } from './plan-for.js';

afterAll(removeTrees);

describe('planning twice', () => {
  test.each(['requires', 'part-of'] as const)('%s: the second plan changes nothing', (relation) => {
    const root = makeRoot(withFirewall());
    apply(root, planFor(root, { relation }));
    const second = planFor(root, { relation });
    expect(second.changed).toBe(false);
    expect(second.missing).toEqual([]);
    expect(second.inForce.map(({ file }) => file)).toEqual([OURS, OURS]);
  });

  test('another relation is another file: what we wrote is replaced, not added to', () => {
    const root = makeRoot(withFirewall());
    apply(root, planFor(root));
    const plan = planFor(root, { relation: 'part-of' });
    expect(plan.changes).toMatchObject([{ action: 'modify' }]);
    expect(settingsOf(plan)).toEqual(['PartOf=iptables.service', 'After=iptables.service']);
  });

  test('another firewall replaces the one that our file named, if that one is gone', () => {
    const root = makeRoot({ ...withFirewall(), ...withFirewall('nftables.service') });
    apply(root, planFor(root));
    fs.removeSync(`${root}${LIB}/iptables.service`);
    const plan = planFor(root, { follow: 'nftables.service' });
    expect(plan.changes).toMatchObject([{ path: OURS, action: 'modify' }]);
    expect(settingsOf(plan)).toEqual(['Requires=nftables.service', 'After=nftables.service']);
  });

  test('our file goes when another one says all of it and ours ties docker to something else', () => {
    const root = makeRoot({ ...withFirewall(), ...withFirewall('nftables.service') });
    apply(root, planFor(root));
    const admin = '[Unit]\nRequires=nftables.service\nAfter=nftables.service\n';
    addTo(root, { [`${ETC}/docker.service.d/10.conf`]: admin });
    fs.removeSync(`${root}${LIB}/iptables.service`);
    const plan = planFor(root, { follow: 'nftables.service' });
    expect(plan.changes).toMatchObject([{ path: OURS, action: 'delete', after: null }]);
  });

  test('our file stays when somebody says the same elsewhere later', () => {
    const root = makeRoot(withFirewall());
    apply(root, planFor(root));
    addTo(root, { [`${ETC}/docker.service.d/10.conf`]: '[Unit]\nRequires=iptables.service\n' });
    expect(planFor(root).changed).toBe(false);
  });
});

describe('the unit that is followed', () => {
  test('is written by its real name, however it was named', () => {
    const plan = planFor(
      withFirewall('iptables.service', { [`${LIB}/fw.service`]: link('iptables.service') }),
      {
        follow: 'fw.service',
      },
    );
    expect(settingsOf(plan)).toEqual(['Requires=iptables.service', 'After=iptables.service']);
    expect(plan.follow).toMatchObject({ asked: 'fw.service', unit: 'iptables.service' });
  });

  test('the drop-in goes to the real name of the unit that follows', () => {
    const tree: Tree = {
      [`${LIB}/moby.service`]: docker(),
      [`${LIB}/docker.service`]: link('moby.service'),
    };
    const plan = planFor(withFirewallOnly(tree));
    expect(plan.unit).toBe('moby.service');
    expect(plan.changes[0]?.path).toBe(`${ETC}/moby.service.d/50-follow-firewall.conf`);
  });

  test('any unit can follow any other: one file for each', () => {
    const plan = planFor(
      { [`${LIB}/myapp.service`]: docker(), ...withFirewall('postgresql.service') },
      { name: 'myapp.service', follow: 'postgresql.service' },
    );
    expect(plan.changes[0]?.path).toBe(`${ETC}/myapp.service.d/50-follow-postgresql.service.conf`);
    expect(settingsOf(plan)).toEqual(['Requires=postgresql.service', 'After=postgresql.service']);
  });

  test.each([
    ['followed-missing', {}],
    ['followed-masked', { [`${ETC}/fw.service`]: link('/dev/null') }],
    ['followed-broken', { [`${ETC}/fw.service`]: '[Unit\n' }],
  ] as [string, Tree][])('%s is refused, and nothing is planned', (code, tree) => {
    const plan = planFor({ [`${LIB}/docker.service`]: docker(), ...tree }, { follow: 'fw.service' });
    expect(refusals(plan)).toMatchObject([{ code, level: 'refuse' }]);
    expect(plan.changes).toEqual([]);
    expect(plan.changed).toBe(false);
  });

  test('an instance gets a file of its own, not one of its template', () => {
    const service = '[Service]\nExecStart=/bin/a\n';
    const root = { [`${LIB}/a@.service`]: service, [`${LIB}/b.service`]: service };
    const plan = planFor(root, { name: 'a@1.service', follow: 'b.service', relation: 'part-of' });
    expect(plan.changes.map(({ path }) => path)).toEqual([`${ETC}/a@1.service.d/50-follow-b.service.conf`]);
  });

  test('nothing follows itself', () => {
    expect(() => planFor(withFirewall(), { follow: 'docker.service' })).toThrow('cannot follow itself');
  });
});

describe('a file of our name that is not ours', () => {
  test.each([
    ['name-taken', '[Unit]\nAfter=x.service\n'],
    ['name-taken', ''],
    ['name-taken', link('/dev/null')],
    ['name-taken', link('nowhere')],
    ['name-taken', directory],
  ] as const)('is refused (%s)', (code, item) => {
    const plan = planFor(withFirewall('iptables.service', { [OURS]: item }));
    expect(refusals(plan)).toMatchObject([{ code, level: 'refuse' }]);
    expect(plan.changes).toEqual([]);
  });

  test('counts like any other if it says everything', () => {
    const theirs = '[Unit]\nRequires=iptables.service\nAfter=iptables.service other.service\n';
    const plan = planFor(withFirewall('iptables.service', { [OURS]: theirs }));
    expect(plan.changed).toBe(false);
    expect(refusals(plan)).toEqual([]);
  });

  test('a directory whose place is taken by a file is refused', () => {
    const plan = planFor(withFirewall('iptables.service', { [`${ETC}/docker.service.d`]: 'x' }));
    expect(refusals(plan)).toMatchObject([{ code: 'name-taken' }]);
  });

  test('ours, but edited since, is refused if it would have to change', () => {
    const root = makeRoot(withFirewall());
    const plan = planFor(root);
    const edited = `${plan.changes[0]?.after ?? ''}[Service]\nEnvironment=A=b\n`;
    addTo(root, { [OURS]: edited });
    expect(planFor(root).changed).toBe(false);
    expect(refusals(planFor(root))).toEqual([]);
    addTo(root, { ...withFirewall('nftables.service'), [`${ETC}/iptables.service`]: link('/dev/null') });
    expect(refusals(planFor(root, { follow: 'nftables.service' }))).toMatchObject([{ code: 'edited' }]);
  });

  test('one of the same name in a stronger directory shadows ours: refused', () => {
    const plan = planFor(
      withFirewall('iptables.service', {
        '/etc/systemd/system.control/docker.service.d/50-follow-firewall.conf': '[Unit]\n',
      }),
    );
    expect(refusals(plan)).toMatchObject([{ code: 'shadowed', level: 'refuse' }]);
    expect(refusals(plan)[0]?.text).toContain('/etc/systemd/system.control/');
  });
});

test('ours is refused as shadowed too when it is written already', () => {
  const root = makeRoot(withFirewall());
  apply(root, planFor(root));
  addTo(root, { '/etc/systemd/system.control/docker.service.d/50-follow-firewall.conf': '[Unit]\n' });
  expect(planFor(root).changed).toBe(false);
  expect(refusals(planFor(root))).toMatchObject([{ code: 'shadowed' }]);
});

describe('a unit that cannot be patched', () => {
  test.each([
    ['there is no docker.service', {}],
    ['is masked', { [`${ETC}/docker.service`]: link('/dev/null') }],
    ['cannot load docker.service', { [`${LIB}/docker.service`]: '[Unit] x\n' }],
    ['is masked', { [`${LIB}/docker.service`]: '' }],
    // With the drop-in a restart of the firewall itself would fail: "docker.service has a bad unit file setting".
    [
      `cannot load docker.service: ${ETC}/docker.service.d/override.conf:2`,
      {
        [`${LIB}/docker.service`]: docker(),
        [`${ETC}/docker.service.d/override.conf`]: '[Service]\nExecStart=/usr/bin/dockerd --mtu 1400\n',
      },
    ],
    [
      `cannot load docker.service: ${ETC}/docker.service.d/override.conf:3`,
      {
        [`${LIB}/docker.service`]: docker(),
        [`${ETC}/docker.service.d/override.conf`]: '[Service]\nExecStart=\nExecStart=dockerd/bin\n',
      },
    ],
  ] as [string, Tree][])('%s', (message, tree) => {
    expect(() => planFor(withFirewallOnly(tree))).toThrow(message);
  });
});

test('a unit whose second ExecStart= resets the first can be patched', () => {
  const override = '[Service]\nExecStart=\nExecStart=/usr/bin/dockerd --mtu 1400\n';
  const plan = planFor({ ...withFirewall(), [`${ETC}/docker.service.d/override.conf`]: override });
  expect(plan.changed).toBe(true);
});

test('the plan names every file that it was made from, and the one that was not there', () => {
  const { inputs } = planFor(withFirewall());
  expect(inputs.map(({ path }) => path)).toEqual([OURS, `${LIB}/docker.service`, `${LIB}/iptables.service`]);
  expect(inputs[0]?.sha256).toBeNull();
  expect(inputs[1]?.sha256).toMatch(/^[0-9a-f]{64}$/);
});

test('the plan goes where a linked directory leads, inside the root', () => {
  const tree: Tree = {
    [`${ETC}/docker.service.d`]: link('/srv/docker.service.d'),
    '/srv/docker.service.d': directory,
  };
  expect(planFor(withFirewall('iptables.service', tree)).changes[0]?.path).toBe(
    '/srv/docker.service.d/50-follow-firewall.conf',
  );
});
