import type { Container, Evidence, Network, PublishedPort } from './evidence.js';
import type { Family } from './rules.js';

/** What people lose with a rule. */
export type LostEffect =
  'way-out' | 'forwarding' | 'between' | 'isolation' | 'translation' | 'ports' | 'published' | 'own-rules';

/** A rule that docker writes, and that should be in force. */
export interface NeededRule {
  readonly family: Family;
  readonly table: 'nat' | 'filter';
  /** in iptables' own words */
  readonly rule: string;
  /** what other versions of docker write instead */
  readonly orElse: readonly string[];
  readonly effect: LostEffect;
  /** the network, or the port, that it is for; empty for all of docker */
  readonly of: string;
}

/** From this version on docker has a chain of its own for each step of forwarding. */
const OWN_CHAINS = 28;
const ANSWERS = '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';
const TO_BRIDGES = '-m set --match-set docker-ext-bridges-v4 dst';
const LOCAL = '-m addrtype --dst-type LOCAL -j DOCKER';

/** The rules that should be in force for the networks and containers that are there. */
export function needsOf(evidence: Evidence): NeededRule[] {
  const { networks, majorVersion, daemon } = evidence;
  const certain = networks.filter(({ guessed, bridge }) => !guessed || bridge === 'docker0');
  const families: Family[] = ['ip'];
  // docker writes IPv6's rules by itself since 27 only.
  if ((daemon.ip6tables ?? majorVersion >= 27) && certain.some(({ ipv6 }) => ipv6)) families.push('ip6');
  return families.flatMap((family) => {
    const ofFamily = certain.filter(({ ipv6 }) => family === 'ip' || ipv6);
    return [
      ...common(family, majorVersion),
      ...ofFamily.flatMap((network) => networkNeeds(network, family, majorVersion)),
      ...portNeeds(evidence, family),
    ];
  });
}

function common(family: Family, version: number): NeededRule[] {
  const need = { family, of: '', orElse: [] };
  const loopback = family === 'ip' ? '127.0.0.0/8' : '::1/128';
  const inNat = { ...need, table: 'nat', effect: 'translation' } as const;
  const inFilter = { ...need, table: 'filter' } as const;
  const both: NeededRule[] = [
    { ...inNat, rule: `-A PREROUTING ${LOCAL}` },
    // Without docker-proxy, loopback is translated too.
    { ...inNat, rule: `-A OUTPUT ! -d ${loopback} ${LOCAL}`, orElse: [`-A OUTPUT ${LOCAL}`] },
    { ...inFilter, rule: '-A FORWARD -j DOCKER-USER', effect: 'own-rules' },
  ];
  const stage = '-A FORWARD -j DOCKER-ISOLATION-STAGE-1';
  const step: NeededRule =
    version >= OWN_CHAINS
      ? { ...inFilter, rule: '-A FORWARD -j DOCKER-FORWARD', orElse: [stage], effect: 'forwarding' }
      : { ...inFilter, rule: stage, orElse: ['-A FORWARD -j DOCKER-FORWARD'], effect: 'isolation' };
  return [...both, step];
}

function networkNeeds(network: Network, family: Family, version: number): NeededRule[] {
  const { bridge, internal } = network;
  const need = { family, of: network.name, table: 'filter' } as const;
  const newest = version >= OWN_CHAINS;
  /** What the newest docker writes, and what the older ones do, in the order that this one would. */
  const either = (effect: LostEffect, older: string, newer: readonly string[]): NeededRule => {
    const [rule = older, ...orElse] = newest ? [...newer, older] : [older, ...newer];
    return { ...need, effect, rule, orElse };
  };
  const out = [`-A DOCKER-FORWARD -i ${bridge} -j ACCEPT`, `-A FORWARD -i ${bridge} -j ACCEPT`];
  if (internal) return newest || !network.icc ? [] : [either('between', among(bridge, 'ACCEPT'), out)];
  return [
    ...masquerading(network, family),
    either('forwarding', `-A FORWARD -i ${bridge} ! -o ${bridge} -j ACCEPT`, [
      ...out,
      `-A DOCKER-FORWARD -i ${bridge} ! -o ${bridge} -j ACCEPT`,
    ]),
    either('forwarding', `-A FORWARD -o ${bridge} ${ANSWERS}`, [
      `-A DOCKER-CT -o ${bridge} ${ANSWERS}`,
      ...['FORWARD', 'DOCKER-FORWARD'].map((chain) => `-A ${chain} ${TO_BRIDGES} ${ANSWERS}`),
    ]),
    either('ports', `-A FORWARD -o ${bridge} -j DOCKER`, [
      `-A DOCKER-BRIDGE -o ${bridge} -j DOCKER`,
      ...['FORWARD', 'DOCKER-FORWARD'].map((chain) => `-A ${chain} ${TO_BRIDGES} -j DOCKER`),
    ]),
    ...(newest ? [] : [either('between', among(bridge, network.icc ? 'ACCEPT' : 'DROP'), out)]),
    either(
      'isolation',
      `-A DOCKER-ISOLATION-STAGE-1 -i ${bridge} ! -o ${bridge} -j DOCKER-ISOLATION-STAGE-2`,
      [`-A DOCKER ! -i ${bridge} -o ${bridge} -j DROP`],
    ),
    ...(newest
      ? []
      : [
          either('isolation', `-A DOCKER-ISOLATION-STAGE-2 -o ${bridge} -j DROP`, [
            `-A DOCKER ! -i ${bridge} -o ${bridge} -j DROP`,
          ]),
        ]),
  ];
}

function among(bridge: string, target: string): string {
  return `-A FORWARD -i ${bridge} -o ${bridge} -j ${target}`;
}

function masquerading({ name, bridge, subnets, masquerades, routed }: Network, family: Family): NeededRule[] {
  if (!masquerades || routed) return [];
  const ofFamily = subnets.filter((subnet) => subnet.includes(':') === (family === 'ip6'));
  return ofFamily.map((subnet) => {
    const rule = `-A POSTROUTING -s ${subnet} ! -o ${bridge} -j`;
    const orElse = [`${rule} SNAT`];
    return { family, table: 'nat', rule: `${rule} MASQUERADE`, orElse, effect: 'way-out', of: name };
  });
}

/** Where a container can be reached: an address on a bridge. */
interface End {
  readonly bridge: string;
  readonly address: string;
}

/** The rules that should be in force for the published ports of the running containers. */
export function portNeeds({ networks, containers }: Evidence, family: Family): NeededRule[] {
  // The first of a name counts.
  const byName = new Map(networks.map((network) => [network.name, network] as const).reverse());
  return containers.flatMap((container) => {
    const ends = container.addresses.flatMap(({ network, address }): End[] => {
      const on = byName.get(network);
      const fits = address !== '' && address.includes(':') === (family === 'ip6');
      return on && fits && !on.internal && !on.routed ? [{ bridge: on.bridge, address }] : [];
    });
    if (ends.length === 0) return [];
    const ports = container.ports.filter(({ hostAddress }) => isOfFamily(hostAddress, family));
    return ports.flatMap((port) => needs(container, port, ends, family));
  });
}

function isOfFamily(hostAddress: string, family: Family): boolean {
  return hostAddress === '' || hostAddress.includes(':') === (family === 'ip6');
}

/** Docker takes one of the container's networks for its ports; which one it takes is not seen from outside. */
function needs({ name }: Container, port: PublishedPort, ends: readonly End[], family: Family): NeededRule[] {
  const { protocol, hostAddress, hostPort } = port;
  const to = ['', '0.0.0.0', '::'].includes(hostAddress) ? '' : `-d ${hostAddress} `;
  const match = `-p ${protocol} -m ${protocol} --dport`;
  const translated = ends.map(({ bridge, address }) => {
    const target = family === 'ip6' ? `[${address}]` : address;
    const rest = `${match} ${hostPort} -j DNAT --to-destination ${target}:${port.port}`;
    return [`-A DOCKER ${to}! -i ${bridge} ${rest}`, `-A DOCKER ${to}${rest}`];
  });
  const accepted = ends.map(
    ({ bridge, address }) =>
      `-A DOCKER -d ${address}${family === 'ip' ? '/32' : '/128'} ! -i ${bridge} -o ${bridge} ${match} ${port.port} -j ACCEPT`,
  );
  const [dnat = '', ...otherDnat] = translated.flat();
  const [accept = '', ...otherAccept] = accepted;
  const need = {
    family,
    effect: 'published',
    of: `port ${hostPort}${protocol === 'tcp' ? '' : `/${protocol}`} of ${name}`,
  } as const;
  return [
    { ...need, table: 'nat', rule: dnat, orElse: otherDnat },
    { ...need, table: 'filter', rule: accept, orElse: otherAccept },
  ];
}
