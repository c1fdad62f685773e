import { afterAll, beforeAll } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { DockerBox } from './docker-box.js';
import { type Firewall, rhel } from './firewalls.js';
import type { Suite } from './tree.js';

/** RHEL's firewall, with nft at hand for the events that use it. */
export const RHEL: Firewall = { ...rhel, packageName: 'nftables' };

/** How long the rules may take to come back; a busy machine needs many times as long as an idle one. In milliseconds. */
const HEALING = 30_000;

const SERVE = '/usr/local/bin/node /usr/local/lib/probe.mjs serve';

// A network beside the default one, a port on loopback, none at all; and one container that comes after the watch has
// noted docker's rules.
const CONTAINERS = `
docker network create n1 >/dev/null
add() { docker run -d --restart always -v /usr:/usr:ro "$@" >/dev/null; }
add --name second --network n1 -p 8081:81 probe:1 ${SERVE} 81
add --name third -p 127.0.0.1:8082:82 probe:1 ${SERVE} 82
add --name quiet probe:1 ${SERVE} 90
sleep 1.5
add --name later -p 8083:83 probe:1 ${SERVE} 83
sleep 1.5
`;

/** What docker has at one moment: its rules in their order, itself, and its containers. */
export interface State {
  readonly rules: readonly string[];
  readonly invocation: string;
  readonly pids: string;
}

/** What became of docker by something that removed its rules. */
export interface Healed {
  readonly before: State;
  readonly after: State;
  /** milliseconds from the end of it until all rules were back; undefined if they were not, within the patience */
  readonly back: number | undefined;
  /** for how many milliseconds the published port answered nobody in the world */
  readonly outage: number;
}

/** A box with five containers whose rules are watched. */
export class WatchBox {
  private constructor(
    readonly box: DockerBox,
    private whole: readonly string[],
  ) {}

  /** Boots it; `setUp` is a script for the box that is laid out and not booted yet. */
  static async open(suite: Suite, firewall = RHEL, setUp = 'true'): Promise<WatchBox> {
    const box = await DockerBox.open(suite, firewall);
    await box.run(setUp);
    await box.boot();
    await box.startContainer();
    await box.run(CONTAINERS);
    await box.run('unit-patch docker --relation watch --yes');
    await sleep(1000);
    return new WatchBox(box, await rulesIn(box));
  }

  /** One for all tests of a block. */
  static forBlock(suite: Suite, firewall?: Firewall, setUp?: string): () => WatchBox {
    let open: WatchBox | undefined;
    beforeAll(async () => {
      open = await WatchBox.open(suite, firewall, setUp);
    }, 300_000);
    afterAll(async () => {
      await open?.close();
    });
    return () => {
      if (!open) throw new Error('the box could not be set up');
      return open;
    };
  }

  /** Takes docker's rules as they are now for those that have to come back. */
  async noteAsWhole(): Promise<void> {
    this.whole = await this.rules();
  }

  /** Waits until the service has noted a rule of docker's, or one beside them that has this text in it. */
  async untilNoted(text: string): Promise<void> {
    await this.box.run(
      `for try in $(seq 100); do grep -qe '${text}' /run/docker-rules/was && exit; sleep 0.1; done; exit 1`,
    );
    await this.noteAsWhole();
  }

  /** Waits until all is as at first, and the service watches. */
  async settle(): Promise<void> {
    const end = Date.now() + HEALING;
    const isWatched = async (): Promise<boolean> => (await this.box.attempt(IS_WATCHED)).status === 0;
    const now = async (): Promise<string> => (await this.rules()).join('\n');
    while (!(await isWatched()) || (await now()) !== this.whole.join('\n')) {
      if (Date.now() > end) throw new Error(`docker's rules are not as at first:\n${await now()}`);
      await sleep(100);
    }
  }

  /** Does something, and waits until docker's rules are the same ones in the same order. */
  async removedBy(script: string): Promise<Healed> {
    const { box } = this;
    await this.settle();
    const before = await this.state();
    const unwatch = await box.watchFromWorld();
    await box.run(script);
    const done = Date.now();
    const isBack = async (): Promise<boolean> => (await this.rules()).join('\n') === before.rules.join('\n');
    let back: number | undefined;
    while (back === undefined && Date.now() - done < HEALING) {
      if (await isBack()) back = Date.now() - done;
      else await sleep(50);
    }
    const outage = await unwatch();
    return { before, after: await this.state(), back, outage };
  }

  /** Docker's rules of both families and all tables, in their order. */
  rules(): Promise<string[]> {
    return rulesIn(this.box);
  }

  /** The CPU time that its service has used since it was started, in milliseconds. */
  async cpu(): Promise<number> {
    return Number(await this.box.run('systemctl show docker-rules -p CPUUsageNSec --value')) / 1e6;
  }

  /** What its service has written since the boot. */
  journal(): Promise<string> {
    return this.box.run('journalctl -q -u docker-rules -o cat --no-pager');
  }

  async state(): Promise<State> {
    const { box } = this;
    return {
      rules: await this.rules(),
      invocation: await box.invocation(),
      pids: await box.run("docker ps -q | xargs docker inspect -f '{{.Name}} {{.State.Pid}}' | sort"),
    };
  }

  close(): Promise<void> {
    return this.box.close();
  }
}

// With the legacy backend there is nothing that reports a change, and so no process.
const IS_WATCHED =
  'systemctl -q is-active docker-rules && { iptables -V | grep -q legacy || pgrep -x xtables-monitor; }';

async function rulesIn(box: DockerBox): Promise<string[]> {
  const text = await box.run('iptables-save; ip6tables-save');
  return text
    .split('\n')
    .filter((line) => DOCKERS.test(line))
    .map((line) => line.replace(/ \[.*/, ''));
}

const DOCKERS = /DOCKER|docker0|br-[0-9a-f]{12}|-s 172\.\S+ -d 172\.|! -i lo /;
