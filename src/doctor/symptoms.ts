import type { Evidence } from './evidence.js';
import { needsOf, type Effect, type Need } from './needs.js';

/** Something that does not work, and the rules whose absence makes it so. */
export interface Symptom {
  readonly code: Effect | 'nftables' | 'no-trace';
  readonly text: string;
  readonly missing: readonly string[];
}

/** How docker's rules stand. */
export interface RulesFound {
  readonly needed: number;
  readonly missing: number;
  readonly symptoms: readonly Symptom[];
}

/** Compares what should be in force with what is. */
export function findSymptoms(evidence: Evidence): RulesFound {
  if (evidence.daemon.usesNftables) return nftablesSymptoms(evidence);
  const needs = needsOf(evidence);
  const missing = needs.filter(({ family, table, rule, orElse }) => {
    const rules = evidence.rules[family];
    return ![rule, ...orElse].some((one) => rules.has(table, one));
  });
  const groups = new Map<string, Need[]>();
  for (const need of missing) {
    const key = `${need.effect} ${need.of}`;
    groups.set(key, [...(groups.get(key) ?? []), need]);
  }
  const symptoms = [...groups.values()].flatMap((group): Symptom[] => {
    const [first] = group;
    if (!first) return [];
    const lines = group.map(({ family, table, rule }) => inWords(family, table, rule));
    return [{ code: first.effect, text: meaning(first, evidence), missing: lines }];
  });
  const order = Object.keys(MEANINGS);
  symptoms.sort((one, other) => order.indexOf(one.code) - order.indexOf(other.code));
  const traces = noTraces(evidence);
  return {
    needed: needs.length + traces.length,
    missing: missing.length + traces.length,
    symptoms: [...symptoms, ...traces],
  };
}

type Meaning = (of: string, evidence: Evidence) => string;

/** What each loss means for people, the worst first. */
const MEANINGS: Readonly<Record<Effect, Meaning>> = {
  'way-out': (of) => `containers on ${of} cannot reach beyond this machine`,
  forwarding: (of, { rules }) => {
    const whose = of === '' ? "the containers'" : `${of}'s`;
    return rules.ip.forwardsNothingByItself
      ? `${whose} traffic is not forwarded: nothing accepts it`
      : `${whose} traffic is forwarded only because nothing forbids it`;
  },
  published: (of, { daemon }) =>
    daemon.usesProxy
      ? `${of} answers only through docker-proxy, if at all: a curl on this machine proves nothing`
      : `${of} does not answer`,
  ports: (of) =>
    of === ''
      ? 'no published port is translated, and no container with one can be started'
      : `connections to the ports of containers on ${of} are not checked by docker`,
  between: (of) => `between containers on ${of}, docker's own rule decides no more`,
  isolation: (of) =>
    of === ''
      ? 'docker keeps its networks apart no more'
      : `${of} is not kept apart from docker's other networks`,
  'own-rules': () => 'your own rules in DOCKER-USER are not looked at',
};

function meaning({ effect, of }: Need, evidence: Evidence): string {
  return MEANINGS[effect](of, evidence);
}

function inWords(family: Need['family'], table: string, rule: string): string {
  return `${family === 'ip6' ? 'ip6tables' : 'iptables'}${table === 'filter' ? '' : ` -t ${table}`} ${rule}`;
}

/** A bridge of which only the interface is known may be internal; some rule names it all the same. */
function noTraces({ networks, rules }: Evidence): Symptom[] {
  const guessed = networks.filter(({ guessed, bridge }) => guessed && bridge !== 'docker0');
  const lost = guessed.filter(({ bridge }) => !rules.ip.names(bridge));
  return lost.map(({ bridge }) => ({
    code: 'no-trace',
    text: `no rule at all names ${bridge}`,
    missing: [`iptables -A FORWARD … ${bridge} …`],
  }));
}

/** docker 29 and later can write tables of its own; each of its bridges is named there. */
function nftablesSymptoms({ nft, networks }: Evidence): RulesFound {
  const table = /^table ip docker-bridges \{$([^]*?)^\}/m.exec(nft ?? '')?.[1];
  const lost = networks.filter(({ bridge }) => !table?.includes(`"${bridge}"`));
  const symptoms = lost.map(({ name, bridge }): Symptom => {
    const missing = [
      table === undefined ? 'table ip docker-bridges' : `table ip docker-bridges: rules of ${bridge}`,
    ];
    return { code: 'nftables', text: `containers on ${name} have no rules of docker's`, missing };
  });
  return { needed: networks.length, missing: lost.length, symptoms };
}
