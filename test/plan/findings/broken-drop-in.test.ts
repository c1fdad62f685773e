import { afterAll } from '@jest/globals';
import { directory, link, removeTrees } from '../../helpers/tree.js';
import { ETC, LIB } from '../plan-for.js';
import { box, type Case, testFinding } from './cases.js';

afterAll(removeTrees);

const SAYS = '# ours\n[Unit]\nAfter=iptables.service\n';
const at = (path: string, level: 'warn' | 'none', says?: Case['says'], text = SAYS): Case => ({
  tree: box({ [path]: text }),
  facts: {},
  level,
  ...(says === undefined ? {} : { says }),
});

testFinding('misplaced-drop-in', {
  'no .conf': at(
    `${ETC}/docker.service.d/override`,
    'warn',
    /^\/etc\/systemd\/system\/docker\.service\.d\/override is not read[^]*sudo mv \S+\/override \S+\/override\.conf && sudo systemctl daemon-reload/,
  ),
  'another suffix': at(`${ETC}/docker.service.d/a.cfg`, 'warn', `${ETC}/docker.service.d/a.conf`),
  'in capitals': at(`${ETC}/docker.service.d/a.CONF`, 'warn'),
  'of a package': at(`${LIB}/docker.service.d/a`, 'warn'),
  'of the followed unit': at(`${ETC}/iptables.service.d/override`, 'warn', 'so iptables.service has none'),
  'docker.d': at(`${ETC}/docker.d/a.conf`, 'warn', `it has to be in ${ETC}/docker.service.d`),
  'docker.service.conf.d': at(`${ETC}/docker.service.conf.d/a.conf`, 'warn', 'sudo mkdir -p'),
  'docker.conf.d, and no .conf': at(`${ETC}/docker.conf.d/a`, 'warn', `${ETC}/docker.service.d/a.conf`),
  'a directory too high': at('/etc/systemd/docker.service.d/a.conf', 'warn'),
  'the right name is in use': {
    tree: box({ [`${ETC}/docker.d/a.conf`]: SAYS, [`${ETC}/docker.service.d/a.conf`]: '[Unit]\n' }),
    level: 'warn',
    says: `put what it sets into ${ETC}/docker.service.d/a.conf`,
  },

  'in an image nothing is pasted': {
    tree: box({ [`${ETC}/docker.service.d/override`]: SAYS }),
    level: 'warn',
    says: `move it to ${ETC}/docker.service.d/override.conf`,
  },

  'a drop-in that is read': at(`${ETC}/docker.service.d/a.conf`, 'none'),
  'one that is turned off': at(`${ETC}/docker.service.d/a.conf.disabled`, 'none'),
  'a copy': at(`${ETC}/docker.service.d/a.conf.bak`, 'none'),
  'a copy of an editor': at(`${ETC}/docker.service.d/override~`, 'none'),
  'what a package manager left': at(`${ETC}/docker.service.d/a.conf.rpmsave`, 'none'),
  'a hidden file': at(`${ETC}/docker.service.d/.override`, 'none'),
  'a README': at(`${ETC}/docker.service.d/README`, 'none', undefined, 'Put A=b under [Unit].\n'),
  'a file that says nothing': at(`${ETC}/docker.service.d/override`, 'none', undefined, '[Unit]\n#A=b\n'),
  'a directory': { tree: box({ [`${ETC}/docker.service.d/override`]: directory }), level: 'none' },
  'a link to nowhere': { tree: box({ [`${ETC}/docker.service.d/a`]: link('/gone') }), level: 'none' },
  'the directory of another unit': at(`${ETC}/other.service.d/override`, 'none'),
  'of a user': at('/etc/systemd/user/docker.service.d/a.conf', 'none'),
  'what holds for all services': {
    ...at(`${ETC}/service.d/a.conf`, 'none'),
    name: 'service.service',
    follow: 'iptables.service',
    tree: box({
      [`${LIB}/service.service`]: '[Service]\nExecStart=/bin/a\n',
      [`${ETC}/service.d/a.conf`]: SAYS,
    }),
  },
});
