/** A firewall as the lab sets it up: what is installed, which files it has, and its unit. */
export interface Firewall {
  readonly unit: string;
  /** Debian's package, if it is one. */
  readonly packageName?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** What an administrator does besides. */
  readonly setUp?: string;
}

// What system-config-firewall writes: the box answers on ssh, forwards nothing.
const RULES = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p icmp -j ACCEPT
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp -m state --state NEW -m tcp --dport 22 -j ACCEPT
-A INPUT -j REJECT --reject-with icmp-host-prohibited
-A FORWARD -j REJECT --reject-with icmp-host-prohibited
COMMIT
`;

// Does what the script of the same name does in RHEL's iptables-services.
const INIT = `#!/bin/sh
start() { iptables-restore /etc/sysconfig/iptables; }
stop() {
  for chain in INPUT FORWARD OUTPUT; do iptables -P "$chain" ACCEPT; done
  for table in raw mangle filter nat; do
    iptables -t "$table" -F
    iptables -t "$table" -X
    iptables -t "$table" -Z
  done
}
case $1 in
  start | reload) start ;;
  stop) stop ;;
esac
`;

const UNIT = `[Unit]
Description=IPv4 firewall with iptables
AssertPathExists=/etc/sysconfig/iptables
Before=network-pre.target
Wants=network-pre.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/libexec/iptables/iptables.init start
ExecReload=/usr/libexec/iptables/iptables.init reload
ExecStop=/usr/libexec/iptables/iptables.init stop
[Install]
WantedBy=multi-user.target
`;

/** The iptables.service of RHEL's and CentOS's iptables-services, written anew. */
export const rhel: Firewall = {
  unit: 'iptables.service',
  files: {
    '/usr/lib/systemd/system/iptables.service': UNIT,
    '/usr/libexec/iptables/iptables.init': INIT,
    '/etc/sysconfig/iptables': RULES,
  },
  setUp: 'chmod 755 /usr/libexec/iptables/iptables.init && systemctl -q enable iptables',
};

/** Debian's own. */
export const netfilterPersistent: Firewall = {
  unit: 'netfilter-persistent.service',
  packageName: 'iptables-persistent',
  files: { '/etc/iptables/rules.v4': RULES },
};

/** Debian's, whose own /etc/nftables.conf begins with `flush ruleset`. */
export const nftables: Firewall = {
  unit: 'nftables.service',
  packageName: 'nftables',
  setUp: 'grep -q "^flush ruleset" /etc/nftables.conf && systemctl -q enable nftables',
};

/** Which dockerd follows by itself. */
export const firewalld: Firewall = { unit: 'firewalld.service', packageName: 'firewalld' };

/** Which touches its own chains only. */
export const ufw: Firewall = {
  unit: 'ufw.service',
  packageName: 'ufw',
  setUp: "sed -i 's/^ENABLED=no/ENABLED=yes/' /etc/ufw/ufw.conf && systemctl -q enable ufw",
};
