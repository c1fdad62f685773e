import { afterAll } from '@jest/globals';
import { firewall } from '../../helpers/docker.js';
import { removeTrees } from '../../helpers/tree.js';
import { ETC, LIB } from '../plan-for.js';
import { box, testFinding } from './cases.js';

afterAll(removeTrees);

const onFirewall = (line: string) => box({ [`${ETC}/iptables.service.d/x.conf`]: `[Service]\n${line}\n` });
const onDocker = (line: string) => box({ [`${ETC}/docker.service.d/x.conf`]: `[Service]\n${line}\n` });

testFinding('restart-loop', {
  'the firewall restarts docker': {
    tree: onFirewall('ExecStartPost=-/usr/bin/systemctl --no-block try-restart docker.service'),
    level: 'refuse',
    says: `ExecStartPost= of iptables.service (${ETC}/iptables.service.d/x.conf:2)`,
  },
  'docker restarts the firewall': {
    tree: onDocker('ExecStartPre=/bin/systemctl restart iptables'),
    level: 'refuse',
  },
  'for PartOf= too': {
    tree: onFirewall('ExecStartPost=/usr/bin/systemctl restart docker'),
    relation: 'part-of',
    level: 'refuse',
  },
  'the line was reset': {
    tree: box({
      [`${LIB}/iptables.service`]: `${firewall()}\n[Service]\nExecStartPost=/bin/systemctl restart docker\n`,
      [`${ETC}/iptables.service.d/x.conf`]: '[Service]\nExecStartPost=\n',
    }),
    level: 'none',
  },
  'it restarts something else': {
    tree: onFirewall('ExecStartPost=/bin/systemctl restart fail2ban'),
    level: 'none',
  },
  'no command at all': { tree: box(), level: 'none' },
});
