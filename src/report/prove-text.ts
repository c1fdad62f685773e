import type { Proof } from '../prove/proof.js';
import { paint } from './color.js';
import { doctorText } from './doctor-text.js';
import { printable } from './printable.js';

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
