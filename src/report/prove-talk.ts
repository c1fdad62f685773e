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
  const { unit, containers, protection, daemon } = evidence;
  const rules = dockersRules(evidence).length;
  const stayDown = containers.filter(({ restartPolicy }) => restartPolicy === 'no').map(({ name }) => name);
  const isProtected = protection.state === 'protected';
  const lines = [
    isProtected
      ? `${follow} is to be restarted, and ${unit} along with it: ${amount(rules, 'rule')}, ${amount(containers.length, 'container')}`
      : `${follow} is to be restarted, and ${unit} does not follow it (${protection.text})`,
    probe
      ? `  the outage is measured by ${probe.text}`
      : '  the outage is not measured: no published port answers (--probe)',
  ];
  const warn = (text: string): number => lines.push(`${paint('yellow', 'warning', color)} ${text}`);
  if (!isProtected)
    warn(
      `docker's rules may be gone then (${rules}), and ${amount(containers.length, 'container')} without a network, until docker is restarted`,
    );
  if (isProtected && !daemon.keepsContainers && stayDown.length > 0)
    warn(`these containers will stay down (restart policy no): ${stayDown.join(', ')}`);
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function amount(number: number, of: string): string {
  return `${number} ${of}${number === 1 ? '' : 's'}`;
}
