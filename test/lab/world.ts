import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Box, spawnForOutcome } from './box.js';

/** The files of the probe and of the server on this machine; the box has them too. */
export const PROBE = join(import.meta.dirname, 'probe.js');
export const SERVER = join(import.meta.dirname, 'serve.pl');

/** The addresses of the world and of the box on the wire between them (RFC 5737's). */
export const WORLD = '198.51.100.2';
export const BOX = '198.51.100.1';

/** Where the world's server listens. */
export const WORLD_PORT = '7000';

/**
 * What asks over TCP, prints the answer, and fails where none comes: bash, since Node.js takes ten times as long to
 * start. The kernel asks again after a second, if the first packet found no way.
 */
export const asking = (host: string, port: number | string): string[] => [
  ...['timeout', '3', 'bash', '-c'],
  `exec 3<>/dev/tcp/${host}/${port} && answer=$(cat <&3) && [ -n "$answer" ] && echo "$answer"`,
];

/** The same for a shell. */
export const askingText = (host: string, port: number | string): string =>
  asking(host, port)
    .map((word) => `'${word}'`)
    .join(' ');

/**
 * What lies beyond a box: a network namespace with one server, and a wire to the box. It has no route to docker's
 * subnet, so a container gets an answer only when the box masquerades it. It ends with the box.
 */
export class World {
  private constructor(
    private readonly box: Box,
    private readonly pid: number,
  ) {}

  /** Makes a world, and the wire to a booted box, whose default route it becomes. */
  static async open(box: Box): Promise<World> {
    // The server is all that keeps the namespace; it is in the box's PID namespace of this machine.
    const server = box.spawnOutside(['unshare', '--net', 'perl', SERVER, WORLD_PORT]);
    await once(createInterface(server.stdout), 'line');
    const world = new World(box, box.outsidePid(server));
    await world.run('ip', 'link', 'set', 'lo', 'up');
    await world.run(
      'ip',
      'link',
      'add',
      'box',
      'type',
      'veth',
      'peer',
      'name',
      'out',
      'netns',
      String(box.pid),
    );
    await world.run('ip', 'address', 'add', `${WORLD}/24`, 'dev', 'box');
    await world.run('ip', 'link', 'set', 'box', 'up');
    await box.run(
      `ip link set out up && ip address add ${BOX}/24 dev out && ip route add default via ${WORLD}`,
    );
    return world;
  }

  /** What the box answers on one of its ports; undefined if nothing comes. */
  async ask(port: number): Promise<string | undefined> {
    const { stdout } = await this.attempt(asking(BOX, port));
    return stdout.trim() || undefined;
  }

  /** Asks one of the box's ports all the time; the end says for how long nobody answered, in milliseconds. */
  async watch(port: number): Promise<() => Promise<number>> {
    const watch = this.box.spawnOutside([process.execPath, PROBE, 'outage', BOX, String(port)], this.network);
    const lines = createInterface(watch.stdout)[Symbol.asyncIterator]();
    await lines.next();
    return async () => {
      watch.stdin.end();
      return Number((await lines.next()).value);
    };
  }

  private attempt(command: readonly string[]): ReturnType<typeof spawnForOutcome> {
    return spawnForOutcome('nsenter', [this.network, ...command]);
  }

  private get network(): string {
    return `--net=/proc/${this.pid}/ns/net`;
  }

  private async run(...command: readonly string[]): Promise<void> {
    const { status, stderr } = await this.attempt(command);
    if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  }
}
