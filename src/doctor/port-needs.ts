import type { Container, Evidence, PublishedPort } from './evidence.js';
import type { Need } from './needs.js';
import type { Family } from './rule-set.js';

/** Where a container can be reached: an address on a bridge. */
interface End {
  readonly bridge: string;
  readonly address: string;
}

/** What should be in force for the published ports of the running containers. */
export function portNeeds({ networks, containers }: Evidence, family: Family): Need[] {
  return containers.flatMap((container) => {
    const ends = container.addresses.flatMap(({ network, address }): End[] => {
      const on = networks.find(({ name }) => name === network);
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
function needs({ name }: Container, port: PublishedPort, ends: readonly End[], family: Family): Need[] {
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
