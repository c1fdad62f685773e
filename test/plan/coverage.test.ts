import { afterAll, describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../src/plan/coverage.js';
import { EVENTS } from '../../src/plan/events.js';
import { withFirewall } from '../helpers/docker.js';
import { link, removeTrees, type Tree } from '../helpers/tree.js';
import {
  defaults,
  DOCKER_SAVED,
  nftables,
  NO_FLUSH,
  OWN_STOP,
  OWN_TABLE,
  persistent,
  service,
} from './findings/firewalls.js';
import { LIB, planFor } from './plan-for.js';

afterAll(removeTrees);

type Relation = 'requires' | 'part-of' | 'hook';

const SYSTEMCTL = '/usr/bin/systemctl';

/** The outcomes in the order of the events: restart, reload, stop and start, failed start, tools. */
function outcomes(tree: Tree, relation: Relation, follow: string, name = 'docker'): Outcome[] {
  const { coverage } = planFor({ [SYSTEMCTL]: '', ...tree }, { name, follow, relation });
  expect(coverage.map(({ event }) => event)).toEqual(EVENTS);
  return coverage.map(({ outcome }) => outcome);
}

const rhel = withFirewall('iptables.service', {
  [`${LIB}/iptables.service`]: service(
    'ExecStart=/usr/libexec/iptables/iptables.init start',
    'ExecReload=/usr/libexec/iptables/iptables.init reload',
    'ExecStop=/usr/libexec/iptables/iptables.init stop',
  ),
});

describe('as it was measured with the iptables.service of RHEL', () => {
  test.each<[Relation, Outcome[]]>([
    ['requires', ['covered', 'lost', 'down', 'down', 'lost']],
    ['part-of', ['covered', 'lost', 'down', 'covered', 'lost']],
    ['hook', ['covered', 'covered', 'covered', 'covered', 'lost']],
  ])('%s', (relation, expected) => {
    expect(outcomes(rhel, relation, 'iptables.service')).toEqual(expected);
  });
});

describe('what removes rules without any job is named by its own tool', () => {
  test.each<[string, string, string[]]>([
    ['csf.service', '/usr/sbin/csf --initup', ['csf -r', 'iptables -F']],
    ['iptables.service', '/usr/sbin/iptables-restore /etc/rules', ['iptables-restore', 'iptables -F']],
    ['nftables.service', '/usr/sbin/nft -f /etc/nftables.conf', ['nft -f', 'nft flush ruleset']],
  ])('%s', (name, start, commands) => {
    const tree = withFirewall(name, { [`${LIB}/${name}`]: service(`ExecStart=${start}`) });
    const { coverage } = planFor(tree, { follow: name });
    expect(coverage.find(({ event }) => event === 'outside-systemd')?.commands).toEqual(commands);
  });
});

describe('netfilter-persistent, which has no reload job', () => {
  const lost: Outcome[] = ['covered', 'not-applicable', 'down', 'down', 'lost'];
  const safe: Outcome[] = ['harmless', 'not-applicable', 'down', 'down', 'lost'];
  test.each<[string, Tree, Outcome[]]>([
    ['as it comes, with rules', persistent(), lost],
    ['with rules that are not flushed', defaults(NO_FLUSH), safe],
    ['the last assignment counts', defaults(`${NO_FLUSH}IPTABLES_RESTORE_NOFLUSH=no\n`), lost],
    ['a comment sets nothing', defaults(`# ${NO_FLUSH}`), lost],
    ['with nothing to load', persistent({ '/etc/iptables/rules.v4': '# none\n' }), safe],
    [
      'IPv6 has a setting of its own',
      defaults(NO_FLUSH, { '/etc/iptables/rules.v6': '*filter\nCOMMIT\n' }),
      lost,
    ],
    [
      'rules that were saved while docker ran hold its chains, which are emptied anyway',
      defaults(NO_FLUSH, DOCKER_SAVED),
      lost,
    ],
    [
      'an old plugin does not know the setting',
      defaults(NO_FLUSH, { '/usr/share/netfilter-persistent/plugins.d/15-ip4tables': 'iptables-restore\n' }),
      lost,
    ],
    ['a stop that flushes', defaults(`${NO_FLUSH}FLUSH_ON_STOP=1\n`), lost],
    ['FLUSH_ON_STOP=0 is the default', defaults(`${NO_FLUSH}FLUSH_ON_STOP=0\n`), safe],
  ])('%s', (_, tree, expected) => {
    expect(outcomes(tree, 'requires', 'netfilter-persistent.service')).toEqual(expected);
  });

  test('a hook adds none either: that reload would load nothing', () => {
    expect(outcomes(persistent(), 'hook', 'netfilter-persistent.service')[1]).toBe('not-applicable');
  });
});

describe('nftables.service, by what its file and its ExecStop= flush', () => {
  test.each<[string, Tree, Outcome[]]>([
    [
      'flush ruleset',
      nftables(`flush ruleset\n${OWN_TABLE}`),
      ['covered', 'lost', 'down', 'covered', 'lost'],
    ],
    [
      'its own table, but a stop flushes all',
      nftables(OWN_TABLE),
      ['covered', 'harmless', 'down', 'covered', 'lost'],
    ],
    [
      'its own table only',
      nftables(OWN_TABLE, OWN_STOP),
      ['harmless', 'harmless', 'down', 'harmless', 'lost'],
    ],
    [
      'flush ruleset of one family',
      nftables(`flush ruleset inet\n${OWN_TABLE}`, ''),
      ['harmless', 'harmless', 'down', 'harmless', 'lost'],
    ],
    [
      'the table that iptables-nft has',
      nftables('flush table ip nat\n', ''),
      ['covered', 'lost', 'down', 'covered', 'lost'],
    ],
    [
      'in a comment',
      nftables(`# flush ruleset\n${OWN_TABLE}`, ''),
      ['harmless', 'harmless', 'down', 'harmless', 'lost'],
    ],
    [
      'files that it includes are not known',
      nftables('include "/etc/nftables.d/*"\n', ''),
      ['covered', 'lost', 'down', 'covered', 'lost'],
    ],
  ])('%s', (_, tree, expected) => {
    expect(outcomes(tree, 'part-of', 'nftables.service')).toEqual(expected);
  });
});

test('a firewall that leaves the rules of others alone wipes none, unless a setting changes that', () => {
  const ufw = (setting: string): Tree => ({
    ...withFirewall('ufw.service', { [`${LIB}/ufw.service`]: service('ExecStart=/lib/ufw/ufw-init start') }),
    '/etc/default/ufw': setting,
  });
  expect(outcomes(ufw(''), 'requires', 'ufw.service')[0]).toBe('harmless');
  expect(outcomes(ufw('MANAGE_BUILTINS=yes\n'), 'requires', 'ufw.service')[0]).toBe('covered');
});

describe('a unit that does not stay active is down most of the time, and is not restarted', () => {
  const tree = {
    [`${LIB}/rules.service`]: '[Service]\nType=oneshot\nExecStart=/bin/a\n',
    [`${LIB}/fw.service`]: service('ExecStart=/bin/b', 'ExecReload=/bin/c'),
  };

  test.each(['requires', 'part-of', 'hook'] as const)('by %s', (relation) => {
    expect(new Set(outcomes(tree, relation, 'fw.service', 'rules.service'))).toEqual(
      new Set(['not-restarted']),
    );
  });

  test('and why is said', () => {
    const { coverage } = planFor(
      { ...tree, ...withFirewall('fw.service') },
      { name: 'rules.service', follow: 'fw.service', relation: 'part-of' },
    );
    expect(coverage.find(({ event }) => event === 'restart')?.text).toContain(
      'rules.service does not stay active (a oneshot without RemainAfterExit=yes)',
    );
  });
});

test('for a unit without a template it says whether it is restarted, not what it loses', () => {
  const tree = {
    [`${LIB}/myapp.service`]: service('ExecStart=/bin/a'),
    [`${LIB}/db.service`]: service('ExecStart=/bin/b', 'ExecReload=/bin/true'),
  };
  expect(outcomes(tree, 'requires', 'db.service', 'myapp.service')).toEqual([
    'covered',
    'not-restarted',
    'down',
    'down',
    'not-restarted',
  ]);
  expect(outcomes(tree, 'part-of', 'db.service', 'myapp.service')[3]).toBe('covered');
});

test('a plan holds it; one that follows nothing has none', () => {
  expect(planFor(rhel, { relation: 'part-of' }).coverage[3]).toEqual({
    event: 'failed-start',
    commands: [],
    outcome: 'covered',
    text: 'docker.service is restarted all the same',
    why: [],
  });
  expect(planFor(withFirewall('firewalld.service')).coverage).toEqual([]);
});

describe('what others have written counts too', () => {
  const withDocker = (says: string, more: Tree = {}): Tree => ({
    ...rhel,
    '/etc/systemd/system/docker.service.d/10-by-hand.conf': `[Unit]\n${says}`,
    ...more,
  });

  test('Requires= beside the hook: a stop and a failed start leave docker down', () => {
    const tree = withDocker('Requires=iptables.service\nAfter=iptables.service\n');
    expect(outcomes(tree, 'hook', 'iptables.service')).toEqual([
      'covered',
      'covered',
      'down',
      'down',
      'lost',
    ]);
    expect(outcomes(tree, 'part-of', 'iptables.service')[3]).toBe('down');
  });

  test('a unit between the two passes on the stop, and the way is named', () => {
    const tree = withDocker('Requires=gate.service\nAfter=gate.service\n', {
      [`${LIB}/gate.service`]: `[Unit]\nRequires=iptables.service\nAfter=iptables.service\n${service('ExecStart=/bin/gate')}`,
    });
    const { coverage } = planFor({ [SYSTEMCTL]: '', ...tree }, { relation: 'hook' });
    expect(coverage.find(({ event }) => event === 'stop-start')).toMatchObject({
      outcome: 'down',
      why: [
        `gate.service: Requires=iptables.service (${LIB}/gate.service:2)`,
        'docker.service: Requires=gate.service (/etc/systemd/system/docker.service.d/10-by-hand.conf:2)',
      ],
    });
  });

  test('a firewall that wants docker brings it back', () => {
    const tree = {
      ...rhel,
      '/etc/systemd/system/iptables.service.wants/docker.service': link(`${LIB}/docker.service`),
    };
    expect(outcomes(tree, 'part-of', 'iptables.service')[2]).toBe('covered');
  });

  test('a requirement that is masked has systemd refuse the restart', () => {
    const tree = {
      ...rhel,
      '/etc/systemd/system/iptables.service.d/10.conf': '[Unit]\nRequires=gone.service\n',
      '/etc/systemd/system/gone.service': link('/dev/null'),
    };
    const { coverage } = planFor(tree, { relation: 'part-of' });
    expect(coverage[0]).toMatchObject({
      outcome: 'not-restarted',
      text: 'systemd refuses it: gone.service is masked',
    });
  });

  test('a firewall that is down already, since it was done at once, is stopped all the same, and takes docker down', () => {
    const tree = withFirewall('fw.service', {
      [`${LIB}/fw.service`]: '[Service]\nExecStart=/usr/sbin/iptables-restore /etc/rules\n',
    });
    expect(outcomes(tree, 'part-of', 'fw.service').slice(0, 3)).toEqual([
      'covered',
      'not-applicable',
      'down',
    ]);
  });
});
