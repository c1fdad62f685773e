import { enabled, systemctl, watchTools } from '../../helpers/docker.js';
import { directory, type Tree } from '../../helpers/tree.js';
import type { Asked } from '../plan-for.js';
import { box } from './cases.js';

/** A root in which a plan is refused. */
export interface Refused extends Asked {
  readonly tree: Tree;
  /** an option that one of the hints has to name here; null if it would lead into a refusal */
  readonly names: string | null;
}

const follow = 'iptables.service';
const whole = (more: Tree): Tree =>
  box({ ...systemctl, ...watchTools, ...enabled('docker.service'), ...more });

/** The codes that refuse a watch. */
export const WATCHES: Readonly<Record<string, Readonly<Record<string, Refused>>>> = {
  'watch-needs-tools': {
    'no docker client': {
      tree: whole({ '/usr/bin/docker': directory }),
      relation: 'watch',
      names: '--relation hook',
    },
    Alpine: {
      tree: whole({ '/etc/os-release': 'ID=alpine\n' }),
      relation: 'watch',
      names: '--relation hook',
    },
  },
  'watch-needs-iptables': {
    'no rules at all': {
      tree: whole({ '/etc/docker/daemon.json': '{"iptables": false}' }),
      relation: 'watch',
      follow,
      names: null,
    },
    'tables of nftables': {
      tree: whole({ '/etc/docker/daemon.json': '{"firewall-backend": "nftables"}' }),
      relation: 'watch',
      follow,
      names: '--relation hook',
    },
  },
  'watch-swarm': {
    'a node of a swarm': {
      tree: whole({ '/var/lib/docker/swarm/docker-state.json': '{}' }),
      relation: 'watch',
      names: '--relation hook',
    },
  },
};
