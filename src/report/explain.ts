import type { Relation } from '../firewalls/template.js';
import type { Finding, FindingCode } from '../plan/findings/finding.js';
import { FINDINGS } from '../plan/findings/index.js';

/** The description of a finding, for people. */
export interface ExplainedFinding {
  readonly code: FindingCode;
  /** the strongest level that it has */
  readonly level: Finding['level'];
  /** whether `--force` overrides its refusal */
  readonly mayBeForced: boolean;
  /** the relations that it is about; missing if it is about all of them */
  readonly relations?: readonly Relation[];
  /** what is wrong, in a few words */
  readonly title: string;
  /** the state, and what would happen */
  readonly meaning: string;
  /** how to get out of it */
  readonly wayOut: string;
  /** when its level is a weaker one; missing if it never is */
  readonly weaker?: string;
  /** the tests that show it with a real systemd; missing if files alone decide it */
  readonly measured?: readonly string[];
}

/**
 * What `unit-patch explain` prints: every finding, or the one that was named.
 * @title What findings mean
 */
export interface ExplainReport {
  /** the name and version of this document's schema */
  readonly schema: 'unit-patch/explain@1';
  /** the findings, the strongest first */
  readonly findings: readonly ExplainedFinding[];
}

/** What these findings mean; texts without marks of Markdown. */
export function explainReport(codes: readonly FindingCode[]): ExplainReport {
  const findings = explained(codes).map(({ meaning, wayOut, weaker, ...rest }) => ({
    ...rest,
    meaning: plain(meaning),
    wayOut: plain(wayOut),
    ...(weaker === undefined ? {} : { weaker: plain(weaker) }),
  }));
  return { schema: 'unit-patch/explain@1', findings };
}

const WORDS = { refuse: 'refused', warn: 'warning', info: 'note' } as const;

/** A line for each finding: its code, whether it stops a plan, and what it is about. */
export function findingsList({ findings }: ExplainReport): string {
  const width = Math.max(...findings.map(({ code }) => code.length));
  return findings
    .map(({ code, level, title }) => `${code.padEnd(width)}  ${WORDS[level].padEnd(7)}  ${title}\n`)
    .join('');
}

/** All that there is to say of each. */
export function findingsText({ findings }: ExplainReport): string {
  return findings.map(explanation).join('\n');
}

function explanation(finding: ExplainedFinding): string {
  const { code, level, mayBeForced, title, meaning, wayOut, measured } = finding;
  const force = mayBeForced ? `--force ${code} writes it anyway` : 'cannot override it';
  return [
    `${code}: ${title}`,
    `  level    ${levelsOf(finding)}`,
    `  meaning  ${meaning}`,
    `  way out  ${wayOut}`,
    ...(level === 'refuse' ? [`  --force  ${force}`] : []),
    ...(measured ? [`  shown by ${measured.join(', ')}`] : []),
    '',
  ].join('\n');
}

/** A table of them for a page in Markdown, in which code is marked. */
export function findingsMarkdown(codes: readonly FindingCode[]): string {
  const rows = explained(codes).map((one) => [`\`${one.code}\``, levelsOf(one), one.meaning, one.wayOut]);
  const head = ['finding', 'level', 'what it means', 'the way out'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function explained(codes: readonly FindingCode[]): ExplainedFinding[] {
  return codes.flatMap((code) => {
    const meta = FINDINGS[code];
    if (!meta) return [];
    const { docs, mayBeForced = false, ...rest } = meta;
    return [{ code, ...rest, mayBeForced, ...docs }];
  });
}

function plain(text: string): string {
  return text.replaceAll('`', '');
}

const LEVELS = { refuse: 'refuse', warn: 'warning', info: 'note' } as const;

/** `refuse (requires)`, or `refuse, never forced` */
function levelOf({ level, mayBeForced, relations }: ExplainedFinding): string {
  const about = relations ? ` (${relations.join(', ')})` : '';
  return `${LEVELS[level]}${about}${level === 'refuse' && !mayBeForced ? ', never forced' : ''}`;
}

/** The same with the weaker level that it may have. */
export function levelsOf(finding: ExplainedFinding): string {
  return levelOf(finding) + (finding.weaker === undefined ? '' : `; ${finding.weaker}`);
}
