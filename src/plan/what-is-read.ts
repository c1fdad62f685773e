import { rootPath, type RootPath } from '../files/files.js';
import { everyDirectory } from '../units/load-path.js';

/** What plans read besides units: what enables and configures Docker and the firewalls, and the mounts. */
const BESIDES = [
  '/etc/conf.d',
  '/etc/containers/systemd',
  '/etc/default',
  '/etc/docker',
  '/etc/fail2ban/jail.d',
  '/etc/fail2ban/jail.local',
  '/etc/ferm',
  '/etc/fstab',
  '/etc/init.d',
  '/etc/iptables',
  '/etc/libvirt/network.conf',
  '/etc/nftables.conf',
  '/etc/nftables.d',
  '/etc/os-release',
  '/etc/rc.d',
  '/etc/sysconfig',
  '/etc/ufw',
  '/usr/lib/os-release',
  '/usr/share/containers/systemd',
  '/usr/share/netfilter-persistent/plugins.d',
];

/**
 * The directories and files that nearly every plan reads, so that another machine can send them in one go. What is
 * missing here is asked for one by one, and only takes longer.
 * @param unitPath its manager's `UnitPath`, with `:` between the entries
 */
export function usuallyRead(unitPath?: string): RootPath[] {
  return [...new Set([...everyDirectory(), ...everyDirectory(unitPath), ...BESIDES.map(rootPath)])];
}
