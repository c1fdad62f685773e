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
 * @throws TypeError where it printed something else
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
