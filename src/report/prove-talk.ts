import type { Container } from '../doctor/evidence.js';
import type { NamedProbe } from '../prove/probing.js';
import type { Ready } from '../prove/ready.js';
import { dockersRules } from '../prove/dockers-rules.js';
import { paint } from './color.js';
import { printable } from './printable.js';

/** What a proof is about to do to this machine. */
export function proveTalk(
  { evidence, follow }: Ready,
  probe: NamedProbe | undefined,
  color: boolean,
): string {
  const { unit, protection, daemon } = evidence;
  const running = evidence.containers.filter(({ isRunning }) => isRunning);
  const rules = dockersRules(evidence).length;
  const isProtected = protection.state === 'protected';
  const lines = [
    isProtected
      ? `${follow} is to be restarted, and ${unit} along with it: ${amount(rules, 'rule')}, ${amount(running.length, 'container')}`
      : `${follow} is to be restarted, and ${unit} does not follow it (${protection.text})`,
    probe
      ? `  the outage is measured by ${probe.text}`
      : '  the outage is not measured: no published port answers (--probe)',
  ];
  const warnings: string[] = [];
  if (!isProtected)
    warnings.push(
      `docker's rules may be gone then (${rules}), and ${amount(running.length, 'container')} without a network, until docker is restarted`,
    );
  if (isProtected && !daemon.keepsContainers) warnings.push(...stayDownWarnings(running));
  // The colours are ours: only what the machine said is made printable.
  return [
    ...lines.map((line) => `${printable(line)}\n`),
    ...warnings.map((text) => `${paint('yellow', 'warning', color)} ${printable(text)}\n`),
  ].join('');
}

/** The containers that a restart of docker ends, or may end, for good. */
function stayDownWarnings(running: readonly Container[]): string[] {
  const named = (policy: string): string =>
    running
      .filter(({ restartPolicy }) => restartPolicy === policy)
      .map(({ name }) => name)
      .join(', ');
  const never = named('no');
  const perhaps = named('on-failure');
  return [
    ...(never === '' ? [] : [`these containers will stay down (no restart policy): ${never}`]),
    ...(perhaps === '' ? [] : [`these stay down if they end with 0 (restart policy on-failure): ${perhaps}`]),
  ];
}

function amount(number: number, of: string): string {
  return `${number} ${of}${number === 1 ? '' : 's'}`;
}
