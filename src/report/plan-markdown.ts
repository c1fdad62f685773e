import type { Application } from '../apply/apply-plan.js';
import type { RulesNow } from '../doctor/rules-now.js';
import type { Finding } from '../plan/findings/finding.js';
import { type Change, isRefused, needsNothing, type Plan } from '../plan/plan.js';
import { changedLines } from './changed-lines.js';
import { coverageMarkdown } from './coverage-markdown.js';
import { code, fenced, prose } from './markdown.js';
import { shortly } from './event-words.js';
import { planPicture } from './mermaid.js';
import { patchOf } from './patch.js';

/** A plan, and the result of applying it. */
export interface PlanResult {
  readonly plan: Plan;
  /** what was done, once something was */
  readonly application?: Application | undefined;
  /** the files say it all, but systemd has not loaded them */
  readonly mustReload: boolean;
  /** how Docker's rules stand on a live machine; undefined if that is not known */
  readonly rulesNow?: RulesNow | undefined;
}

/**
 * Plans as a comment for a pull request, on GitHub or GitLab; several roots each under its own heading.
 * @example
 * ```ts
 * import { openRoot, parseTemplate, planPatch, plansMarkdown, readTemplate } from 'unit-patch';
 *
 * const request = { template: parseTemplate(readTemplate('docker')), follow: undefined, relation: 'requires' };
 * const plan = planPatch(openRoot('examples/centos-7'), request);
 * assert.match(plansMarkdown([{ plan, mustReload: false }]), /```mermaid/);
 * ```
 */
export function plansMarkdown(all: readonly PlanResult[]): string {
  return all
    .map((result) => (all.length > 1 ? `### ${code(result.plan.root)}\n\n` : '') + planMarkdown(result))
    .join('\n');
}

/**
 * One plan: a heading that says it all, what happens before and after, and the lines that systemd reads; a reviewer who
 * wants more opens the rest.
 */
function planMarkdown(result: PlanResult): string {
  const { plan, application } = result;
  const refused = plan.findings.filter(({ level }) => level === 'refuse');
  const picture = isRefused(plan) ? undefined : planPicture(plan);
  const rest = [
    titled('Notes', plan.findings.filter((one) => !refused.includes(one)).map(findingLines)),
    plan.changes.length > 0 ? fenced('diff', plan.changes.map((change) => patchOf(change)).join('')) : '',
    titled('Already in force', plan.inForce.map(inForceLine)),
    titled('No longer in force', plan.removed.map(code)),
    picture === undefined ? '' : fenced('mermaid', picture),
  ];
  const parts = [
    `#### ${sentence(result)}\n`,
    titled('Why', refused.map(findingLines)),
    isRefused(plan) ? '' : coverageMarkdown(plan),
    plan.changes.map(shortPatch).join('\n'),
    titled('Done', application ? applicationLines(application) : []),
    details(summaryOf(plan, refused.length, picture !== undefined), rest),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** The lines of a change that systemd reads. */
function shortPatch(change: Change): string {
  const { what, path, lines } = changedLines(change);
  const shown = lines.map((line) => line.charAt(0) + line.slice(2));
  return shown.length === 0 ? '' : `${what} ${code(path)}\n\n${fenced('diff', shown.join('\n'))}`;
}

function details(summary: string, rest: readonly string[]): string {
  const parts = rest.filter((part) => part !== '');
  return parts.length === 0
    ? ''
    : `<details><summary>${summary}</summary>\n\n${parts.join('\n')}\n</details>\n`;
}

/** What is behind it, so that nobody has to open it to find out. */
function summaryOf(
  { findings, changes, inForce, removed }: Plan,
  refused: number,
  hasPicture: boolean,
): string {
  const notes = findings.length - refused;
  return [
    notes > 0 ? `${notes} ${notes === 1 ? 'note' : 'notes'}` : '',
    changes.length > 0 ? 'the whole patch' : '',
    inForce.length > 0 ? 'what is in force' : '',
    removed.length > 0 ? 'what is no longer in force' : '',
    hasPicture ? 'a picture' : '',
  ]
    .filter((word) => word !== '')
    .join(', ');
}

function sentence(result: PlanResult): string {
  const { plan, application, mustReload } = result;
  const { unit, follow, relation, changes } = plan;
  if (relation === null) return revertSentence(plan, application);
  if (needsNothing(plan)) return `${code(unit)} has nothing to follow here, so nothing will be written.`;
  if (!follow) return watchSentence(result);
  const whom = `${code(follow.unit)} (${prose(shortly(follow.why))}), relation ${code(relation)}`;
  if (isRefused(plan)) return `**Refused:** ${code(unit)} will not follow ${whom}, and nothing is written.`;
  if (application) {
    if (application.ok) return `${code(unit)} follows ${whom}: ${done(changes)}.`;
    return `**Failed:** ${code(unit)} should follow ${whom}; ${failed(application)}.`;
  }
  if (changes.length > 0) return `${code(unit)} will follow ${whom}: ${files(changes)} will change.`;
  return mustReload
    ? `${code(unit)} follows ${whom}, once systemd has loaded the files: they say all of it already.`
    : `${code(unit)} follows ${whom}: everything is in force, and there is nothing to write.`;
}

/** Of a watch that is all, since no unit is the firewall. */
function watchSentence({ plan, application, mustReload }: PlanResult): string {
  const { unit, relation, changes } = plan;
  const rules = `the firewall rules of ${code(unit)}`;
  const how = `relation ${code(relation ?? '')}`;
  if (isRefused(plan)) return `**Refused:** ${rules} will not be watched, ${how}, and nothing is written.`;
  if (application?.ok) return `${capital(rules)} are watched, ${how}: ${done(changes)}.`;
  if (application) return `**Failed:** ${rules} should be watched, ${how}; ${failed(application)}.`;
  if (changes.length > 0) return `${capital(rules)} will be watched, ${how}: ${files(changes)} will change.`;
  const when = mustReload ? 'once systemd has loaded the files' : 'and there is nothing to write';
  return `${capital(rules)} are watched, ${how}, ${when}.`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function revertSentence(plan: Plan, application: Application | undefined): string {
  const { unit, changes, findings } = plan;
  if (isRefused(plan)) return `**Refused:** what unit-patch wrote for ${code(unit)} is not reverted.`;
  if (application?.ok) return `What unit-patch wrote for ${code(unit)} was reverted: ${done(changes)}.`;
  if (application)
    return `**Failed:** what unit-patch wrote for ${code(unit)} was to be reverted; ${failed(application)}.`;
  if (changes.length > 0)
    return `What unit-patch wrote for ${code(unit)} will be reverted: ${files(changes)} will go.`;
  return findings.length > 0
    ? `There is nothing to revert for ${code(unit)}.`
    : `unit-patch wrote nothing for ${code(unit)}, so there is nothing to revert.`;
}

function files({ length }: { readonly length: number }): string {
  return length === 1 ? 'one file' : `${length} files`;
}

function done(changes: Plan['changes']): string {
  if (changes.length === 0) return 'systemd has loaded the files';
  const what = changes.every(({ action }) => action === 'delete') ? 'removed' : 'written';
  return `${files(changes)} ${changes.length === 1 ? 'was' : 'were'} ${what}`;
}

function failed({ notRolledBack }: Application): string {
  return notRolledBack.length === 0
    ? 'everything was rolled back'
    : `this could not be rolled back: ${notRolledBack.map(code).join(', ')}`;
}

function inForceLine({ setting, by, file, line }: Plan['inForce'][number]): string {
  const covers = by === setting || by.endsWith(setting) ? '' : `, which says ${code(setting)}`;
  return `${code(by)}${covers}: ${code(file)}${line === null ? ', a link' : `, line ${line}`}`;
}

function findingLines({ code: name, level, forced, text, hint }: Finding): string {
  const words = { refuse: 'refused', warn: 'warning', info: 'note' };
  return `**${forced ? 'forced' : words[level]}** ${code(name)}: ${prose(text)}\n  <br>${prose(hint)}`;
}

function applicationLines({ steps }: Application): string[] {
  return steps.map(
    ({ step, outcome, reason }) =>
      `${outcome}: ${prose(step)}${reason === undefined ? '' : `: ${prose(reason)}`}`,
  );
}

function titled(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `**${title}**\n\n${lines.map((line) => `- ${line}\n`).join('')}`;
}
