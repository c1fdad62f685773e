import { CONTAINER_SHAPE, documentOf, NETWORK_SHAPE, type Shape } from './evidence-shapes.js';
import type { Container, Network, PublishedPort } from './evidence.js';

/** An address of an interface, as `ip -j address` prints it. */
export interface InterfaceAddress {
  readonly family: string;
  readonly local: string;
  readonly prefixlen: number;
}

/** An interface, as far as docker's bridges go. */
export interface Interface {
  readonly ifname: string;
  readonly addr_info: readonly InterfaceAddress[];
}

/**
 * docker's bridges in what `ip -j address` prints; other interfaces, and hardware addresses, are nobody's business.
 * @throws TypeError if it printed something else
 */
export function bridgesIn(text: string): Interface[] {
  const all: unknown = JSON.parse(text || '[]');
  if (!Array.isArray(all)) throw new TypeError('no list of interfaces');
  return all
    .map(interfaceIn)
    .filter(({ ifname }) => /^(?:docker\d+|docker_gwbridge|br-[\da-f]{12})$/.test(ifname));
}

function interfaceIn(value: unknown): Interface {
  const { ifname = '', addr_info = [] } = members(value);
  if (typeof ifname !== 'string' || !Array.isArray(addr_info)) throw new TypeError('no interface');
  return { ifname, addr_info: addr_info.map(addressIn) };
}

function addressIn(value: unknown): InterfaceAddress {
  const { family = '', local = '', prefixlen = 0 } = members(value);
  if (typeof family !== 'string' || typeof local !== 'string' || typeof prefixlen !== 'number')
    throw new TypeError('no address');
  return { family, local, prefixlen };
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new TypeError('no object');
  return value as Readonly<Record<string, unknown>>;
}

type Json = Readonly<Record<string, unknown>>;

/** Networks as the daemon describes them, one per line; others than bridges are left out. */
export function readNetworks(text: string): Network[] {
  return lines(text, NETWORK_SHAPE)
    .filter(({ driver }) => driver === 'bridge')
    .map((network) => ({
      name: string(network.name),
      bridge: string(network.bridge) || `br-${string(network.id).slice(0, 12)}`,
      subnets: list(network.subnets).map(String),
      internal: network.internal === true,
      masquerades: network.masquerade !== 'false',
      icc: network.icc !== 'false',
      routed: network.gatewayMode === 'routed',
      ipv6: network.ipv6 === true,
      guessed: false,
    }));
}

/** Each port of a container may be at each of its addresses. All ports of a machine at one address are half of it. */
const PLACES_MAX = 250_000;

/**
 * Running containers as the daemon describes them, one per line.
 * @throws TypeError if they have more ports and addresses than there can be
 */
export function readContainers(text: string): Container[] {
  const containers = lines(text, CONTAINER_SHAPE).map(readContainer);
  const places = containers.reduce(
    (sum, { ports, addresses }) => sum + ports.length * addresses.filter(({ address }) => address).length,
    0,
  );
  if (places > PLACES_MAX) throw new TypeError('its containers have more ports than a machine has');
  return containers;
}

function readContainer(container: Json): Container {
  return {
    name: string(container.name).replace(/^\//, ''),
    // An old engine leaves the name of the policy empty if there is none.
    restartPolicy: string(container.restartPolicy) || 'no',
    isRunning: string(container.state) !== 'restarting',
    startedAt: string(container.startedAt),
    addresses: (list(container.addresses) as Json[]).flatMap(({ network, addresses }) =>
      list(addresses).map((address) => ({ network: string(network), address: string(address) })),
    ),
    ports: readPorts((container.ports ?? {}) as Json),
  };
}

/** The networks that the interfaces show if the daemon does not answer: that there is a bridge, and its subnet. */
export function guessNetworks(text: string): Network[] {
  return bridgesIn(text).map(({ ifname, addr_info }) => ({
    name: ifname === 'docker0' ? 'bridge' : ifname,
    bridge: ifname,
    subnets: addr_info
      .filter(({ family }) => family === 'inet')
      .map(({ local, prefixlen }) => subnet(local, prefixlen)),
    internal: false,
    masquerades: true,
    icc: true,
    routed: false,
    ipv6: false,
    guessed: true,
  }));
}

function readPorts(ports: Json): PublishedPort[] {
  return Object.entries(ports).flatMap(([inside, places]) => {
    const [port = '', protocol = 'tcp'] = inside.split('/');
    return (list(places) as Json[]).map(({ HostIp, HostPort }) => ({
      port,
      protocol,
      hostAddress: string(HostIp),
      hostPort: string(HostPort),
    }));
  });
}

function subnet(address: string, bits: number): string {
  const number = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const size = 2 ** (32 - bits);
  const first = Math.floor(number / size) * size;
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${bytes.join('.')}/${bits}`;
}

function lines(text: string, shape: Shape): Json[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => documentOf(line, shape) as Json);
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A Go template leaves a null after the last element. */
function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value.filter((one) => one !== null) : [];
}
