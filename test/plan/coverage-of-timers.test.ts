import { afterAll, describe, expect, test } from '@jest/globals';
import type { Relation } from '../../src/firewalls/template.js';
import { withFirewall } from '../helpers/docker.js';
import { link, removeTrees, type Tree } from '../helpers/tree.js';
import { LIB, planFor } from './plan-for.js';

afterAll(removeTrees);

describe('a firewall that a timer starts is not restarted by that, though it loads its rules anew', () => {
  const timer = `${LIB}/fw.timer`;
  const timed = {
    ...withFirewall('fw.service', {
      [`${LIB}/fw.service`]: '[Service]\nType=oneshot\nExecStart=/usr/sbin/nft -f /etc/nftables.conf\n',
      '/etc/nftables.conf': 'flush ruleset\n',
    }),
    [timer]: '[Timer]\nOnUnitActiveSec=5min\n',
    '/etc/systemd/system/timers.target.wants/fw.timer': link(timer),
  };
  const restart = (tree: Tree, relation: Relation): unknown =>
    planFor(tree, { name: 'docker', follow: 'fw.service', relation }).coverage[0];

  test('so what follows restarts sees nothing of it', () => {
    expect(restart(timed, 'part-of')).toMatchObject({
      event: 'restart',
      commands: ['systemctl start fw'],
      outcome: 'lost',
      text: 'docker.service is not restarted when fw.timer starts fw.service, so its rules stay gone',
    });
  });

  test('but a hook does', () => {
    expect(restart(timed, 'hook')).toMatchObject({ commands: ['systemctl start fw'], outcome: 'covered' });
  });

  test.each<[string, Tree]>([
    ['without the timer', { ...timed, '/etc/systemd/system/timers.target.wants/fw.timer': '' }],
    ['with one that runs once after the boot', { ...timed, [timer]: '[Timer]\nOnBootSec=1min\n' }],
  ])('%s a restart is what a person asks for', (_, tree) => {
    expect(restart(tree, 'part-of')).toMatchObject({
      commands: ['systemctl restart fw'],
      outcome: 'covered',
    });
  });
});
