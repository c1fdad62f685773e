import type { Container, Evidence } from './evidence.js';
import { asCommand } from './rules.js';

/** A rule that docker has written. */
export interface DockersRule {
  /** without counters, and with a container's name for each of its addresses, which may change when docker restarts */
  readonly text: string;
  /** the container that it is for; null if it is for a network, or for all of docker */
  readonly container: string | null;
}

/** The input that a set of rules is read from. */
export type Rules = Pick<Evidence, 'rules' | 'nft' | 'networks' | 'containers'>;

/** docker's rules among those that are in force: they name a chain, a bridge, a subnet or a container of its own. */
export function dockersRules({ rules, nft, networks, containers }: Rules): DockersRule[] {
  const owners = ownersOf(containers);
  const own = new Set(networks.flatMap(({ bridge, subnets }) => [bridge, ...subnets]));
  const isOwn = (word: string): boolean => /^DOCKER(?:-|$)/.test(word) || own.has(word);
  const ofTables = (['ip', 'ip6'] as const).flatMap((family) =>
    rules[family]
      .all()
      .filter(({ rule }) => !isYours(rule))
      .map(({ table, rule }) => {
        const found = named(asCommand(family, table, rule), owners);
        return { ...found, isOwn: found.container !== null || rule.split(/\s+/).some(isOwn) };
      }),
  );
  const ofDocker = ofTables.filter((one) => one.isOwn).map(({ text, container }) => ({ text, container }));
  return [...ofDocker, ...nftRules(nft ?? '').map((text) => named(text, owners))];
}

/** The rules in DOCKER-USER, which docker jumps to, but does not write. */
export function yourRules({ rules }: Rules): string[] {
  return (['ip', 'ip6'] as const).flatMap((family) =>
    rules[family]
      .all()
      .filter(({ rule }) => isYours(rule))
      .map(({ table, rule }) => asCommand(family, table, rule)),
  );
}

/** docker ends the chain with a RETURN; the rest of it is the administrator's. */
function isYours(rule: string): boolean {
  return /^-A DOCKER-USER (?!-j RETURN$)/.test(rule);
}

/** The lines of the tables that docker makes if it uses nftables itself. */
function nftRules(ruleset: string): string[] {
  const found: string[] = [];
  const place: string[] = [];
  for (const line of ruleset.split('\n').map((one) => one.trim())) {
    if (line.endsWith('{')) place.push(line.slice(0, -1).trim());
    else if (line === '}') place.pop();
    else if (line !== '' && /^table \S+ docker-bridges$/.test(place[0] ?? ''))
      found.push([...place, line.replace(/counter packets \d+ bytes \d+/g, 'counter')].join(': '));
  }
  return found;
}

function named(rule: string, owners: Owners): DockersRule {
  let container: string | null = null;
  // Address by address: an expression for each container's would make the work the product of both.
  const text = rule.replace(/[\w.:]+/g, (word) => {
    const [, head = '', port = ''] = /^(.*)(:\d+)$/.exec(word) ?? [];
    const [owner, rest] = owners.has(word) ? [owners.get(word), ''] : [owners.get(head), port];
    if (!owner) return word;
    container = owner.name;
    return `{${owner.name} on ${owner.network}}${rest}`;
  });
  return { text, container };
}

type Owners = ReadonlyMap<string, { readonly name: string; readonly network: string }>;

/** The container and the network of each address. */
function ownersOf(containers: readonly Container[]): Owners {
  const owners = new Map<string, { name: string; network: string }>();
  for (const { name, addresses } of containers)
    for (const { network, address } of addresses)
      if (address !== '' && !owners.has(address)) owners.set(address, { name, network });
  return owners;
}
