import { docker } from '../helpers/docker.js';
import { link, type Tree } from '../helpers/tree.js';
import { ETC, LIB } from '../plan/plan-for.js';

/** docker.service and docker.socket as docker.io brings them, both enabled. */
export const DOCKER: Tree = {
  [`${LIB}/docker.service`]: docker(
    'After=network-online.target docker.socket firewalld.service containerd.service time-set.target\n' +
      'Wants=network-online.target containerd.service\nRequires=docker.socket',
  ),
  [`${LIB}/docker.socket`]: '[Unit]\n[Socket]\nListenStream=/run/docker.sock\n',
  ...pulledIn('docker.service'),
  ...pulledIn('docker.socket', 'sockets.target'),
};

/** A unit of the distribution's. */
export function lib(name: string, text: string): Tree {
  return { [`${LIB}/${name}`]: text };
}

/** A unit, or another file below it, of the administrator's. */
export function etc(name: string, text: string): Tree {
  return { [`${ETC}/${name}`]: text };
}

/** A service that does something, with these lines of [Unit]. */
export function service(unit = ''): string {
  return `[Unit]\n${unit}\n[Service]\nExecStart=/usr/bin/true\n`;
}

/** The link by which a target, or any other unit, pulls another one in. */
export function pulledIn(name: string, by = 'multi-user.target', how = 'wants'): Tree {
  return { [`${ETC}/${by}.${how}/${name}`]: link(`${LIB}/${name}`) };
}

/** The firewall of these cases, and the link that enables it. */
export function iptables(text: string): Tree {
  return { ...lib('iptables.service', text), ...pulledIn('iptables.service') };
}
