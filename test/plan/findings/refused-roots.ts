import { docker, enabled, firewall, systemctl } from '../../helpers/docker.js';
import { link, type Tree } from '../../helpers/tree.js';
import { ETC, LIB } from '../plan-for.js';
import { box } from './cases.js';
import { type Refused, WATCHES } from './refused-watches.js';

const follow = 'iptables.service';
const FIREWALL = `${LIB}/${follow}`;
const masked = (name: string): Tree => ({ [`${ETC}/${name}`]: link('/dev/null') });
const only: Tree = { [`${LIB}/docker.service`]: docker(), ...systemctl };
const override = (lines: string): Tree => ({
  [`${ETC}/docker.service.d/override.conf`]: `[Unit]\n${lines}\n`,
});
const whole = (more: Tree = {}): Tree => box({ ...systemctl, ...enabled('docker.service'), ...more });
const persistent = (lines = ''): Tree => ({
  [`${LIB}/netfilter-persistent.service`]: firewall(lines),
  ...enabled('netfilter-persistent.service'),
});
const oneshot = firewall().replace('RemainAfterExit=yes\n', '');
const firewalld: Tree = {
  [`${LIB}/firewalld.service`]: docker(`Conflicts=${follow}`),
  ...enabled('firewalld.service'),
};
const timer: Tree = {
  [`${LIB}/iptables.timer`]: '[Timer]\nOnCalendar=hourly\n',
  [`${ETC}/timers.target.wants/iptables.timer`]: link(`${LIB}/iptables.timer`),
};
/** What makes docker part of a unit that conflicts with the firewall: then PartOf= is refused too. */
const tied = override('PartOf=firewalld.service');

/** Every code that may be refused, in roots in which its usual way out is open, and in some in which it is not. */
export const ROOTS: Readonly<Record<string, Readonly<Record<string, Refused>>>> = {
  'cannot-start': {
    'a masked requirement': {
      tree: whole({ ...override('Requires=a.service'), ...masked('a.service') }),
      names: null,
    },
  },
  'followed-missing': {
    'another candidate is in use': {
      tree: { ...only, ...persistent() },
      follow,
      names: '--follow netfilter-persistent.service',
    },
    'the other candidate requires what does not exist': {
      tree: { ...only, ...persistent('Requires=ufw.service') },
      follow,
      names: null,
    },
    'the refused unit is the only candidate: it requires what does not exist': {
      tree: { ...only, ...persistent('Requires=ufw.service') },
      follow: 'netfilter-persistent.service',
      names: null,
    },
    'what it requires is missing, and another one is in use': {
      tree: whole({ [FIREWALL]: firewall('Requires=x.service'), ...persistent() }),
      follow,
      names: '--follow netfilter-persistent.service',
    },
  },
  'followed-masked': {
    itself: { tree: whole(masked(follow)), follow, names: null },
    'what it requires': {
      tree: whole({ [FIREWALL]: firewall('Requires=x.service'), ...masked('x.service') }),
      names: null,
    },
  },
  'followed-empty': {
    itself: { tree: whole({ [`${ETC}/${follow}`]: '' }), follow, names: null },
    'what it requires': {
      tree: whole({ [FIREWALL]: firewall('Requires=x.service'), [`${ETC}/x.service`]: '' }),
      names: null,
    },
  },
  'followed-broken': {
    itself: { tree: whole({ [FIREWALL]: '[Service]\nType=simple\n' }), follow, names: null },
    'what it requires': {
      tree: whole({ [FIREWALL]: firewall('Requires=x.service'), [`${LIB}/x.service`]: '[Unit] # x\n' }),
      names: null,
    },
  },
  'followed-linked': {
    'the real one is in use': {
      tree: { ...only, ...persistent(), ...linkedOut() },
      follow,
      names: '--follow netfilter-persistent.service',
    },
    'the real one is refused too': {
      tree: {
        ...only,
        ...persistent(),
        ...linkedOut(),
        [`${ETC}/netfilter-persistent.service.d/late.conf`]: '[Unit]\nAfter=docker.service\n',
      },
      follow,
      names: null,
    },
  },
  'followed-disabled': {
    'PartOf= starts nothing': {
      tree: { ...only, [FIREWALL]: firewall() },
      follow,
      names: '--relation part-of',
    },
    'a plain start of it restarts nothing by PartOf=': {
      tree: { ...only, [FIREWALL]: oneshot },
      follow,
      names: '--relation hook',
    },
    'the same, but a hook needs systemctl': {
      tree: { [`${LIB}/docker.service`]: docker(), [FIREWALL]: oneshot },
      follow,
      names: '--relation part-of',
    },
  },
  'followed-not-staying': {
    'a hook restarts docker after each run': {
      tree: whole({ [FIREWALL]: oneshot }),
      names: '--relation hook',
    },
    'a timer runs it, and a hook would restart docker each time': {
      tree: whole({ [FIREWALL]: oneshot, ...timer }),
      names: null,
    },
    'a hook needs systemctl': { tree: box({ [FIREWALL]: oneshot }), names: null },
  },
  'followed-asserts': {
    'PartOf= starts nothing': {
      tree: whole({ [FIREWALL]: firewall('AssertPathExists=/gone') }),
      names: '--relation part-of',
    },
  },
  'rival-firewall': {
    'PartOf= starts nothing': { tree: whole(firewalld), names: '--relation part-of' },
    'a plain start of it restarts nothing by PartOf=': {
      tree: whole({ ...firewalld, [FIREWALL]: oneshot }),
      names: '--relation hook',
    },
  },
  'two-firewalls': {
    'the other one can be followed': {
      tree: whole({ ...firewalld, ...tied, [`${ETC}/multi-user.target.wants/${follow}`]: link('/dev/null') }),
      follow,
      relation: 'part-of',
      names: '--follow firewalld.service',
    },
    'the other one is not there': {
      tree: whole({ ...override('PartOf=gone.service'), [FIREWALL]: firewall('Conflicts=gone.service') }),
      relation: 'part-of',
      names: null,
    },
  },
  'ordering-cycle': {
    'rules that are loaded after docker': {
      tree: whole({ [FIREWALL]: firewall('After=docker.service') }),
      names: `${follow} --follow docker.service`,
    },
    'a firewall that flushes': {
      tree: whole({
        [FIREWALL]: firewall('After=docker.service').replace(
          '/usr/sbin/fw',
          '/sbin/iptables-restore /etc/rules',
        ),
      }),
      names: null,
    },
    'through a third unit': {
      tree: whole({
        [`${LIB}/x.service`]: firewall('After=docker.service\nBefore=iptables.service'),
        ...enabled('x.service'),
      }),
      names: null,
    },
  },
  'restart-loop': {
    'the firewall restarts docker': {
      tree: whole({
        [FIREWALL]: `${oneshot}[Service]\nExecStartPost=/usr/bin/systemctl restart docker.service\n`,
      }),
      names: null,
    },
  },
  'hook-cancels-stop': {
    'docker wants its firewall': {
      tree: whole(override(`Wants=${follow}`)),
      relation: 'hook',
      names: '--relation requires',
    },
  },
  'asks-docker': {
    'a line of the start asks, and docker has a socket': {
      tree: whole({
        [`${LIB}/docker.service`]: docker('Requires=docker.socket'),
        [`${LIB}/docker.socket`]: '[Socket]\nListenStream=/run/docker.sock\n',
        [`${ETC}/${follow}.d/x.conf`]: '[Service]\nExecStartPost=/usr/bin/docker ps\n',
      }),
      names: null,
    },
  },
  'hook-on-timer': {
    'PartOf= follows no start': {
      tree: whole({ [FIREWALL]: oneshot, ...timer }),
      relation: 'hook',
      names: '--relation part-of',
    },
  },
  'loads-too-late': {
    'a service without a type': {
      tree: whole({ [FIREWALL]: '[Service]\nExecStart=/sbin/iptables-restore /etc/rules\n' }),
      names: null,
    },
  },
  'no-systemctl': { 'a hook without systemctl': { tree: box(), relation: 'hook', names: null } },
  'name-taken': {
    'a file of somebody else': {
      tree: whole({ [`${ETC}/docker.service.d/50-follow-firewall.conf`]: '[Unit]\n' }),
      names: null,
    },
  },
  'read-only-tree': {
    'a farm of links in the store': {
      tree: whole({ [`${ETC}/docker.service.d`]: link('/nix/store/x'), '/nix/store/x/a.conf': '[Unit]\n' }),
      names: null,
    },
  },
  shadowed: {
    'a stronger directory has the name': {
      tree: whole({
        '/etc/systemd/system.control/docker.service.d/50-follow-firewall.conf': '[Unit]\nDescription=x\n',
      }),
      names: null,
    },
  },
  ...WATCHES,
  'hook-needs-service': {
    'a target': {
      tree: whole({ [`${LIB}/x.target`]: '[Unit]\n' }),
      follow: 'x.target',
      relation: 'hook',
      names: '--relation part-of',
    },
  },
};

/** As on Debian 11: iptables.service is an alternative that leads to the file of another unit. */
function linkedOut(): Tree {
  return {
    [FIREWALL]: link('/etc/alternatives/iptables.service'),
    '/etc/alternatives/iptables.service': link(`${LIB}/netfilter-persistent.service`),
  };
}
