import type { Evidence } from '../docker/evidence.js';
import { yourRules } from '../docker/written-rules.js';
import type { Symptom } from './symptoms.js';

/** Since this version docker itself drops traffic to ports that are not published. */
const DROPS_ITSELF = 28;

/** What a flush has opened, or would open: nobody notices that as an outage. */
export function exposuresOf(evidence: Evidence, symptoms: readonly Symptom[]): string[] {
  return [...ownRules(evidence, symptoms), ...forwarding(evidence)];
}

/** Measured: closed before a flush, open after the restart of docker that heals it. */
function ownRules(evidence: Evidence, symptoms: readonly Symptom[]): string[] {
  const opens =
    'a restart of docker does not bring them back, and published ports are open to everybody then';
  const count = yourRules(evidence).length;
  if (count === 0 && symptoms.some(({ code }) => code === 'own-rules'))
    return [`own rules in DOCKER-USER, if there were any, are gone too: ${opens}`];
  if (count === 0 || evidence.protection.watch?.heal === 'put-back') return [];
  const rules = count === 1 ? 'the own rule' : `the ${count} own rules`;
  return [
    `${rules} in DOCKER-USER should be among those that the firewall loads: a flush removes them, ${opens}`,
  ];
}

/** docker sets the policy only when it turns forwarding on itself. */
function forwarding({ rules, majorVersion, daemon, networks }: Evidence): string[] {
  if (daemon.usesNftables || majorVersion === 0 || majorVersion >= DROPS_ITSELF) return [];
  if (networks.length === 0 || rules.ip.forwardsNothingByItself) return [];
  return [
    'the policy of FORWARD is ACCEPT, so ports of containers that are not published can be reached by a route through ' +
      'this machine; nothing sets it back: iptables -P FORWARD DROP, if it forwards nothing else',
  ];
}
