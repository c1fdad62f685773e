import { afterAll } from '@jest/globals';
import { docker, firewall } from '../../helpers/docker.js';
import { link, removeTrees, type Tree } from '../../helpers/tree.js';
import { ETC, LIB } from '../plan-for.js';
import { box, testFinding } from './cases.js';

afterAll(removeTrees);

const follow = 'iptables.service';
const only: Tree = { [`${LIB}/docker.service`]: docker() };
const release = (text: string): Tree => ({ '/etc/os-release': text });
const persistent: Tree = {
  [`${LIB}/netfilter-persistent.service`]: firewall(),
  [`${ETC}/multi-user.target.wants/netfilter-persistent.service`]: link(
    `${LIB}/netfilter-persistent.service`,
  ),
};

testFinding('followed-missing', {
  'the unit exists': { tree: box(), follow, level: 'none' },
  'the unit does not exist': { tree: only, follow, level: 'refuse', says: 'docker.service would not start' },
  'also for a relation that starts nothing': {
    tree: only,
    follow,
    relation: 'part-of',
    level: 'refuse',
    says: 'nothing to follow',
  },
  'names what does its work here, and is in use': {
    tree: { ...only, ...persistent },
    follow,
    level: 'refuse',
    says: 'netfilter-persistent.service is in use: --follow netfilter-persistent.service',
  },
  'names the package on Debian': {
    tree: { ...only, ...release('ID=debian\n') },
    follow,
    level: 'refuse',
    says: 'install the package iptables-persistent, which brings netfilter-persistent.service',
  },
  'names the package on what is like Debian': {
    tree: { ...only, ...release('ID=mint\nID_LIKE="ubuntu debian"\n') },
    follow,
    level: 'refuse',
    says: 'iptables-persistent',
  },
  'names the package on CentOS, by the os-release of /usr': {
    tree: { ...only, '/usr/lib/os-release': 'ID="centos"\nID_LIKE="rhel fedora"\n' },
    follow,
    level: 'refuse',
    says: /install the package iptables-services$/m,
  },
  'names no package on a system that it does not know': {
    tree: { ...only, ...release('ID=void\n') },
    follow,
    level: 'refuse',
    says: 'name a unit that exists',
  },
});

testFinding('followed-masked', {
  'a link to /dev/null': {
    tree: { ...only, [`${ETC}/${follow}`]: link('/dev/null') },
    follow,
    level: 'refuse',
    says: `systemctl unmask ${follow}`,
  },
  'a file': { tree: box(), follow, level: 'none' },
  'an empty file is another code': { tree: { ...only, [`${ETC}/${follow}`]: '' }, follow, level: 'none' },
});

testFinding('followed-empty', {
  'an empty file masks, and cannot be unmasked': {
    tree: { ...only, [`${ETC}/${follow}`]: '' },
    follow,
    level: 'refuse',
    says: `${ETC}/${follow} is empty`,
  },
  'a file with one newline is no mask': {
    tree: { ...only, [`${ETC}/${follow}`]: '\n' },
    follow,
    level: 'none',
  },
});

testFinding('followed-broken', {
  'a bad header': {
    tree: { ...only, [`${LIB}/${follow}`]: '[Unit] # firewall\n' },
    follow,
    level: 'refuse',
    says: `fix it first: ${LIB}/${follow}:1`,
  },
  'no ExecStart=': { tree: { ...only, [`${LIB}/${follow}`]: '\n' }, follow, level: 'refuse' },
  'a good unit': { tree: box(), follow, level: 'none' },
});

testFinding('followed-linked', {
  'through /etc/alternatives to the file of another unit, as on Debian 11': {
    tree: {
      ...only,
      ...persistent,
      [`${LIB}/iptables.service`]: link('/etc/alternatives/iptables.service'),
      '/etc/alternatives/iptables.service': link(`${LIB}/netfilter-persistent.service`),
    },
    follow,
    level: 'refuse',
    says: '--follow netfilter-persistent.service',
  },
  'an alias inside the load path is the same unit': {
    tree: { ...only, ...persistent, [`${LIB}/iptables.service`]: link('netfilter-persistent.service') },
    follow,
    level: 'none',
  },
  'what systemctl link made of a file that no other unit has': {
    tree: { ...only, [`${ETC}/iptables.service`]: link('/opt/fw.service'), '/opt/fw.service': firewall() },
    follow,
    level: 'none',
  },
  'one file of /opt linked twice': {
    tree: {
      ...only,
      [`${ETC}/iptables.service`]: link('/opt/fw.service'),
      [`${ETC}/my-fw.service`]: link('/opt/fw.service'),
      '/opt/fw.service': firewall(),
    },
    follow,
    level: 'refuse',
    says: 'my-fw.service',
  },
});
