import type { Container } from '../docker/evidence.js';
import { dockersRules } from '../docker/written-rules.js';
import type { Preconditions } from '../prove/preconditions.js';
import type { NamedProbe } from '../prove/probing.js';
import type { Proof } from '../prove/proof.js';
import { paint } from './color.js';
import { doctorScreen } from './doctor-screen.js';
import { doctorText } from './doctor-text.js';
import { pairs, text, wrap } from './layout.js';
import { printable } from './printable.js';

/** The effect that a proof will have on this machine. */
export function proofPlanText(
  { evidence, follow }: Preconditions,
  probe: NamedProbe | undefined,
  color: boolean,
): string {
  const { unit, protection, daemon } = evidence;
  const running = evidence.containers.filter(({ isRunning }) => isRunning);
  const rules = dockersRules(evidence).length;
  const isProtected = protection.state === 'protected';
  const { watch } = protection;
  const isPutBack = isProtected && watch?.heal === 'put-back';
  const lines = [
    isPutBack
      ? `${follow} will be restarted, and ${watch.service} puts the rules back: ${amount(rules, 'rule')}; ${unit} and ${amount(running.length, 'container')} stay up`
      : isProtected
        ? `${follow} will be restarted, and ${unit} along with it: ${amount(rules, 'rule')}, ${amount(running.length, 'container')}`
        : `${follow} will be restarted, and ${unit} does not follow it (${protection.text})`,
    probe
      ? `  the outage is measured by ${probe.text}`
      : '  the outage is not measured: no published port answers (--probe)',
  ];
  const warnings: string[] = [];
  if (!isProtected)
    warnings.push(
      `docker's rules may be gone then (${rules}), and ${amount(running.length, 'container')} without a network, until docker is restarted`,
    );
  if (isProtected && !isPutBack && !daemon.keepsContainers) warnings.push(...stayDownWarnings(running));
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

/** A proof on a terminal: what was seen first, so that the verdict and the outage stand last. */
export function proveScreen(raw: Proof, color: boolean, width: number): string {
  const {
    holds,
    text: said,
    reasons,
    outage,
    timeline,
    rules,
    containers,
    notes,
    said: logged,
    diagnosis,
  } = printable(raw);
  const missing = [...rules.missing, ...containers.missing];
  const word = holds ? 'PROVED' : 'NOT PROVED';
  const [verdict = '', ...rest] = wrap(`${word}: ${said}.`, width, '', '  ');
  return text([
    ...timeline.map((moment) => `${String(moment.milliseconds).padStart(7)} ms  ${moment.text}`),
    '',
    ...pairs(
      [
        ['rules back', rules.text],
        ['containers back', containers.text],
      ],
      width,
      '',
    ),
    ...missing.map((what) => `  ${paint('yellow', 'missing', color)}  ${what}`),
    ...notes.flatMap((note) => wrap(note, width, 'note  ')),
    ...(holds || logged.length === 0 ? [] : ['docker says', ...logged.map((line) => `  ${line}`)]),
    ...(holds || !diagnosis ? [] : ['', doctorScreen(diagnosis, color, width).trimEnd()]),
    '',
    verdict.replace(word, paint(holds ? 'green' : 'red', word, color)),
    ...rest,
    ...reasons.slice(1).flatMap((reason) => wrap(`and ${reason.text}.`, width, '  ')),
    ...wrap(`Outage: ${outage.text}`, width),
  ]);
}

/** A proof for a person. */
export function proveText(raw: Proof, color: boolean): string {
  const { holds, text, reasons, outage, timeline, rules, containers, notes, said, diagnosis } =
    printable(raw);
  const verdict = holds ? paint('green', 'proved', color) : paint('red', 'not proved', color);
  const lines = [`${verdict}: ${text}`];
  for (const reason of reasons.slice(1)) lines.push(`  and ${reason.text}`);
  lines.push(`outage: ${outage.text}`, '', 'timeline');
  for (const moment of timeline) lines.push(`${String(moment.milliseconds).padStart(7)} ms  ${moment.text}`);
  lines.push(
    '',
    `rules back       ${rules.text}`,
    ...rules.missing.map((rule) => `  ${paint('yellow', 'missing', color)}  ${rule}`),
    `containers back  ${containers.text}`,
    ...containers.missing.map((name) => `  ${paint('yellow', 'missing', color)}  ${name}`),
    ...notes.map((note) => `${paint('cyan', 'note', color)}: ${note}`),
  );
  if (said.length > 0) lines.push('', 'docker says', ...said.map((line) => `  ${line}`));
  const now = holds || !diagnosis ? '' : `\n${doctorText(diagnosis, color)}`;
  return lines.map((line) => `${line}\n`).join('') + now;
}
