import { afterAll, expect, test } from '@jest/globals';
import { docker, enabled, firewall, OURS, systemctl } from '../../helpers/docker.js';
import { addTo, link, makeRoot, removeTrees, type Tree } from '../../helpers/tree.js';
import { apply, ETC, found, LIB, planFor, refusals } from '../plan-for.js';
import { box, testFinding } from './cases.js';

afterAll(removeTrees);

const OVERRIDE = `${ETC}/docker.service.d/override.conf`;
const requires = (line: string, more: Tree = {}): Tree =>
  box({ ...systemctl, [OVERRIDE]: `[Unit]\n${line}\n`, ...more });
const masked = (name: string): Tree => ({ [`${ETC}/${name}`]: link('/dev/null') });
const service = (lines = ''): string => `[Unit]\n${lines}\n[Service]\nExecStart=/bin/x\n`;
const live = {};

testFinding('cannot-start', {
  'docker requires a unit that is masked': {
    tree: requires('Requires=firewalld.service', masked('firewalld.service')),
    level: 'refuse',
    says: `docker.service requires firewalld.service (${OVERRIDE}:2), which is masked by ${ETC}/firewalld.service, so docker.service cannot start, and while docker.service runs, a restart of iptables.service would fail too and load no rules`,
  },
  'PartOf= brings docker into the restart of the firewall as well': {
    tree: requires('Requires=firewalld.service', masked('firewalld.service')),
    relation: 'part-of',
    level: 'refuse',
    says: 'a restart of iptables.service would fail too',
  },
  'with a hook the firewall restarts, and docker does not': {
    tree: requires('Requires=firewalld.service', masked('firewalld.service')),
    relation: 'hook',
    level: 'refuse',
    says: 'a restart of iptables.service would not restart it',
  },
  'it stays masked where it is active': {
    tree: requires('Requires=firewalld.service', masked('firewalld.service')),
    facts: { isActive: () => true },
    level: 'refuse',
    says: /sudo systemctl unmask firewalld\.service, or take firewalld\.service out of \S+override\.conf:2/,
  },
  'an empty file masks as well': {
    tree: requires('BindsTo=firewalld.service', { [`${ETC}/firewalld.service`]: '' }),
    level: 'refuse',
    says: `remove the empty file ${ETC}/firewalld.service`,
  },
  'Requisite= is verified, which fails too': {
    tree: requires('Requisite=firewalld.service', masked('firewalld.service')),
    level: 'refuse',
  },
  'it is only wanted': {
    tree: requires('Wants=firewalld.service', masked('firewalld.service')),
    level: 'none',
  },
  'a link in the .requires directory asks for it': {
    tree: requires('', {
      ...masked('x.service'),
      [`${ETC}/docker.service.requires/x.service`]: link('/nowhere/x.service'),
    }),
    level: 'refuse',
    says: `remove the link ${ETC}/docker.service.requires/x.service`,
  },
  'the socket of the package is masked': {
    tree: box({ [`${LIB}/docker.service`]: docker('Requires=docker.socket'), ...masked('docker.socket') }),
    level: 'refuse',
    says: /unmask docker\.socket, or take docker\.socket out of \S+ in a copy: sudo systemctl edit --full docker\.service/,
  },
  'through a unit that docker requires': {
    tree: requires('Requires=a.service', {
      [`${ETC}/a.service`]: service('Requires=b.service'),
      ...masked('b.service'),
    }),
    level: 'refuse',
    says: `docker.service requires a.service (${OVERRIDE}:2), which requires b.service (${ETC}/a.service:2), which is masked`,
  },
  'through a unit that docker only wants': {
    tree: requires('Wants=a.service', {
      [`${ETC}/a.service`]: service('Requires=b.service'),
      ...masked('b.service'),
    }),
    level: 'none',
  },
  'it requires a unit that systemd cannot load': {
    tree: requires('Requires=a.service', { [`${ETC}/a.service`]: '[Service]\nType=simple\nUser=x\n' }),
    level: 'refuse',
    says: `mend ${ETC}/a.service`,
  },
  'it requires a unit that does not exist on the running system': {
    tree: requires('Requires=firewalld.service'),
    facts: live,
    level: 'refuse',
    says: `docker.service requires firewalld.service (${OVERRIDE}:2), which does not exist here`,
  },
  'in an image a package or a generator may bring it': {
    tree: requires('Requires=firewalld.service'),
    level: 'warn',
    says: 'unless something brings it, docker.service cannot start',
  },
  'it requires a mount that nothing mounts': {
    tree: requires('Requires=mnt-data.mount'),
    facts: live,
    level: 'refuse',
  },
  'it requires a mount that somebody mounted by hand: that one needs no file': {
    tree: requires('Requires=mnt-data.mount'),
    facts: { isActive: (unit) => unit === 'mnt-data.mount' },
    level: 'none',
  },
  'it requires units that need no file at all': {
    tree: requires('Requires=dev-sda.device x.slice y.scope'),
    facts: live,
    level: 'none',
  },
  'the unit exists': {
    tree: requires('Requires=a.service', { [`${ETC}/a.service`]: service() }),
    facts: live,
    level: 'none',
  },
  'what the followed unit requires has a code of its own': {
    tree: box({ [`${LIB}/iptables.service`]: firewall('Requires=a.service'), ...masked('a.service') }),
    level: 'none',
  },
  'and so has the followed unit itself': {
    tree: { ...requires('Requires=iptables.service'), ...masked('iptables.service') },
    follow: 'iptables.service',
    level: 'none',
  },
});

test('what only our own drop-in asks for does not count: the plan replaces it', () => {
  const root = makeRoot(box());
  apply(root, planFor(root));
  addTo(root, {
    [`${ETC}/iptables.service`]: link('/dev/null'),
    [`${LIB}/nftables.service`]: firewall(),
    ...enabled('nftables.service'),
  });
  const plan = planFor(root);
  expect(refusals(plan)).toEqual([]);
  expect(plan.changes).toMatchObject([{ path: OURS, action: 'modify' }]);
});

test('an image is named in the command that unmasks', () => {
  const root = makeRoot(requires('Requires=a.service', masked('a.service')));
  expect(found(planFor(root), 'cannot-start')[0]?.hint).toContain(
    `sudo systemctl --root=${root} unmask a.service`,
  );
});

test('it can be forced by name', () => {
  const plan = planFor(requires('Requires=a.service', masked('a.service')), { force: ['cannot-start'] });
  expect(refusals(plan)).toEqual([]);
  expect(plan.changed).toBe(true);
});
