import type { Container, Evidence, Network } from '../docker/evidence.js';
import { EXIT, UnitPatchError } from '../errors.js';
import type { Probe, WatchedMachine } from '../system/system.js';
import type { Attempt } from './outage.js';

/** The time between two attempts, in milliseconds. */
const PAUSE = 20;

/** Asks a probe all the time, from start() to stop(). */
export class Probing {
  readonly attempts: Attempt[] = [];
  private isOn = true;
  private ended: Promise<void> = Promise.resolve();

  constructor(
    private readonly machine: WatchedMachine,
    private readonly probe: Probe,
  ) {}

  /** Begins, and returns after the first attempt. */
  async start(): Promise<void> {
    await this.attempt();
    this.ended = this.loop();
  }

  /** Whether the last attempt was answered. */
  get answers(): boolean {
    return this.attempts.at(-1)?.answered ?? true;
  }

  async stop(): Promise<readonly Attempt[]> {
    this.isOn = false;
    await this.ended;
    return this.attempts;
  }

  private async loop(): Promise<void> {
    while (this.isOn) {
      await this.machine.wait(PAUSE);
      await this.attempt();
    }
  }

  private async attempt(): Promise<void> {
    const answered = await this.machine.answers(this.probe);
    this.attempts.push({ at: this.machine.now(), answered });
  }
}

/** A probe, and what it asks, in words. */
export interface NamedProbe {
  readonly probe: Probe;
  readonly text: string;
}

/**
 * The first published port that answers now, or the user's own command.
 * @throws UnitPatchError `usage` if that command fails already
 */
export async function chooseProbe(
  machine: WatchedMachine,
  { containers, networks }: Evidence,
  command: string | undefined,
): Promise<NamedProbe | undefined> {
  if (command !== undefined) {
    const own = { probe: { command }, text: command };
    if (await machine.answers(own.probe)) return own;
    throw new UnitPatchError(
      'usage',
      `the probe fails already: ${command}`,
      EXIT.usage,
      'name a command that ends with 0 now, and soon',
    );
  }
  for (const one of publishedProbes(containers, networks, machine.addresses()))
    if (await machine.answers(one.probe)) return one;
  return undefined;
}

/**
 * The published ports by which an outage can be seen from this machine. Loopback is the last resort: packets from
 * there are not translated, docker-proxy takes them.
 * @param addresses this machine's own
 */
function publishedProbes(
  containers: readonly Container[],
  networks: readonly Network[],
  addresses: readonly string[],
): NamedProbe[] {
  const bridges = new Set(containers.flatMap((one) => one.addresses.map(({ address }) => address)));
  const [own = '127.0.0.1'] = addresses.filter((address) => !bridges.has(address));
  const isOnBridge = ({ addresses: all }: Container): boolean =>
    all.some(({ network }) => networks.some(({ name, internal }) => name === network && !internal));
  return containers
    .filter((one) => one.restartPolicy !== 'no' && isOnBridge(one))
    .flatMap(({ name, ports }) =>
      ports
        .filter(({ protocol, hostAddress }) => protocol === 'tcp' && !hostAddress.includes(':'))
        .map(({ hostAddress, hostPort }) => {
          const address = ['', '0.0.0.0'].includes(hostAddress) ? own : hostAddress;
          return {
            probe: { address, port: Number(hostPort) },
            text: `port ${hostPort} of ${name}, asked from this machine on ${address}`,
          };
        }),
    );
}
