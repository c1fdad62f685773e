import { afterAll, beforeAll, expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { DockerBox, type Sight } from './docker-box.js';
import type { Firewall } from './firewalls.js';
import { record, printLine, printTime } from './report.js';
import type { Suite } from './tree.js';

const SETTING_UP = 300_000;

/** How long dockerd may take to hear of firewalld's restart, on a busy machine; in milliseconds. */
const HEARING = 20_000;

/** The box of a story, which all its steps share, and what happened to it. */
export class Story {
  private held: DockerBox | undefined;

  constructor(
    private readonly suite: Suite,
    private readonly firewall: Firewall,
    private readonly isServer = false,
  ) {}

  /** Sets the box up before the first step, and removes it after the last. */
  around(name: string, prepare: (box: DockerBox) => Promise<void> = () => Promise.resolve()): this {
    beforeAll(async () => {
      printLine(`\n${this.suite}: ${name}`);
      const start = Date.now();
      this.held = await DockerBox.open(this.suite, this.firewall, this.isServer);
      await prepare(this.held);
      const laidOut = Date.now();
      await this.held.boot();
      const booted = Date.now();
      await this.held.startContainer();
      printTime(laidOut - start, 'a clean box is laid out');
      printTime(booted - laidOut, 'it has booted');
      printTime(Date.now() - booted, 'a container answers');
    }, SETTING_UP);
    afterAll(async () => {
      await this.held?.close();
    });
    return this;
  }

  get box(): DockerBox {
    if (!this.held) throw new Error('the box could not be set up');
    return this.held;
  }

  /** Acts on the firewall, and records what became of docker's rules and the container's way out. */
  async event(
    action: string,
    patch: string,
    settled: () => Promise<void> = () => Promise.resolve(),
  ): Promise<{ before: Sight; after: Sight; isRestarted: boolean }> {
    const { box } = this;
    const before = await box.look();
    const invocation = await box.invocation();
    await box.firewallIs(action);
    const isRestarted = (await box.invocation()) !== invocation;
    if (isRestarted) await box.untilAnswering();
    await settled();
    const after = await box.look();
    const way = (sight: Sight): string => (sight.getsOut ? 'open' : 'dead');
    const cells = [`${before.rules} -> ${after.rules}`, `${way(before)} -> ${way(after)}`];
    record([
      this.suite,
      this.firewall.unit,
      action,
      patch,
      ...cells,
      isRestarted ? 'restarted' : 'untouched',
    ]);
    return { before, after, isRestarted };
  }

  /** Heals by hand. */
  async restartDocker(): Promise<void> {
    await this.box.forgetStarts();
    await this.box.run('systemctl restart docker.service');
    await this.box.untilAnswering();
  }

  /** Boots again; the container comes back with docker. */
  async reboot(): Promise<void> {
    await this.box.halt();
    await this.box.boot();
    await this.box.untilAnswering();
  }

  /** The outage: docker is not restarted, and its container cannot get out. */
  async expectOutage(action: string, patch: string): Promise<string> {
    const { before, after, isRestarted } = await this.event(action, patch);
    expect(before).toMatchObject({ getsOut: true });
    expect(after).toMatchObject({ getsOut: false });
    expect(after.rules).toBeLessThan(before.rules);
    expect(isRestarted).toBe(false);
    return `${before.rules} rules of docker became ${after.rules}, the container cannot get out`;
  }

  /** The heal: docker is restarted, and all is as it was. */
  async expectHealed(action: string, patch: string): Promise<string> {
    const rules = await this.box.dockerRules();
    const { before, after, isRestarted } = await this.event(action, patch);
    expect(isRestarted).toBe(true);
    expect(after).toEqual({ ...before, getsOut: true });
    expect((await this.box.dockerRules()).sort()).toEqual(rules.sort());
    return `docker was restarted, its ${after.rules} rules are back, the container reaches the world`;
  }

  /** Nothing is lost for long: docker is not restarted, and has its rules all the same; which ones it lacks then. */
  async expectUntouched(action: string): Promise<string[]> {
    const rules = await this.box.dockerRules();
    const lost = async (): Promise<string[]> => {
      const now = await this.box.dockerRules();
      return rules.filter((rule) => !now.includes(rule));
    };
    const { before, after, isRestarted } = await this.event(action, 'none', async () => {
      // dockerd hears of firewalld's restart over D-Bus, and takes a moment.
      for (const end = Date.now() + HEARING; Date.now() < end && (await lost()).length > 0;) await sleep(100);
    });
    expect(isRestarted).toBe(false);
    expect([before.getsOut, after.getsOut]).toEqual([true, true]);
    return lost();
  }
}
