/** Something that removes docker's rules, as a shell's script. */
export interface Removal {
  readonly name: string;
  readonly script: string;
  /** whether it is one of the dozen that run every time */
  readonly isChosen?: true;
}

const FILE = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A FORWARD -j REJECT
COMMIT
`;

/** What csf does at a restart, in short: all of it by iptables, one call a rule. */
const CSF = `
for t in filter nat mangle raw; do iptables -t $t -F; iptables -t $t -X; done
iptables -P INPUT ACCEPT; iptables -P FORWARD DROP
for c in LOCALINPUT DENYIN LOGDROP; do iptables -N $c; done
iptables -A LOGDROP -j DROP
iptables -A INPUT -i lo -j ACCEPT; iptables -A INPUT -j LOCALINPUT; iptables -A LOCALINPUT -j DENYIN
for n in $(seq 60); do iptables -A DENYIN -s 203.0.113.$n -j DROP; done
iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
iptables -A FORWARD -j LOGDROP`;

const same = (name: string, isChosen?: true): Removal => ({
  name,
  script: name,
  ...(isChosen && { isChosen }),
});

/** All that may remove docker's rules, whoever does it; the firewall is up before each, and again after it. */
export const REMOVALS: readonly Removal[] = [
  same('systemctl restart iptables', true),
  same('systemctl reload iptables', true),
  same('systemctl stop iptables', true),
  same('systemctl stop iptables; systemctl start iptables'),
  { name: 'systemctl restart nftables', script: 'systemctl restart nftables', isChosen: true },
  same('systemctl reload-or-restart nftables'),
  same('nft flush ruleset', true),
  same('nft -f /etc/nftables.conf'),
  same('iptables -F', true),
  same('iptables -t nat -F', true),
  same('iptables -t nat -F POSTROUTING'),
  same('iptables -F; iptables -X', true),
  same('iptables -D FORWARD 1', true),
  same('iptables -F DOCKER'),
  same('iptables -t nat -F DOCKER', true),
  {
    name: 'iptables-restore of a file with filter only',
    script: `iptables-restore <<'X'\n${FILE}X`,
    isChosen: true,
  },
  { name: 'a script like csf', script: CSF, isChosen: true },
  {
    name: '20 flushes within 10 s',
    script: 'for i in $(seq 20); do iptables -F; iptables -t nat -F; sleep 0.45; done',
  },
  { name: '20 times nft flush ruleset in a row', script: 'for i in $(seq 20); do nft flush ruleset; done' },
];
