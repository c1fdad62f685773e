import { afterAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { docker } from '../helpers/docker.js';
import { link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { found, LIB, planFor } from './plan-for.js';

afterAll(removeTrees);

/** A root without a unit of a firewall, in which some scripts may be run. */
function rootWith(more: Tree, scripts: readonly string[]): string {
  const root = makeRoot({ [`${LIB}/docker.service`]: docker(), ...more });
  for (const script of scripts) fs.chmodSync(`${root}${script}`, 0o755);
  return root;
}

/** A root with init scripts, each with its link in the directory of a runlevel. */
function withScripts(names: readonly string[], start = 'rc2.d/S01'): string {
  const files = names.map((name) => ({
    [`/etc/init.d/${name}`]: '#!/bin/sh\n/opt/fw\n',
    [`/etc/${start}${name}`]: link(`../init.d/${name}`),
  }));
  return rootWith(
    Object.assign({}, ...files) as Tree,
    names.map((name) => `/etc/init.d/${name}`),
  );
}

const RC_LOCAL = {
  [`${LIB}/rc-local.service`]:
    '[Unit]\nAfter=network.target\n[Service]\nType=forking\nExecStart=/etc/rc.local start\nRemainAfterExit=yes\n',
  '/etc/rc.local': '#!/bin/sh -e\niptables-restore < /etc/iptables.rules\nexit 0\n',
};

test('an init script of a known firewall that the boot starts is followed', () => {
  const plan = planFor(withScripts(['iptables']));
  expect(plan.follow).toMatchObject({ unit: 'iptables.service', why: 'enabled by /etc/init.d/iptables' });
  expect(found(plan, 'generated-unit')).toHaveLength(1);
  expect(found(plan, 'followed-disabled')).toEqual([]);
});

test('another one is named', () => {
  expect(() => planFor(withScripts(['firewall', 'ssh']))).toThrow(
    'looks like firewall.service (enabled by /etc/init.d/firewall)',
  );
});

test('one that no runlevel starts is not', () => {
  expect(() => planFor(withScripts(['iptables'], 'rc0.d/K01'))).toThrow('uses none');
});

test('/etc/rc.local that loads rules is named, and enabled if it may be run', () => {
  const root = rootWith(RC_LOCAL, ['/etc/rc.local']);
  expect(() => planFor(root)).toThrow('looks like rc-local.service');
  const plan = planFor(root, { follow: 'rc-local.service' });
  expect(found(plan, 'followed-disabled')).toEqual([]);
});

test('/etc/rc.local that may not be run is not', () => {
  const root = rootWith(RC_LOCAL, []);
  expect(() => planFor(root)).toThrow('uses none');
  const plan = planFor(root, { follow: 'rc-local.service' });
  expect(found(plan, 'followed-disabled')).toHaveLength(1);
});
