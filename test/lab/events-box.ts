import { setTimeout as sleep } from 'node:timers/promises';
import { DockerBox } from './docker-box.js';
import { type FirewallEvent, KEPT, LIMIT, type Outcome, type Relation, RULES, UNIT } from './events.js';
import { type Firewall, rhel } from './firewalls.js';
import { COMMAND } from './harm-box.js';
import type { Suite } from './tree.js';

const PATIENCE = 300;

/** How long docker's rules may take to come back; a watch on a busy machine needs seconds. In milliseconds. */
const HEALING = 20_000;

/** RHEL's firewall, and a firewalld that is not in use yet. */
const FIREWALL: Firewall = {
  ...rhel,
  packageName: 'firewalld',
  setUp: `${rhel.setUp} && systemctl -q disable firewalld && mkdir ${KEPT} && cp ${RULES} ${UNIT} ${KEPT}`,
};

// What events do to a box that is running, undone; and systemd counts starts anew.
const MEND = `
cp ${KEPT}/iptables ${RULES}
[ ! -e ${LIMIT} ] || { rm ${LIMIT}; systemctl daemon-reload; }
systemctl reset-failed docker.service docker.socket iptables.service
systemctl is-active -q iptables || systemctl start iptables
`;

// What events do to a box that is off, undone.
const MEND_OFF = `
rm -f ${LIMIT}
systemctl -q unmask iptables
cp ${KEPT}/iptables ${RULES}
cp ${KEPT}/iptables.service ${UNIT}
systemctl -q enable iptables
systemctl -q disable firewalld
`;

/** A box in which things happen to the firewall that docker follows. */
export class EventsBox {
  private rules: readonly string[] = [];

  private constructor(
    private readonly box: DockerBox,
    private readonly relation: Relation,
  ) {}

  /** Lays one out, which is off. */
  static async open(suite: Suite, relation: Relation): Promise<EventsBox> {
    return new EventsBox(await DockerBox.open(suite, FIREWALL), relation);
  }

  /** Boots it for the first time, and starts the container; all is well then. */
  async boot(): Promise<void> {
    await this.box.boot();
    await this.box.startContainer();
    this.rules = await this.box.dockerRules();
    if (this.rules.length === 0) throw new Error('docker has no rules');
  }

  /** Makes unit-patch write the relation into the files, without a reload of systemd. */
  async write(): Promise<void> {
    const { status, stderr } = await this.box.box.outside((root) => [
      process.execPath,
      COMMAND,
      ...['docker', '--relation', this.relation, '--yes', '--root', root],
    ]);
    if (status !== 0) throw new Error(stderr);
  }

  /** Makes unit-patch apply the rest of the relation in the running box. */
  async patch(): Promise<void> {
    await this.run(`unit-patch docker --relation ${this.relation} --yes`);
  }

  /** Makes unit-patch revert the relation. */
  async revert(): Promise<void> {
    await this.run('unit-patch revert docker --yes');
  }

  /** Brings about that all is well, before something happens; before a boot, that all would be well after it. */
  async prepare({ boots }: FirewallEvent): Promise<void> {
    if (boots) {
      await this.box.halt();
      await this.box.attempt(MEND_OFF);
      return;
    }
    const before = await this.box.invocation();
    await this.box.attempt(MEND);
    if ((await this.outcome(before)) === 'OK') return;
    await this.run('systemctl start docker.socket && systemctl restart docker.service');
    const outcome = await this.outcome('');
    if (outcome !== 'OK') throw new Error(`the box cannot be repaired: docker is ${outcome}`);
    await this.box.forgetStarts();
  }

  /** Causes an event, and returns what became of docker. */
  async outcomeOf({ script, boots, unit }: FirewallEvent): Promise<Outcome> {
    const before = boots ? '' : await this.box.invocation();
    await this.run(`relation=${this.relation}\n${script}`);
    if (boots) await this.box.bootAnyhow();
    const outcome = await this.outcome(before);
    return unit === undefined ? outcome : `${outcome}, ${unit} ${await this.state(unit)}`;
  }

  /** Ends it. */
  close(): Promise<void> {
    return this.box.close();
  }

  /** What docker has, when all has come to rest; if it has been started since, it may take its time. */
  private async outcome(invocation: string): Promise<Outcome> {
    await this.settle();
    // Docker is asked for nothing before it is known to be up: its socket would start it.
    if ((await this.state('docker.service')) !== 'active') {
      const result = await this.run('systemctl show docker.service -p Result --value');
      return result === 'start-limit-hit' ? 'FAILED' : 'DOWN';
    }
    if ((await this.box.invocation()) === invocation && this.relation !== 'watch')
      return (await this.isWell()) ? 'OK' : 'LOST';
    await this.box.untilAnswering();
    for (const end = Date.now() + HEALING; Date.now() < end;) {
      if (await this.isWell()) return await this.wellOutcome(invocation);
      await sleep(100);
    }
    return 'LOST';
  }

  /** A watch that restarts docker has not done what it promises. */
  private async wellOutcome(invocation: string): Promise<Outcome> {
    const isRestarted = invocation !== '' && (await this.box.invocation()) !== invocation;
    return isRestarted && this.relation === 'watch' ? 'RESTARTED' : 'OK';
  }

  private async isWell(): Promise<boolean> {
    const now = new Set(await this.box.dockerRules());
    return this.rules.every((rule) => now.has(rule)) && (await this.box.askFromContainer()) !== undefined;
  }

  // A restart that systemd does by itself, after a while, is no job while it waits.
  private async settle(): Promise<void> {
    do await this.box.settle();
    while ((await this.state('docker.service')).endsWith('ing'));
  }

  private state(unit: string): Promise<string> {
    return this.box.box.manager.state(unit);
  }

  private async run(script: string): Promise<string> {
    const { status, stdout, stderr } = await this.box.box.attempt(script, '', PATIENCE);
    if (status !== 0) throw new Error(`${script}: exit status ${status}\n${stdout}${stderr}`);
    return stdout.trimEnd();
  }
}
