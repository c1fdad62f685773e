import { afterAll } from '@jest/globals';
import { docker, enabled, firewall } from '../../helpers/docker.js';
import { removeTrees, type Tree } from '../../helpers/tree.js';
import { ETC, LIB } from '../plan-for.js';
import { box, testFinding } from './cases.js';

afterAll(removeTrees);

const follow = 'iptables.service';
const rival = (lines = 'Conflicts=iptables.service'): Tree => ({
  [`${LIB}/firewalld.service`]: firewall(lines),
});

testFinding('rival-firewall', {
  'an enabled firewalld conflicts': {
    tree: box({ ...rival(), ...enabled('firewalld.service') }),
    level: 'refuse',
    says: /conflicts with iptables\.service \(.*firewalld\.service:2\)[^]*part-of/,
  },
  'the followed one says so': {
    tree: box({
      ...rival(''),
      ...enabled('firewalld.service'),
      [`${LIB}/${follow}`]: firewall('Conflicts=firewalld.service'),
    }),
    level: 'refuse',
    says: `${LIB}/${follow}:2`,
  },
  'it is not enabled': { tree: box(rival()), level: 'none' },
  'it is not enabled, but active': {
    tree: box(rival()),
    facts: { isActive: (unit) => unit === 'firewalld.service', activeUnits: () => ['firewalld.service'] },
    level: 'refuse',
  },
  'it is enabled, and does not conflict': {
    tree: box({ ...rival(''), ...enabled('firewalld.service') }),
    level: 'none',
  },
  'it conflicts with another one': {
    tree: box({ ...rival('Conflicts=ebtables.service'), ...enabled('firewalld.service') }),
    level: 'none',
  },
  'PartOf= starts nothing': {
    tree: box({ ...rival(), ...enabled('firewalld.service') }),
    relation: 'part-of',
    level: 'none',
  },
  'firewalld and nftables both enabled': {
    tree: {
      [`${LIB}/docker.service`]: docker(),
      [`${LIB}/nftables.service`]: firewall(),
      ...enabled('nftables.service'),
      ...rival('Conflicts=iptables.service nftables.service'),
      ...enabled('firewalld.service'),
    },
    level: 'refuse',
    says: 'systemctl disable --now firewalld.service',
  },
  'shutdown is no rival': {
    tree: box({ [`${LIB}/${follow}`]: firewall('Conflicts=shutdown.target\nBefore=shutdown.target') }),
    level: 'none',
  },
});

const tiedTo = (line: string): Tree => ({ [`${ETC}/docker.service.d/10-old.conf`]: `[Unit]\n${line}\n` });

testFinding('two-firewalls', {
  'an earlier drop-in ties docker to a rival': {
    tree: box({ ...rival(), ...tiedTo('PartOf=firewalld.service') }),
    level: 'refuse',
    says: /PartOf= in .*10-old\.conf:2/,
  },
  'for PartOf= too': {
    tree: box({ ...rival(), ...tiedTo('Requires=firewalld.service') }),
    relation: 'part-of',
    level: 'refuse',
  },
  'the rival does not exist, but the followed one names it': {
    tree: box({
      [`${LIB}/${follow}`]: firewall('Conflicts=firewalld.service'),
      ...tiedTo('PartOf=firewalld.service'),
    }),
    level: 'refuse',
  },
  'the two do not conflict': {
    tree: box({ ...rival(''), ...tiedTo('PartOf=firewalld.service') }),
    level: 'none',
  },
  'an order ties to nothing': {
    tree: box({ ...rival(), ...tiedTo('After=firewalld.service') }),
    level: 'none',
  },
});
