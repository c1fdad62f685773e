import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { type Daemon, DaemonsBox, fail2ban, libvirtd, lxcNet } from './daemons-box.js';
import { describeLab } from './generations.js';
import { step } from './report.js';
import type { Suite } from './tree.js';

const isAny = (rules: readonly string[]): boolean => rules.length > 0;
const DAEMONS = [fail2ban, libvirtd, lxcNet];

/** A daemon, how it is set up, and whether its rules are then in tables of nftables that are its own. */
type Row = readonly [daemon: Daemon, asHow: string, settings: string, tables: 'own' | 'shared'];

const asDebian = 'as Debian sets it up';
const banBy = (action: string): string =>
  `printf '[DEFAULT]\\nbanaction = ${action}\\n' >/etc/fail2ban/jail.local`;
// With nft it needs tc(8), too, to mend the checksums of what DHCP answers; the kernel may have no module for that.
const LIBVIRT_BY_NFT = `
echo 'firewall_backend="nftables"' >>/etc/libvirt/network.conf
printf '#!/bin/sh\n' >/usr/local/sbin/tc
chmod 755 /usr/local/sbin/tc`;
const ROWS: Partial<Record<Suite, readonly Row[]>> = {
  bookworm: [
    [fail2ban, asDebian, 'true', 'shared'],
    [fail2ban, 'told to use nft', banBy('nftables'), 'own'],
    [libvirtd, asDebian, 'true', 'shared'],
    [lxcNet, asDebian, 'true', 'own'],
    [lxcNet, 'told not to use nft', 'echo LXC_USE_NFT=false >>/etc/default/lxc-net', 'shared'],
  ],
  trixie: [
    [fail2ban, asDebian, 'true', 'own'],
    [fail2ban, 'told to use iptables', banBy('iptables-multiport'), 'shared'],
    // Others build a libvirt of that age so that it prefers nft.
    [libvirtd, asDebian, 'true', 'shared'],
    [libvirtd, 'told to use nft', LIBVIRT_BY_NFT, 'own'],
    [lxcNet, asDebian, 'true', 'own'],
    [lxcNet, 'told not to use nft', 'echo LXC_USE_NFT=false >>/etc/default/lxc', 'shared'],
  ],
};

describeLab('daemons besides docker that write rules', (suite) => {
  let box: DaemonsBox;
  beforeAll(async () => {
    box = await DaemonsBox.boot(suite);
    for (const { setUp } of DAEMONS) await box.run(setUp);
  }, 300_000);
  afterAll(async () => {
    await box.close();
  });

  /** What a daemon that has all of its rules has after a restart of the firewall: none or the same, in the end. */
  async function afterRestart(
    daemon: Daemon,
    firewall: string,
    awaited: 'none' | 'same',
  ): Promise<{ before: string[]; after: string[]; isRestarted: boolean }> {
    const before = await box.freshRules(daemon);
    expect(before).not.toEqual([]);
    const invocation = await box.invocationOf(daemon);
    await box.restart(firewall);
    const after =
      awaited === 'none'
        ? await box.rulesOf(daemon)
        : await box.rulesOnce(daemon, (rules) => isDeepStrictEqual(rules, before));
    return { before, after, isRestarted: (await box.invocationOf(daemon)) !== invocation };
  }

  /** It runs on without any. */
  async function expectLost(daemon: Daemon, firewall: string): Promise<string> {
    const seen = await afterRestart(daemon, firewall, 'none');
    expect(seen).toMatchObject({ after: [], isRestarted: false });
    return `${seen.before.length} rules before, none after`;
  }

  /** It has been restarted, and has each of them again. */
  async function expectHealed(daemon: Daemon, firewall: string): Promise<string> {
    const seen = await afterRestart(daemon, firewall, 'same');
    expect(seen).toMatchObject({ after: seen.before, isRestarted: true });
    return `${seen.before.length} rules before and after`;
  }

  /** It has each of them, and nobody has restarted it. */
  async function expectKept(daemon: Daemon, firewall: string): Promise<string> {
    const seen = await afterRestart(daemon, firewall, 'same');
    expect(seen).toMatchObject({ after: seen.before, isRestarted: false });
    return `${seen.before.length} rules before and after`;
  }

  async function patch({ name }: Daemon, firewall: string): Promise<undefined> {
    await box.run(`unit-patch ${name} --yes`);
    expect(await box.run(`unit-patch check ${name}`)).toContain(`in force, it follows ${firewall}`);
  }

  const planFor = async ({ name }: Daemon): Promise<string> =>
    (await box.attempt(`unit-patch ${name} --dry-run`)).stderr;

  function withFirewall(firewall: string, what: string, body: () => void): void {
    describe(`${firewall}, which ${what}`, () => {
      step('is the firewall', async () => {
        await box.use(firewall);
        return undefined;
      });
      body();
    });
  }

  withFirewall('nftables.service', 'flushes all tables', () => {
    const firewall = 'nftables.service';
    for (const daemon of DAEMONS) {
      const { name } = daemon;
      step(`a restart takes the rules of ${name}`, () => expectLost(daemon, firewall));
      step(`unit-patch ${name} --yes`, () => patch(daemon, firewall));
      step(`the same restart brings the rules of ${name} back`, () => expectHealed(daemon, firewall));
    }

    step('a libvirtd that has ended, being idle, is only started because it comes back', async () => {
      await box.configure(libvirtd, `echo 'LIBVIRTD_ARGS="--timeout 1"' >>/etc/default/libvirtd`);
      await box.run('sleep 4');
      const idle = (await box.attempt('systemctl is-active libvirtd')).stdout.trim();
      // The newer one never ends while it has a network; the older one forgets those that it did not start itself.
      expect(idle).toBe(suite === 'bookworm' ? 'inactive' : 'active');
      await box.run(
        'rm /etc/systemd/system/nftables.service.d/50-start-libvirtd.conf; systemctl daemon-reload',
      );
      await box.restart(firewall);
      if (suite === 'bookworm') expect(await box.rulesOf(libvirtd)).toEqual([]);
      else expect(await box.rulesOnce(libvirtd, isAny)).not.toEqual([]);
      await patch(libvirtd, firewall);
      await box.restart(firewall);
      expect(await box.rulesOnce(libvirtd, isAny)).not.toEqual([]);
      await box.configure(libvirtd, `sed -i '$d' /etc/default/libvirtd`);
      return `${idle} when idle`;
    });

    step('unit-patch revert', async () => {
      for (const { name } of DAEMONS) await box.run(`unit-patch revert ${name} --yes`);
      return undefined;
    });
  });

  withFirewall('firewalld.service', 'announces on D-Bus what it does', () => {
    const firewall = 'firewalld.service';
    step('fail2ban follows it by its own unit, so that nothing is left to write', async () => {
      expect(await planFor(fail2ban)).toContain('nothing to write');
      return expectHealed(fail2ban, firewall);
    });
    step('but not its reload, which takes bans by iptables, and the plan says so', async () => {
      const before = await box.freshRules(fail2ban);
      // As `systemctl reload` does, which does not wait for it.
      await box.run('firewall-cmd --reload');
      const bansByIptables = suite === 'bookworm';
      expect(await box.rulesOf(fail2ban)).toEqual(bansByIptables ? [] : before);
      expect(await planFor(fail2ban)).toMatch(bansByIptables ? /reload +lost/ : /reload +harmless/);
      return bansByIptables ? 'the ban is gone' : 'the ban stays';
    });
    for (const daemon of [libvirtd, lxcNet])
      step(`${daemon.name} needs nothing`, async () => {
        expect(await planFor(daemon)).toContain('needs nothing here');
        return expectKept(daemon, firewall);
      });
  });

  withFirewall('netfilter-persistent.service', 'restores the tables of iptables', () => {
    const firewall = 'netfilter-persistent.service';
    for (const [daemon, asHow, settings, tables] of ROWS[suite] ?? []) {
      const { name } = daemon;
      if (tables === 'own')
        step(`${name} ${asHow} keeps its rules, and the plan says so`, async () => {
          await box.configure(daemon, settings);
          expect(await planFor(daemon)).toContain('[rules-survive]');
          return expectKept(daemon, firewall);
        });
      else
        step(`${name} ${asHow} loses its rules, and with the drop-in it has them again`, async () => {
          await box.configure(daemon, settings);
          expect(await planFor(daemon)).not.toContain('[rules-survive]');
          const lost = await expectLost(daemon, firewall);
          await patch(daemon, firewall);
          await expectHealed(daemon, firewall);
          await box.run(`unit-patch revert ${name} --yes`);
          return lost;
        });
    }
  });
});
