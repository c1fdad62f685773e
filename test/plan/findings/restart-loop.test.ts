import { afterAll } from '@jest/globals';
import { firewall, withFirewall } from '../../helpers/docker.js';
import { removeTrees, type Tree } from '../../helpers/tree.js';
import { ETC, LIB } from '../plan-for.js';
import { box, testFinding } from './cases.js';
import { persistent, service } from './firewalls.js';

afterAll(removeTrees);

const onFirewall = (line: string) => box({ [`${ETC}/iptables.service.d/x.conf`]: `[Service]\n${line}\n` });
const onDocker = (line: string) => box({ [`${ETC}/docker.service.d/x.conf`]: `[Service]\n${line}\n` });

const script = (line: string) =>
  box({
    [`${ETC}/iptables.service.d/x.conf`]: '[Service]\nExecStartPost=/etc/fw.sh\n',
    '/etc/fw.sh': `#!/bin/bash\niptables -F\n${line}\n`,
  });
/** docker.service with a line, beside a firewall that can be reloaded. */
const onReloadable = (line: string) => ({
  ...onDocker(line),
  [`${ETC}/iptables.service.d/y.conf`]: '[Service]\nExecReload=/usr/sbin/fw reload\n',
});

const RESTARTS = '#!/bin/sh\nsystemctl restart docker\n';

const csf = (path: string, more: Tree = {}): Tree => ({
  ...withFirewall('csf.service'),
  [`${LIB}/csf.service`]: service('ExecStart=/usr/sbin/csf --initup', 'ExecStop=/usr/sbin/csf --stop'),
  [path]: RESTARTS,
  ...more,
});

const ferm = (text: string): Tree => ({
  ...withFirewall('ferm.service'),
  [`${LIB}/ferm.service`]: service('ExecStart=/usr/sbin/ferm $OPTIONS /etc/ferm/ferm.conf'),
  '/etc/ferm/ferm.conf': text,
});

testFinding('restart-loop', {
  'the firewall restarts docker and waits': {
    tree: onFirewall('ExecStartPost=-/usr/bin/systemctl try-restart docker.service'),
    level: 'refuse',
    says: `ExecStartPost= of iptables.service (${ETC}/iptables.service.d/x.conf:2)`,
  },
  'it does not wait': {
    tree: onFirewall('ExecStartPost=-/usr/bin/systemctl --no-block try-restart docker.service'),
    level: 'none',
  },
  'it does not wait, said behind the verb': {
    tree: onFirewall('ExecStartPost=/usr/bin/systemctl restart --no-block docker'),
    level: 'none',
  },
  // Measured on 257: docker's reload joins its start, which waits for the firewall.
  'it reloads docker and waits': {
    tree: onFirewall('ExecStartPost=/usr/bin/systemctl reload docker'),
    level: 'refuse',
  },
  'docker restarts the firewall': {
    tree: onDocker('ExecStartPre=/bin/systemctl restart iptables'),
    level: 'refuse',
  },
  'docker restarts the firewall and does not wait': {
    tree: onDocker('ExecStartPre=/bin/systemctl --no-block restart iptables'),
    level: 'refuse',
  },
  'an escape hides the name': {
    tree: onFirewall('ExecStartPost=/bin/systemctl restart \\x64ocker'),
    level: 'refuse',
  },
  'for PartOf= too': {
    tree: onFirewall('ExecStartPost=/usr/bin/systemctl restart docker'),
    relation: 'part-of',
    level: 'refuse',
  },
  'a script of the firewall restarts docker and waits': {
    tree: script('systemctl restart docker'),
    level: 'refuse',
    says: '/etc/fw.sh:3',
  },
  'the same in the background': { tree: script('(sleep 2; systemctl restart docker) &'), level: 'none' },
  'the same as a comment': { tree: script('# systemctl restart docker'), level: 'none' },
  'a sentence is no command': {
    tree: onFirewall('ExecStartPost=/usr/bin/logger "service docker restart done"'),
    level: 'none',
  },
  'what is printed is none either': {
    tree: onFirewall('ExecStartPost=/bin/echo systemctl restart docker'),
    level: 'none',
  },
  'docker reloads the firewall': {
    tree: onReloadable('ExecStartPre=/bin/systemctl reload iptables'),
    level: 'none',
  },
  'docker reloads the firewall, or restarts it if it cannot': {
    tree: onReloadable('ExecStartPre=/bin/systemctl reload-or-restart iptables'),
    level: 'none',
  },
  'and it cannot': {
    tree: onDocker('ExecStartPre=/bin/systemctl reload-or-restart iptables'),
    level: 'refuse',
  },
  // Measured on 257: the reload joins the restart of the firewall, which waits for docker's stop.
  'docker reloads the firewall while it stops': {
    tree: onReloadable('ExecStopPost=/bin/systemctl reload iptables'),
    level: 'refuse',
  },
  'docker starts the firewall': {
    tree: onDocker('ExecStartPre=/bin/systemctl start iptables'),
    level: 'none',
  },
  'docker starts the firewall while it stops': {
    tree: onDocker('ExecStopPost=/bin/systemctl start iptables'),
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
  'a script that csf runs after its rules': {
    tree: csf('/etc/csf/csfpost.sh'),
    level: 'refuse',
    says: '/etc/csf/csfpost.sh:2',
  },
  'the one that csf prefers': {
    tree: csf('/usr/local/csf/bin/csfpost.sh', { '/etc/csf/csfpost.sh': '#!/bin/sh\n' }),
    level: 'refuse',
    says: '/usr/local/csf/bin/csfpost.sh:2',
  },
  'not the other one': {
    tree: csf('/etc/csf/csfpost.sh', { '/usr/local/csf/bin/csfpost.sh': '#!/bin/sh\n' }),
    level: 'none',
  },
  'a plugin of netfilter-persistent': {
    tree: persistent({
      '/usr/share/netfilter-persistent/plugins.d/50-docker':
        '#!/bin/sh\ncase "$1" in start) systemctl restart docker ;; esac\n',
    }),
    level: 'refuse',
    says: 'plugins.d/50-docker:2',
  },
  'a plugin in another language': {
    tree: persistent({
      '/usr/share/netfilter-persistent/plugins.d/50-docker': '#!/usr/bin/perl\nsystemctl restart docker\n',
    }),
    level: 'none',
  },
  'a plugin with a name that run-parts does not take': {
    tree: persistent({ '/usr/share/netfilter-persistent/plugins.d/50-docker.bak': RESTARTS }),
    level: 'none',
  },
  'a hook of ferm': {
    tree: ferm('table filter chain INPUT policy DROP;\n@hook post "/bin/systemctl restart docker";\n'),
    level: 'refuse',
    says: '/etc/ferm/ferm.conf:2',
  },
  'a hook of ferm that does not wait': {
    tree: ferm('@hook post "systemctl --no-block try-restart docker";\n'),
    level: 'none',
  },
});
