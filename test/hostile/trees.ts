import { docker, withFirewall } from '../helpers/docker.js';
import { link } from '../helpers/tree.js';
import type { HostileTree } from './items.js';
import type { Sandbox } from './sandbox.js';

export const ETC = '/etc/systemd/system';
export const LIB = '/usr/lib/systemd/system';
export const DOCKER_D = `${ETC}/docker.service.d`;

type More = HostileTree | ((sandbox: Sandbox) => HostileTree);
type MakeTree = (sandbox: Sandbox) => HostileTree;

const units = withFirewall();

/** docker and an enabled firewall with nothing in /etc. */
export const inUsr: HostileTree = {
  [`${LIB}/docker.service`]: docker(),
  [`${LIB}/iptables.service`]: units[`${LIB}/iptables.service`] ?? '',
  [`${LIB}/multi-user.target.wants/iptables.service`]: link('../iptables.service'),
};

const laidOver =
  (below: HostileTree) =>
  (more: More): MakeTree =>
  (sandbox) => ({ ...below, ...(typeof more === 'function' ? more(sandbox) : more) });

/** A root with docker and its firewall, and this laid over it. */
export const also = laidOver(units);

/** The same where /etc holds nothing yet. */
export const alsoInUsr = laidOver(inUsr);
