import { readFileSync } from 'node:fs';
import { Box, type Outcome } from './box.js';
import { install, makeNode, pack } from './command.js';
import type { Firewall } from './firewalls.js';
import { makeLayer, makeTree, type Suite } from './tree.js';
import { askingText, PROBE, SERVER, World, WORLD, WORLD_PORT } from './world.js';

const PORT = 8080;
const PROBE_INSIDE = '/usr/local/lib/probe.mjs';
const SERVER_INSIDE = '/usr/local/lib/serve.pl';

/** What serves in a container, on the port that follows. */
export const SERVE = `/usr/bin/perl ${SERVER_INSIDE}`;

// Docker's chains, and the rules that name them, its bridge or its subnet.
const DOCKERS = /^(?:-A|:)(?:.*\bDOCKER\b|.*\bdocker0\b|.*172\.17\.0\.0\/16)/;

/** What can be seen of docker and its container at one moment. */
export interface Sight {
  /** How many of the rules are docker's. */
  readonly rules: number;
  /** Whether the container reaches the world. */
  readonly getsOut: boolean;
}

/** A box with a firewall, dockerd, unit-patch, and a container that answers on a published port. */
export class DockerBox {
  private world: World | undefined;

  /** Docker's name of the container. */
  private container = '';

  private constructor(
    readonly box: Box,
    readonly firewall: Firewall,
  ) {}

  /**
   * Lays one out, not booted yet.
   * @param isServer it has no Node.js and no unit-patch, but sshd and sudo
   */
  static async open(suite: Suite, firewall: Firewall, isServer = false): Promise<DockerBox> {
    const { packageName, files = {}, setUp = 'true' } = firewall;
    const own = isServer ? makeLayer(suite, 'openssh-server', 'sudo') : makeNode();
    const layers = [own, ...(packageName ? [makeLayer(suite, packageName)] : []), makeTree(suite)];
    const box = await Box.open(layers);
    if (!isServer) await install(box, pack());
    await box.write(PROBE_INSIDE, readFileSync(PROBE, 'utf8'));
    await box.write(SERVER_INSIDE, readFileSync(SERVER, 'utf8'));
    for (const [path, text] of Object.entries(files)) await box.write(path, text);
    await box.run(setUp);
    return new DockerBox(box, firewall);
  }

  /** Boots, and makes the world beyond the box; all its units have to come up. */
  async boot(): Promise<void> {
    const state = await this.bootAnyhow();
    if (state !== 'running') throw new Error(`the boot is ${state}: ${await this.run('systemctl --failed')}`);
  }

  /** Does the same if units may fail, and returns the state that systemd reached. */
  async bootAnyhow(): Promise<string> {
    const state = await this.box.boot();
    this.world = await World.open(this.box);
    return state;
  }

  /** Shuts down. */
  halt(): Promise<void> {
    return this.box.halt();
  }

  /** Starts a container that comes back when docker does. It needs no registry: its programs are the box's own. */
  async startContainer(): Promise<void> {
    await this.run(
      'mkdir /tmp/image && cd /tmp/image && for name in bin lib lib64; do ln -s usr/$name; done && ' +
        'tar -c . | docker import - probe:1',
    );
    this.container = await this.run(
      `docker run -d --name probe --restart always -p ${PORT}:80 -v /usr:/usr:ro probe:1 ${SERVE} 80`,
    );
    await this.untilAnswering();
  }

  /** Waits until the container answers after a start of docker. */
  async untilAnswering(): Promise<void> {
    await this.settle();
    await this.run(
      `for try in $(seq 200); do ${askingText('127.0.0.1', PORT)} && exit; sleep 0.1; done; exit 1`,
    );
  }

  /** Waits until systemd has nothing more to do. */
  settle(): Promise<void> {
    return this.box.manager.untilNoJobs();
  }

  /** Makes systemd forget how often units were started: the tests restart them more often than the limit allows. */
  async forgetStarts(): Promise<void> {
    await this.run(`systemctl reset-failed docker.service ${this.firewall.unit}`);
  }

  /** Restarts, reloads, stops the firewall …, and waits for those that follow. */
  async firewallIs(action: string): Promise<void> {
    await this.forgetStarts();
    await this.run(`systemctl ${action} ${this.firewall.unit}`);
    await this.settle();
  }

  /** What can be seen now. */
  async look(): Promise<Sight> {
    const rules = (await this.dockerRules()).length;
    return { rules, getsOut: (await this.askFromContainer()) !== undefined };
  }

  /** Docker's own among the rules in force. */
  async dockerRules(): Promise<string[]> {
    return (await this.run('iptables-save')).split('\n').filter((line) => DOCKERS.test(line));
  }

  /** Whom the world sees when something asks it in the container's network; undefined if it does not get there. */
  async askFromContainer(): Promise<string | undefined> {
    // `docker exec` would take four times as long.
    const { stdout } = await this.attempt(
      `read -r pid </sys/fs/cgroup/system.slice/docker-${this.container}.scope/cgroup.procs &&
        exec nsenter --net --target "$pid" ${askingText(WORLD, WORLD_PORT)}`,
    );
    return stdout.trim() || undefined;
  }

  /** What the published port answers on loopback. */
  async askOnLoopback(): Promise<string | undefined> {
    const { stdout } = await this.attempt(askingText('127.0.0.1', PORT));
    return stdout.trim() || undefined;
  }

  /** Watches the published port from the world; the end says for how many milliseconds nobody answered. */
  watchFromWorld(): Promise<() => Promise<number>> {
    if (!this.world) throw new Error('the box is not booted');
    return this.world.watch(PORT);
  }

  /** Whom the container sees when the world asks on the published port. */
  askFromWorld(): Promise<string | undefined> {
    if (!this.world) throw new Error('the box is not booted');
    return this.world.ask(PORT);
  }

  /** Another one after every start of docker. */
  invocation(): Promise<string> {
    return this.box.manager.invocationOf('docker.service');
  }

  /** Runs a shell's script in the box. */
  run(script: string): Promise<string> {
    return this.box.run(script);
  }

  /** Does the same if it may fail. */
  attempt(script: string): Promise<Outcome> {
    return this.box.attempt(script);
  }

  /** Ends it. */
  close(): Promise<void> {
    return this.box.close();
  }
}
