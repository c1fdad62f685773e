import { afterAll } from '@jest/globals';
import { docker, firewall } from '../../helpers/docker.js';
import { link, removeTrees, type Tree } from '../../helpers/tree.js';
import { ETC, LIB } from '../plan-for.js';
import { box, testFinding } from './cases.js';

afterAll(removeTrees);

const follow = 'iptables.service';
const idle: Tree = { [`${LIB}/docker.service`]: docker(), [`${LIB}/${follow}`]: firewall() };
const oneshot = (more = ''): string => `[Service]\nType=oneshot\nExecStart=/usr/sbin/fw\n${more}`;

testFinding('followed-disabled', {
  'nothing starts it in this root': {
    tree: idle,
    follow,
    level: 'refuse',
    says: /not enabled \(only the running system knows.*starting docker\.service would start it[^]*systemctl enable iptables/,
  },
  'it has no [Install] section, so enabling it would do nothing': {
    tree: { ...idle, [`${LIB}/${follow}`]: oneshot('RemainAfterExit=yes\n') },
    follow,
    level: 'refuse',
    says: 'give it an [Install] section with WantedBy=multi-user.target, and enable it: systemctl enable iptables.service',
  },
  'on a running system it is not active either': {
    tree: idle,
    follow,
    facts: {},
    level: 'refuse',
    says: 'neither enabled nor active',
  },
  'it is active, although not enabled': {
    tree: idle,
    follow,
    facts: { isActive: (unit) => unit === follow },
    level: 'none',
  },
  'it is enabled': { tree: box(), follow, level: 'none' },
  'PartOf= does not start it': { tree: idle, follow, relation: 'part-of', level: 'none' },
  'it is enabled by an alias': {
    tree: {
      ...idle,
      [`${LIB}/fw.service`]: link(follow),
      [`${ETC}/multi-user.target.wants/fw.service`]: link(`${LIB}/fw.service`),
    },
    follow,
    level: 'none',
  },
  'it is static, and an enabled unit requires it': {
    tree: {
      ...idle,
      [`${LIB}/net.service`]: `[Unit]\nRequires=${follow}\n[Service]\nExecStart=/bin/net\n`,
      [`${ETC}/multi-user.target.wants/net.service`]: link(`${LIB}/net.service`),
    },
    follow,
    level: 'none',
  },
  'its link is masked': {
    tree: { ...idle, [`${ETC}/multi-user.target.wants/${follow}`]: link('/dev/null') },
    follow,
    level: 'refuse',
  },
  'docker starts it already, by a drop-in of somebody else': {
    tree: { ...idle, [`${ETC}/docker.service.d/10.conf`]: `[Unit]\nWants=${follow}\n` },
    follow,
    level: 'none',
  },
  'a mount comes with the file systems': {
    tree: { ...idle, [`${LIB}/srv.mount`]: '[Mount]\nWhat=/dev/sda1\nWhere=/srv\n' },
    follow: 'srv.mount',
    level: 'none',
  },
});

testFinding('followed-not-staying', {
  'a oneshot that does not remain': {
    tree: box({ [`${LIB}/${follow}`]: oneshot() }),
    follow,
    level: 'refuse',
  },
  'a oneshot that remains': {
    tree: box({ [`${LIB}/${follow}`]: oneshot('RemainAfterExit=yes\n') }),
    follow,
    level: 'none',
  },
  'made to remain by a drop-in': {
    tree: box({
      [`${LIB}/${follow}`]: oneshot(),
      [`${ETC}/${follow}.d/stay.conf`]: '[Service]\nRemainAfterExit=1\n',
    }),
    follow,
    level: 'none',
  },
  'a daemon': {
    tree: box({ [`${LIB}/${follow}`]: '[Service]\nExecStart=/usr/sbin/fwd\n' }),
    follow,
    level: 'none',
  },
  'PartOf= does not start it': {
    tree: box({ [`${LIB}/${follow}`]: oneshot() }),
    follow,
    relation: 'part-of',
    level: 'none',
  },
});

const asserting = (line: string, more: Tree = {}): Tree =>
  box({ [`${LIB}/${follow}`]: firewall(line), ...more });
const rules: Tree = { '/etc/sysconfig/iptables': '*filter\nCOMMIT\n' };

testFinding('followed-asserts', {
  'no assert': { tree: box(), follow, level: 'none' },
  'a condition only skips the start': {
    tree: asserting('ConditionPathExists=/nowhere'),
    follow,
    level: 'none',
  },
  'a path that is missing': {
    tree: asserting('AssertPathExists=/etc/sysconfig/iptables'),
    follow,
    level: 'refuse',
    says: `AssertPathExists=/etc/sysconfig/iptables (${LIB}/${follow}:2) does not hold here`,
  },
  'a path that is missing, and nothing is started': {
    tree: asserting('AssertPathExists=/etc/sysconfig/iptables'),
    follow,
    relation: 'part-of',
    level: 'warn',
  },
  'a path that is there': {
    tree: asserting('AssertPathExists=/etc/sysconfig/iptables', rules),
    follow,
    level: 'warn',
    says: 'as it does now',
  },
  'turned round, a path that is there': {
    tree: asserting('AssertPathExists=!/etc/sysconfig/iptables', rules),
    follow,
    level: 'refuse',
  },
  'one of two alternatives is enough': {
    tree: asserting('AssertPathExists=|/etc/sysconfig/iptables\nAssertPathExists=|/nowhere', rules),
    follow,
    level: 'warn',
  },
  'none of two alternatives holds': {
    tree: asserting('AssertPathExists=|/a\nAssertPathExists=|/b'),
    follow,
    level: 'refuse',
  },
  'reset by a drop-in': {
    tree: asserting('AssertPathExists=/nowhere', {
      [`${ETC}/${follow}.d/free.conf`]: '[Unit]\nAssertPathExists=\n',
    }),
    follow,
    level: 'none',
  },
  'a file that is empty': {
    tree: asserting('AssertFileNotEmpty=/etc/sysconfig/iptables', { '/etc/sysconfig/iptables': '' }),
    follow,
    level: 'refuse',
  },
  'a state that the files do not show': {
    tree: asserting('AssertKernelCommandLine=nofirewall'),
    follow,
    level: 'warn',
    says: 'which the files alone do not show',
  },
});
