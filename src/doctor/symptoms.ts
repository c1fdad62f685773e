import type { Evidence } from '../docker/evidence.js';
import { type LostEffect, needsOf } from '../docker/needs.js';
import { asCommand } from '../docker/rules.js';

/** Something that does not work, and the rules whose absence makes it so. */
export interface Symptom {
  /** stable, for programs */
  readonly code: LostEffect | 'nftables' | 'no-trace';
  /** one sentence */
  readonly text: string;
  /** the rules that are gone, in iptables' own words */
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
  const symptoms = EFFECTS.flatMap((effect): Symptom[] => {
    const group = missing.filter((need) => need.effect === effect);
    if (group.length === 0) return [];
    const of = [...new Set(group.map((need) => need.of))].filter(Boolean);
    const lines = group.map(({ family, table, rule }) => asCommand(family, table, rule));
    return [{ code: effect, text: MEANINGS[effect](of.join(', '), evidence), missing: lines }];
  });
  const traces = noTraces(evidence);
  return {
    needed: needs.length + traces.length,
    missing: missing.length + traces.length,
    symptoms: [...symptoms, ...traces],
  };
}

type Meaning = (of: string, evidence: Evidence) => string;

/** What each loss means for people, the worst first. */
const MEANINGS: Readonly<Record<LostEffect, Meaning>> = {
  'way-out': (of) => `containers on ${of} cannot reach beyond this machine`,
  published: (of, { daemon }) =>
    daemon.usesProxy
      ? `${of}: answers only through docker-proxy, if at all; a curl on this machine proves nothing`
      : `${of}: does not answer`,
  forwarding: (of, { rules }) => {
    const whose = `traffic of containers${of === '' ? '' : ` on ${of}`}`;
    return rules.ip.forwardsNothingByItself
      ? `${whose} is not forwarded: nothing accepts it`
      : `${whose} is forwarded only because nothing forbids it`;
  },
  translation: () => 'no published port is translated, and no container with one can be started',
  ports: (of) => `docker does not decide any more which ports of containers on ${of} are open`,
  between: (of) => `docker does not decide any more whether containers on ${of} may talk to each other`,
  isolation: (of) => `docker does not keep its networks apart any more${of === '' ? '' : `: ${of}`}`,
  'own-rules': () => 'your own rules in DOCKER-USER are not looked at',
};
const EFFECTS = Object.keys(MEANINGS) as LostEffect[];

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
  const table = tableIn(nft ?? '');
  // Looked for one by one, they would take the product of the networks and the table.
  const named = new Set((table ?? '').match(/"[^"\n]*"/g));
  const lost = networks.filter(({ bridge }) => !named.has(`"${bridge}"`));
  const symptoms = lost.map(({ name, bridge }): Symptom => {
    const missing = [
      table === undefined ? 'table ip docker-bridges' : `table ip docker-bridges: rules of ${bridge}`,
    ];
    return { code: 'nftables', text: `containers on ${name} have no rules of docker's`, missing };
  });
  return { needed: networks.length, missing: lost.length, symptoms };
}

/** The content of docker's own table; a pattern for its end would search again from every beginning. */
function tableIn(nft: string): string | undefined {
  const lines = nft.split('\n');
  const first = lines.indexOf('table ip docker-bridges {');
  const last = lines.indexOf('}', first);
  return first < 0 || last < 0 ? undefined : lines.slice(first + 1, last).join('\n');
}
