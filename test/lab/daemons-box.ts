import { setTimeout as sleep } from 'node:timers/promises';
import { Box, type Outcome } from './box.js';
import { install, makeNode, pack } from './command.js';
import { netfilterPersistent } from './firewalls.js';
import { makeLayer, makeTree, type Suite } from './tree.js';

const PACKAGES = [
  'nftables',
  'iptables-persistent',
  'firewalld',
  'fail2ban',
  'libvirt-daemon-system',
  'libvirt-daemon-config-network',
  'libvirt-clients',
  'dnsmasq-base',
  'lxc',
];

// What is banned comes from the test alone, not from a log; the database of fail2ban keeps it.
const JAIL = `[sshd]
enabled = false
[lab]
enabled = true
backend = polling
filter = sshd
logpath = /var/log/lab.log
port = ssh
`;

// Told to end, libvirtd 11.3 waits now and then for 30 s for one of its own threads, and has systemd wait as long.
const ENDS_AT_ONCE = `[Service]
KillSignal=SIGKILL
`;

/** A daemon that writes rules when it starts, and what its rules are about. */
export interface Daemon {
  /** the template's */
  readonly name: string;
  readonly rules: RegExp;
  /** what an administrator does once, so that there are rules at all */
  readonly setUp: string;
  /** what waits until it has written all of them, which it may not have when systemd calls it started */
  readonly ready: string;
}

export const fail2ban: Daemon = {
  name: 'fail2ban',
  rules: /203\.0\.113\.66/,
  setUp: 'until fail2ban-client status lab; do sleep 0.1; done; fail2ban-client set lab banip 203.0.113.66',
  ready: 'true',
};
export const libvirtd: Daemon = {
  name: 'libvirtd',
  rules: /virbr0|192\.168\.122\.0/,
  setUp: 'virsh net-autostart default && virsh net-start default',
  // It answers nobody before.
  ready: 'virsh net-list',
};
/** Its bridge is there from the boot on. */
export const lxcNet: Daemon = {
  name: 'lxc-net',
  rules: /lxcbr0|10\.0\.3\.0/,
  setUp: 'true',
  ready: 'true',
};

// It mends the checksums of what DHCP answers, and is in the table mangle, which a firewall's own file need not name.
const CHECKSUMS = 'CHECKSUM';

// For how long a daemon may take to write its rules on a machine that is busy.
const WRITING = 20_000;

/** A box with all of these daemons and several firewalls, of which it uses one at a time. */
export class DaemonsBox {
  private constructor(private readonly box: Box) {}

  /** Boots one that has no firewall yet. */
  static async boot(suite: Suite): Promise<DaemonsBox> {
    const box = await Box.open([makeNode(), makeLayer(suite, ...PACKAGES), makeTree(suite)]);
    await install(box, pack());
    await box.write('/etc/fail2ban/jail.d/lab.conf', JAIL);
    await box.write('/var/log/lab.log', '');
    await box.write('/etc/systemd/system/libvirtd.service.d/lab.conf', ENDS_AT_ONCE);
    for (const [path, text] of Object.entries(netfilterPersistent.files ?? {})) await box.write(path, text);
    await box.run(`
systemctl -q disable firewalld netfilter-persistent nftables
systemctl -q mask docker.service docker.socket containerd.service`);
    await box.boot();
    return new DaemonsBox(box);
  }

  /** Runs a shell's script. */
  run(script: string): Promise<string> {
    return this.box.run(script);
  }

  /** Does the same if it may fail. */
  attempt(script: string): Promise<Outcome> {
    return this.box.attempt(script);
  }

  /** From now on this is the only firewall that can be used. */
  async use(firewall: string): Promise<void> {
    await this.run(`
for one in firewalld netfilter-persistent nftables; do systemctl -q disable --now $one; systemctl -q mask $one; done
systemctl -q unmask ${firewall}
systemctl -q enable --now ${firewall}`);
  }

  /** Sets a daemon up in another way; what it wrote in the old one goes with its stop, if it removes anything then. */
  async configure({ name }: Daemon, settings: string): Promise<void> {
    await this.run(`systemctl stop ${name}; ${settings}; systemctl start ${name}`);
  }

  /** Restarts a unit, and waits for those that follow it. */
  async restart(unit: string): Promise<void> {
    // The tests restart more often than the limit allows.
    await this.run(`systemctl reset-failed; systemctl restart ${unit}`);
    await this.box.manager.untilNoJobs();
  }

  /** The rules of a daemon that the kernel has, be they in tables of iptables or of its own. */
  async rulesOf({ rules }: Daemon): Promise<string[]> {
    const lines = (await this.run('nft -s list ruleset 2>/dev/null')).split('\n');
    return lines.filter((line) => rules.test(line) && !line.includes(CHECKSUMS)).map((line) => line.trim());
  }

  /** The same after a start of the daemon: all of them. */
  async freshRules(daemon: Daemon): Promise<string[]> {
    await this.restart(daemon.name);
    await this.rulesOnce(daemon, (rules) => rules.length > 0);
    await this.run(daemon.ready);
    return this.rulesOf(daemon);
  }

  /** The same once they are as they should be; and if they are not in time, as they are then. */
  async rulesOnce(daemon: Daemon, isRight: (rules: readonly string[]) => boolean): Promise<string[]> {
    const deadline = Date.now() + WRITING;
    for (;;) {
      const rules = await this.rulesOf(daemon);
      if (isRight(rules) || Date.now() > deadline) return rules;
      await sleep(100);
    }
  }

  /** Another one after every start. */
  invocationOf({ name }: Daemon): Promise<string> {
    return this.run(`systemctl show ${name} -p InvocationID --value`);
  }

  /** Ends it. */
  close(): Promise<void> {
    return this.box.close();
  }
}
