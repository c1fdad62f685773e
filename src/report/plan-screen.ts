import type { RulesNow } from '../doctor/rules-now.js';
import type { Alternative } from '../plan/compare.js';
import type { Finding } from '../plan/findings/finding.js';
import { isRefused, type Plan } from '../plan/plan.js';
import { changedLines } from './changed-lines.js';
import { paint } from './color.js';
import { text, wrap } from './layout.js';
import { meaningLines } from './meaning.js';
import { printable } from './printable.js';
import { refusalLines } from './refusal-screen.js';
import { rulesNowLines } from './rules-now-text.js';
import { again, type Way, waysOf } from './ways.js';

/** What a plan's screen is made for. */
export interface PlanScreenOptions {
  readonly color: boolean;
  /** of the terminal, in columns */
  readonly width: number;
  /** how Docker's rules stand right now; undefined if that is not known */
  readonly rules?: RulesNow | undefined;
  /** what other relations cover that this one does not */
  readonly others?: readonly Alternative[];
  /** systemd has to load the files, which say all of it */
  readonly mustReload?: boolean;
}

/** As many warnings as a person reads before an answer; the others show with --verbose. */
const WARNINGS = 2;

/**
 * A plan on one screen of a terminal: what changes, what that means, and what to know before the answer. All that
 * there is to say of it is in planText().
 */
export function planScreen(raw: Plan, options: PlanScreenOptions): string {
  const plan = printable<Plan>({ ...raw, inputs: [] });
  if (isRefused(plan)) return text(refusalLines(plan, options));
  if (!plan.changed && options.mustReload !== true) return text(nothingToDo(plan, options));
  const { width, color } = options;
  const parts = [
    wrap(headline(plan), width),
    changeLines(plan, color),
    meaningLines(plan, options.others ?? [], width),
    beforeYouSayYes(plan, options),
  ];
  return text(parts.filter((part) => part.length > 0).flatMap((part) => [...part, '']));
}

function headline({ unit, follow, relation, changed, missing, inForce, coverage }: Plan): string {
  if (relation === null) return `${unit} will no longer follow a unit by what unit-patch wrote.`;
  if (!follow) return `${unit} has nothing to follow.`;
  const isFirewall = coverage.some(({ outcome }) => outcome === 'lost' || outcome === 'harmless');
  const whom = `${isFirewall ? 'your firewall, ' : ''}${follow.unit} (${shortly(follow.why)})`;
  if (!changed) return `${unit} follows ${whom} once systemd has loaded the files.`;
  if (missing.length > 0 && inForce.length === 0) return `${unit} does not follow ${whom}.`;
  if (missing.length > 0) return `${unit} follows ${whom} only in part.`;
  return `${unit} follows ${whom}; the files of unit-patch change.`;
}

/** `enabled by LINK` is in the full text. */
function shortly(why: string): string {
  return why.replace(/^enabled by .*/, 'enabled').replace(/^followed already, .*/, 'followed already');
}

function changeLines({ changes }: Plan, color: boolean): string[] {
  return changes.flatMap((change) => {
    const { what, path, lines } = changedLines(change);
    const shown = lines.map((line) => `  ${paint(line.startsWith('+') ? 'green' : 'red', line, color)}`);
    return [`  ${paint('bold', what, color)} ${path}`, ...(shown.length > 0 ? shown : ['  (only its comments)'])];
  });
}

/** What a person can live with goes last. */
const LAST = ['start-limit', 'no-live-restore', 'followed-asserts'];

function beforeYouSayYes(plan: Plan, options: PlanScreenOptions): string[] {
  const { width, color, rules } = options;
  const isLast = ({ code }: Finding): number => LAST.indexOf(code) + 1;
  const warnings = plan.findings.filter(({ level }) => level === 'warn').sort((a, b) => isLast(a) - isLast(b));
  const now = rules ? rulesNowLines(rules, 'before', width, color) : [];
  const shown = warnings.slice(0, now.length > 0 ? WARNINGS - 1 : WARNINGS);
  const hidden = plan.findings.length - shown.length;
  const lines = [
    ...shown.flatMap((finding) => warningLines(finding, again(plan), width, color)),
    ...now,
    ...(hidden > 0 ? [`  ${hidden} more: --verbose`] : []),
  ];
  if (shown.length + now.length === 0) return lines;
  return [plan.changed ? 'Before you say yes:' : 'Good to know:', ...lines];
}

function warningLines(
  { text: said, hint, code, forced }: Finding,
  command: string,
  width: number,
  color: boolean,
): string[] {
  const mark = paint('yellow', '!', color);
  const [first = '', ...rest] = wrap(`${forced ? 'forced: ' : ''}${said} [${code}]`, width, '    ');
  return [`  ${mark} ${first.slice(4)}`, ...rest, ...waysOf(hint, command).flatMap((way) => wayLines(way, width))];
}

function wayLines({ what, command }: Way, width: number): string[] {
  return [...(what === '' || command !== undefined ? [] : wrap(what, width, '      ')), ...(command === undefined ? [] : [`      ${command}`])];
}

function nothingToDo(plan: Plan, { width, color, rules }: PlanScreenOptions): string[] {
  const { unit, follow, relation, inForce, findings } = plan;
  const now = rules ? rulesNowLines(rules, 'nothing', width, color) : [];
  if (relation === null) return [...wrap(`unit-patch wrote nothing for ${unit} here. Nothing to revert.`, width), ...now];
  if (!follow) return [...findings.flatMap((one) => warningLines(one, again(plan), width, color)), ...now];
  const places = [...new Set(inForce.map(({ file, line }) => (line === null ? file : `${file}:${line}`)))];
  const where = places.length === 0 ? '' : ` (${places.slice(0, 2).join(', ')})`;
  return [...wrap(`${unit} follows ${follow.unit} already${where}. Nothing to write.`, width), ...now];
}
