import type { Diagnosis } from '../doctor/diagnose.js';
import { paint } from './color.js';
import { printable } from './printable.js';

/** A diagnosis for a person. */
export function doctorText(raw: Diagnosis, color: boolean): string {
  // Evidence may come from another machine, and hold anything.
  const diagnosis = printable(raw);
  const { unit, text, symptoms, exposures, causes, cures } = diagnosis;
  const { word, style } = verdictOf(diagnosis);
  const lines = [`${unit}: ${paint(style, word, color)}; ${text}`];
  const guard = protectionLine(diagnosis);
  if (guard !== undefined) lines.push(guard);
  for (const symptom of symptoms) {
    lines.push('', symptom.text);
    for (const rule of symptom.missing) lines.push(`  ${paint('yellow', 'missing', color)}  ${rule}`);
  }
  if (exposures.length > 0) lines.push('', paint('yellow', 'security', color));
  for (const exposure of exposures) lines.push(`  ${exposure}`);
  if (causes.length > 0) lines.push('', 'cause');
  for (const cause of causes) lines.push(`  ${cause.text}`, ...cause.journal.map((line) => `    ${line}`));
  if (cures.length > 0) lines.push('', 'cure');
  for (const { command, why } of cures) lines.push(`  ${paint('cyan', command, color)}`, `    ${why}`);
  return lines.map((line) => `${line}\n`).join('');
}

type Style = Parameters<typeof paint>[0];

/** The state in a word, and its colour. */
export function verdictOf({ state, protection }: Diagnosis): { word: string; style: Style } {
  switch (state) {
    case 'broken':
      return { word: 'broken', style: 'red' };
    case 'down':
      return { word: 'down', style: 'red' };
    case 'unknown':
      return { word: 'cannot tell', style: 'yellow' };
    case 'off':
      return { word: 'not concerned', style: 'green' };
    case 'healthy':
      return protection.state === 'unprotected'
        ? { word: 'healthy, but unprotected', style: 'yellow' }
        : { word: 'healthy', style: 'green' };
  }
}

/** Whether it is protected against the next restart of the firewall; undefined if that is no question. */
export function protectionLine({ state, protection, unit }: Diagnosis): string | undefined {
  if (state === 'off' || (state === 'unknown' && protection.state === 'unknown')) return undefined;
  const { follow, text } = protection;
  switch (protection.state) {
    case 'protected': {
      const along =
        protection.watch !== undefined
          ? `protected: ${protection.watch.service} brings the rules of ${unit} back, whatever removes them`
          : `protected: ${unit} is restarted along with ${follow ?? 'its firewall'}`;
      return state === 'broken' ? `${along}, which has not kept this from happening` : along;
    }
    case 'unprotected':
      if (follow === null)
        return `unprotected: nothing brings the rules back if something removes them (${text})`;
      return `unprotected: the next restart of ${follow} takes the rules away, and nothing brings them back (${text})`;
    case 'not-needed':
      return `nothing to follow: ${text}`;
    case 'no-firewall':
      return `nothing is followed: ${text}`;
    case 'unknown':
      return `whether it is protected is unknown: ${text}`;
  }
}
