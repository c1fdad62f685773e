import type { Diagnosis } from '../doctor/diagnose.js';
import { paint } from './color.js';
import { protectionLine, verdictOf } from './doctor-text.js';
import { text, wrap } from './layout.js';
import { printable } from './printable.js';
import { asRoot } from './typed.js';

/** As many missing rules as are shown if only some are gone. */
const RULES = 5;

const STEPS = { now: 'FIX IT NOW', lasting: 'KEEP IT FIXED', test: 'TEST IT' } as const;

/** A diagnosis on one screen of a terminal: what is broken, by what, and what to type, in this order. */
export function doctorScreen(raw: Diagnosis, color: boolean, width: number): string {
  // Evidence may come from another machine, and hold anything.
  const diagnosis = printable(raw);
  const parts = [
    [...verdict(diagnosis, color, width), ...symptomLines(diagnosis, color, width)],
    causeLines(diagnosis, width),
    exposureLines(diagnosis, color, width),
    cureLines(diagnosis, color, width),
    lastLine(diagnosis).flatMap((line) => wrap(line, width)),
  ];
  return text(
    parts.filter((part) => part.length > 0).flatMap((part, at) => (at === 0 ? part : ['', ...part])),
  );
}

function verdict(diagnosis: Diagnosis, color: boolean, width: number): string[] {
  const { word, style } = verdictOf(diagnosis);
  const shown = word.toUpperCase();
  const [first = '', ...rest] = wrap(`${shown}: ${headline(diagnosis)}`, width, '', '  ');
  const guard = diagnosis.state === 'broken' ? undefined : protectionLine(diagnosis);
  return [
    first.replace(shown, paint(style, shown, color)),
    ...rest,
    ...(guard === undefined ? [] : wrap(sentence(guard.replace(/^unprotected: /, '')), width, '  ')),
  ];
}

function headline({ state, rules: { needed, missing }, text: said }: Diagnosis): string {
  if (state !== 'broken' || typeof missing !== 'number') return `${said}.`;
  return missing === needed
    ? `all ${missing} of Docker's firewall rules are gone.`
    : `${missing} of Docker's ${needed} firewall rules ${missing === 1 ? 'is' : 'are'} gone.`;
}

/** If all rules are gone, each of them tells nothing more. */
function symptomLines({ symptoms, rules }: Diagnosis, color: boolean, width: number): string[] {
  const isPart = rules.missing !== rules.needed;
  const missing = isPart ? symptoms.flatMap((symptom) => symptom.missing) : [];
  return [
    ...symptoms.slice(0, isPart ? 3 : 2).flatMap((symptom) => wrap(sentence(symptom.text), width, '  ')),
    ...missing.slice(0, RULES).map((rule) => `    ${paint('yellow', 'missing', color)}  ${rule}`),
    ...(missing.length > RULES ? [`    ${missing.length - RULES} more`] : []),
  ];
}

function causeLines({ causes }: Diagnosis, width: number): string[] {
  return causes.flatMap((cause, at) => wrap(sentence(cause.text), width, at === 0 ? 'CAUSE  ' : '       '));
}

function exposureLines({ exposures }: Diagnosis, color: boolean, width: number): string[] {
  return exposures.flatMap((exposure) => {
    const [first = '', ...rest] = wrap(sentence(exposure), width, '! ');
    return [first.replace('!', paint('yellow', '!', color)), ...rest];
  });
}

function cureLines({ cures }: Diagnosis, color: boolean, width: number): string[] {
  const steps = (['now', 'lasting', 'test'] as const).filter((step) =>
    cures.some((cure) => cure.step === step),
  );
  return steps.flatMap((step, at) => [
    `${at + 1}. ${paint('bold', STEPS[step], color)}`,
    ...cures
      .filter((cure) => cure.step === step)
      .flatMap(({ command, why }) => [
        `     ${paint('cyan', asRoot(command), color)}`,
        ...wrap(why, width, '       '),
      ]),
  ]);
}

function lastLine({ state, symptoms }: Diagnosis): string[] {
  if (state === 'off' || state === 'healthy') return [];
  const all = symptoms.length > 0 ? 'Every missing rule and the journal: --verbose. ' : '';
  return [`${all}For a colleague: --save DIR`];
}

/** The name of a unit stays as it is. */
function sentence(said: string): string {
  const isName = /^[^ ]*[.:]/.test(said);
  return `${isName ? said.charAt(0) : said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}
