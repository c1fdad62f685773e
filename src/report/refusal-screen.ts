import type { RulesNow } from '../doctor/rules-now.js';
import type { Finding } from '../plan/findings/finding.js';
import { FINDINGS } from '../plan/findings/index.js';
import type { Plan } from '../plan/plan.js';
import { paint } from './color.js';
import { wrap } from './layout.js';
import { rulesNowLines } from './rules-now-text.js';
import { waysOf } from './ways.js';

/** What a refusal's screen is made for. */
interface RefusalOptions {
  readonly color: boolean;
  readonly width: number;
  readonly command: string;
  readonly rules?: RulesNow | undefined;
}

/** Why a plan is refused, and what to decide; nothing else, since nothing else changes what the reader does next. */
export function refusalLines(plan: Plan, options: RefusalOptions): string[] {
  const { color, width, rules } = options;
  const refused = plan.findings.filter(({ level }) => level === 'refuse');
  return [
    ...refused.flatMap((finding, at) => reason(finding, at, width, color)),
    ...decisions(refused, options),
    ...(rules ? [...rulesNowLines(rules, 'refused', width, color), ''] : []),
    ...wrap(lastWord(plan, refused), width),
  ];
}

function reason({ code, text }: Finding, at: number, width: number, color: boolean): string[] {
  const word = at === 0 ? 'Refused, nothing was written' : 'Also';
  const [first = '', ...rest] = wrap(`${word}: ${titleOf(code)} [${code}]`, width, '', '  ');
  return [first.replace(word, paint('red', word, color)), ...rest, '', ...wrap(`${text}.`, width, '  '), ''];
}

/** What a finding is about, as a heading. */
function titleOf(code: string): string {
  return FINDINGS[code]?.docs.title ?? '';
}

function decisions(refused: readonly Finding[], { command, width, color }: RefusalOptions): string[] {
  const ways = refused.flatMap(({ hint }) => waysOf(hint, command));
  const lines = ways.flatMap(({ what, command: typed }) => [
    ...(what === '' ? [] : wrap(what, width, '  ', '    ')),
    ...(typed === undefined ? [] : [`      ${paint('cyan', typed, color)}`]),
  ]);
  return [ways.length > 1 ? 'Decide, then run this again:' : 'Do this, then run this again:', ...lines, ''];
}

function lastWord({ findings }: Plan, refused: readonly Finding[]): string {
  const codes = [...new Set(refused.map(({ code }) => code))];
  const mayBeForced = codes.every((code) => FINDINGS[code]?.mayBeForced === true);
  const force = codes.map((code) => `--force ${code}`).join(' ');
  const others = findings.length > refused.length ? ' Other notes: --verbose.' : '';
  return `${mayBeForced ? `Write it nevertheless: ${force}.` : 'It cannot be forced.'}${others} More about it: unit-patch explain ${codes[0] ?? ''}`;
}
