import { afterAll, expect, test } from '@jest/globals';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { openRoot } from '../../src/files/open-root.js';
import { RELATIONS } from '../../src/firewalls/template.js';
import { plannerOf, planPatch } from '../../src/plan/plan-patch.js';
import { systemctl, watchTools, withFirewall } from '../helpers/docker.js';
import { makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { apply, planFor } from './plan-for.js';

afterAll(removeTrees);

const REQUEST = { template: findTemplate('docker') };

test.each<[string, Tree]>([
  ['a firewall', withFirewall()],
  ['what a hook and a watch need', { ...withFirewall(), ...systemctl, ...watchTools }],
  ['a firewall that needs nothing', withFirewall('firewalld.service')],
  [
    'a daemon that writes no rules',
    withFirewall('iptables.service', { '/etc/docker/daemon.json': '{"iptables": false}' }),
  ],
])('plans of one planner are those that planPatch() makes, whatever came before: %s', (_, tree) => {
  const root = makeRoot(tree);
  apply(root, planFor(root, { relation: 'part-of' }));
  const planWith = plannerOf(openRoot(root), REQUEST);
  for (const relation of [undefined, ...RELATIONS, undefined])
    expect(planWith(relation)).toEqual(planPatch(openRoot(root), { ...REQUEST, relation }));
});
