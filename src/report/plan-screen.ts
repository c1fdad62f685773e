import type { RulesNow } from '../doctor/rules-now.js';
import type { Alternative } from '../plan/compare.js';
import type { Finding } from '../plan/findings/finding.js';
import { isRefused, needsNothing, type Plan } from '../plan/plan.js';
import { changedLines } from './changed-lines.js';
import { paint } from './color.js';
import { text, wrap } from './layout.js';
import { called, shortly } from './event-words.js';
import { meaningLines } from './meaning.js';
import { printable } from './printable.js';
import { refusalLines } from './refusal-screen.js';
import { momentBefore, rulesNowLines } from './rules-now-text.js';
import { type WayOut, waysOf } from './ways.js';

/** What a plan's screen is made for. */
export interface PlanScreenOptions {
  readonly color: boolean;
  /** the command line that made it, to which a way out adds its option */
  readonly command: string;
  /** of the terminal, in columns */
  readonly width: number;
  /** its height, in lines; undefined if it does not say */
  readonly rows?: number | undefined;
  /** how Docker's rules stand right now; undefined if that is not known */
  readonly rules?: RulesNow | undefined;
  /** what other relations cover that this one does not */
  readonly others?: readonly Alternative[];
  /** systemd has to load the files, which say all of it */
  readonly mustReload?: boolean;
}

/** The height of a terminal that does not say how high it is. */
const ROWS_USUAL = 24;

/** The question, what may be answered, and the line of the command itself. */
const QUESTION_ROWS = 3;

/** As many warnings as a person reads before an answer; the others show with --verbose. */
const WARNINGS = 2;

/**
 * A plan on one screen of a terminal: what changes, what that means, and what to know before the answer. All that
 * there is to say of it is in planText().
 */
export function planScreen(raw: Plan, options: PlanScreenOptions): string {
  const plan = { ...printable<Plan>({ ...raw, changes: [], inputs: [] }), changes: raw.changes };
  if (isRefused(plan)) return text(refusalLines(plan, options));
  if (!plan.changed && options.mustReload !== true) return text(nothingToDo(plan, options));
  // The question has to be in sight together with what it is about.
  const room = (options.rows ?? ROWS_USUAL) - QUESTION_ROWS;
  const screens = [WARNINGS, 1, 0, -1].map((warnings) => screenWith(plan, options, warnings));
  const fitting = screens.find(({ length }) => length <= room) ?? screens.at(-1);
  return text(fitting ?? []);
}

/** @param warnings how many are shown; with less than none, the names of sections go, too */
function screenWith(plan: Plan, options: PlanScreenOptions, warnings: number): string[] {
  const { width, color } = options;
  return [
    wrap(headline(plan), width),
    changeLines(plan, color).filter((line) => warnings >= 0 || !/[+-] \[/.test(line)),
    meaningLines(plan, options.others ?? [], width),
    beforeYouSayYes(plan, options, warnings),
  ]
    .filter((part) => part.length > 0)
    .flatMap((part) => [...part, '']);
}

function headline(plan: Plan): string {
  const { unit, follow, relation, changed, missing, ties, coverage } = plan;
  if (relation === null) return revertHeadline(plan);
  if (needsNothing(plan)) return `${unit} has nothing to follow.`;
  if (relation === 'watch' && changed && !hasWatch(plan)) return nothingWatches(plan);
  if (!follow) return watches(plan);
  const isFirewall = coverage.some(
    ({ event, outcome }) => event === 'outside-systemd' && ['lost', 'covered'].includes(outcome),
  );
  const whom = `${isFirewall ? 'your firewall, ' : ''}${follow.unit} (${shortly(follow.why)})`;
  if (!changed) return `${unit} follows ${whom} once systemd has loaded the files.`;
  if (ties.before.length === 0) return `${unit} does not follow ${whom}.`;
  if (missing.length === 0) return `${unit} follows ${whom}; only files of unit-patch change.`;
  return `${unit} has a part of what it needs to follow ${whom}.`;
}

/** Whether the files of a watch were there before. */
function hasWatch({ changes }: Plan): boolean {
  return changes.every(({ action }) => action !== 'create');
}

/** A watch that is all there is, since no unit is the firewall. */
function watches({ unit, changed }: Plan): string {
  const rules = `the firewall rules of ${called(unit)}`;
  return changed
    ? `The watch on ${rules} is there, and its files change.`
    : `${rules.replace('the', 'The')} are watched once systemd has loaded the files.`;
}

function nothingWatches({ unit, follow }: Plan): string {
  const firewall = follow
    ? `; your firewall is ${follow.unit} (${shortly(follow.why)})`
    : '; no unit here is known to be the firewall, and none is needed';
  return `Nothing watches the firewall rules of ${called(unit)} yet${firewall}.`;
}

function revertHeadline({ unit, removed }: Plan): string {
  if (removed.length === 0)
    return `What unit-patch wrote for ${unit} will be removed; other files say the same.`;
  const followed = removed.flatMap((setting) => /^(?:After|Requires|PartOf)=(.+)$/.exec(setting)?.[1] ?? []);
  return `${unit} will no longer follow ${[...new Set(followed)].join(', ') || 'its firewall'}.`;
}

/** A file with more lines than that is only named: d shows it. */
const LINES = 8;

function changeLines({ changes }: Plan, color: boolean): string[] {
  return changes.flatMap((change) => {
    const { what, path, lines } = printable(changedLines(change));
    const isLong = lines.length > LINES;
    const shown = (isLong ? [] : lines).map(
      (line) => `  ${paint(line.startsWith('+') ? 'green' : 'red', line, color)}`,
    );
    return [
      `  ${paint('bold', what, color)} ${path}`,
      ...(shown.length > 0 ? shown : [isLong ? `  (${lines.length} lines)` : '  (only its comments)']),
    ];
  });
}

/** What a person can live with goes last. */
const LAST = ['start-limit', 'no-live-restore', 'followed-asserts'];

function beforeYouSayYes(plan: Plan, options: PlanScreenOptions, most: number): string[] {
  const { width, color, rules } = options;
  const isLast = ({ code }: Finding): number => LAST.indexOf(code) + 1;
  const warnings = plan.findings
    .filter(({ level }) => level === 'warn')
    .sort((a, b) => isLast(a) - isLast(b));
  const now = rules ? rulesNowLines(rules, momentBefore(plan), width, color) : [];
  const shown = warnings.slice(0, Math.max(now.length > 0 ? most - 1 : most, 0));
  const hidden = plan.findings.length - shown.length;
  const lines = [
    ...shown.flatMap((finding) => warningLines(finding, options.command, width, color)),
    ...now,
    ...(hidden > 0 ? [`  ${hidden} more: --verbose`] : []),
  ];
  if (shown.length + now.length === 0) return hidden === 0 ? [] : [`${hidden} notes: --verbose`];
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
  return [
    `  ${mark} ${first.slice(4)}`,
    ...rest,
    ...waysOf(hint, command)
      .slice(0, 1)
      .flatMap((way) => wayLines(way, width)),
  ];
}

function wayLines({ what, command }: WayOut, width: number): string[] {
  return [
    ...(what === '' || command !== undefined ? [] : wrap(what, width, '      ')),
    ...(command === undefined ? [] : [`      ${command}`]),
  ];
}

function nothingToDo(plan: Plan, { width, color, command, rules }: PlanScreenOptions): string[] {
  const { unit, follow, relation, inForce, findings } = plan;
  const now = rules ? rulesNowLines(rules, 'nothing', width, color) : [];
  if (relation === null)
    return [...wrap(`unit-patch wrote nothing for ${unit} here. Nothing to revert.`, width), ...now];
  if (needsNothing(plan))
    return [...findings.flatMap((one) => warningLines(one, command, width, color)), ...now];
  const [place] = inForce.map(({ file, line }) => (line === null ? file : `${file}:${line}`));
  const where = place === undefined ? '' : ` (${place})`;
  if (relation === 'watch')
    return [
      ...wrap(`${called(unit)}'s firewall rules are watched already${where}. Nothing to write.`, width),
      ...now,
    ];
  return [...wrap(`${unit} follows ${follow?.unit ?? ''} already${where}. Nothing to write.`, width), ...now];
}
