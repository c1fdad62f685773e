import type { Application } from '../apply/apply-plan.js';
import type { UnitPatchError } from '../errors.js';
import type { Finding } from '../plan/findings/finding.js';
import { isRefused, needsNothing, type Plan } from '../plan/plan.js';
import { paint } from './color.js';
import { coverageLines } from './coverage-table.js';
import { printable, printableLines } from './printable.js';

/** What a plan found, for a person: what is followed and why, what is in force and where, what is missing. */
export function planText(raw: Plan, color: boolean): string {
  const plan = printable<Plan>({ ...raw, changes: [], inputs: [] });
  const lines = headline(plan);
  const settings = [...plan.inForce.map(({ by }) => by), ...plan.missing];
  const width = settings.reduce((longest, { length }) => Math.max(longest, length), 0);
  for (const { setting, by, file, line } of plan.inForce) {
    const place = line === null ? file : `${file}:${line}`;
    const covers = by === setting || by.endsWith(setting) ? '' : `  (says ${setting})`;
    lines.push(`  in force  ${by.padEnd(width)}  ${place}${covers}`);
  }
  for (const { unit, removed, missing } of plan.parts) {
    // The unit is named if it is not the one that the plan is about.
    const of = (setting: string): string =>
      unit === plan.unit ? setting : `${setting.padEnd(width)}  (${unit})`;
    for (const setting of removed) lines.push(`  removed   ${of(setting)}`);
    for (const setting of missing) lines.push(`  ${paint('yellow', 'missing', color)}   ${of(setting)}`);
  }
  if (plan.coverage.length > 0)
    lines.push(`what ${plan.relation ?? ''} covers:`, ...coverageLines(plan.coverage, color));
  for (const finding of plan.findings) lines.push(...findingLines(finding, color));
  if (isInForce(plan)) lines.push('everything is in force; nothing to write');
  return lines.map((line) => `${line}\n`).join('');
}

function isInForce(plan: Plan): boolean {
  const isLoaded = !plan.findings.some(({ code }) => code === 'not-loaded');
  const isPatch = plan.relation !== null && plan.parts.length > 0;
  return isPatch && !plan.changed && !isRefused(plan) && isLoaded;
}

function headline(plan: Plan): string[] {
  const { unit, follow, relation, alsoFollows = [], changed, findings } = plan;
  const also = alsoFollows.map((other) => `  also follows ${other.unit} (${other.dropIn})`);
  if (follow)
    return [`${unit} will follow ${follow.unit} (${follow.why}), relation ${relation ?? ''}`, ...also];
  if (needsNothing(plan)) return also;
  if (relation !== null)
    return [
      `the firewall rules of ${unit} will be watched (no unit is the firewall here), relation ${relation}`,
    ];
  const isThere = changed || findings.length > 0;
  const what = isThere
    ? 'what unit-patch wrote will be removed'
    : 'unit-patch wrote nothing here; nothing to revert';
  return [`${unit}: ${what}`];
}

/** What an application did. */
export function applicationText(application: Application, color: boolean): string {
  const { ok, steps, notRolledBack } = printable(application);
  const lines = steps.map(({ step, outcome, reason }) => {
    const style = { done: 'green', failed: 'red', undone: 'yellow' } as const;
    return `  ${paint(style[outcome], outcome.padEnd(6), color)}  ${step}${reason === undefined ? '' : `: ${reason}`}`;
  });
  if (!ok && notRolledBack.length === 0) lines.push('it failed, and everything was rolled back');
  if (!ok && notRolledBack.length > 0)
    lines.push('it failed, and this could not be rolled back:', ...notRolledBack.map((what) => `  ${what}`));
  return lines.map((line) => `${line}\n`).join('');
}

/** An error and the way out. */
export function errorText(error: UnitPatchError, color: boolean): string {
  // What yargs says of wrong usage has several lines.
  const message = error.code === 'usage' ? printableLines(error.message) : printable(error.message);
  const hint = error.hint === undefined ? '' : `  ${printable(error.hint)}\n`;
  return `${paint('red', 'unit-patch:', color)} ${message}\n${hint}`;
}

/** A finding and the way out, for a person. */
export function findingLines({ code, level, forced, text, hint }: Finding, color: boolean): string[] {
  const style = { refuse: 'red', warn: 'yellow', info: 'cyan' } as const;
  const word = { refuse: 'refused', warn: 'warning', info: 'note' };
  const said = forced ? 'forced' : word[level];
  return [`${paint(style[level], said, color)} [${code}] ${text}`, `  ${hint}`];
}
