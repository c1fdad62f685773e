import { EXIT, type ExitStatus, UnitPatchError } from '../../errors.js';
import type { FindingMeta } from '../../plan/findings/check.js';
import { FINDING_CODES, FINDINGS } from '../../plan/findings/index.js';
import { jsonText } from '../../report/json-list.js';
import type { Io } from '../io.js';
import { type CommonArguments, commonOptions, usage } from '../options.js';
import { command } from './command.js';
import { formatOptions } from './option-groups.js';
import { restoreDashes } from './shield.js';

/** `unit-patch explain [CODE]` */
export const explain = command(
  'explain [code]',
  'what a finding means, and the ways out; without a code, all of them',
  (argv) =>
    formatOptions(argv)
      .positional('code', {
        type: 'string',
        coerce: restoreDashes,
        describe: 'the code of a finding, two-firewalls for example',
      })
      .example('unit-patch explain two-firewalls', 'why that is refused, and what to do about it'),
  () => Promise.resolve(explainCommand),
);

type Explained = FindingMeta & { readonly code: string };

function explainCommand(given: CommonArguments & { readonly code?: string }, io: Io): ExitStatus {
  const { format } = commonOptions(given, io);
  if (format === 'diff') throw usage('explain has no format diff', 'use --format text, json or markdown');
  const codes = given.code === undefined ? FINDING_CODES : [given.code];
  const findings = codes.map(findingOf);
  if (format === 'json') io.out(json(findings));
  else if (format === 'markdown') io.out(table(findings));
  else io.out(given.code === undefined ? list(findings) : findings.map(explanation).join(''));
  return EXIT.done;
}

/** @throws UnitPatchError `no-such-finding` */
function findingOf(code: string): Explained {
  const meta = FINDINGS[code];
  if (meta && FINDING_CODES.includes(code)) return { code, ...meta };
  const words = code.split('-').filter((word) => word.length > 2);
  const near = FINDING_CODES.filter((one) => one.split('-').some((word) => words.includes(word)));
  throw new UnitPatchError(
    'no-such-finding',
    `there is no finding ${code}`,
    EXIT.usage,
    near.length > 0 ? `there is ${near.join(', ')}` : 'unit-patch explain lists all of them',
  );
}

function list(findings: readonly Explained[]): string {
  const width = Math.max(...findings.map(({ code }) => code.length));
  return findings.map((one) => `${one.code.padEnd(width)}  ${levelOf(one)}\n`).join('');
}

function explanation(finding: Explained): string {
  const { code, level, mayBeForced, docs } = finding;
  const force = mayBeForced ? `--force ${code} writes all the same` : 'cannot override it';
  return plain(
    [
      `${code}: ${levelsOf(finding)}`,
      `  meaning  ${docs.meaning}`,
      `  way out  ${docs.wayOut}`,
      ...(level === 'refuse' ? [`  --force  ${force}`] : []),
      '',
    ].join('\n'),
  );
}

/** The texts as they are for people: only Markdown marks code. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}

function json(findings: readonly Explained[]): string {
  const documents = findings.map(({ docs: { meaning, wayOut, weaker }, mayBeForced = false, ...rest }) => ({
    ...rest,
    mayBeForced,
    meaning: plain(meaning),
    wayOut: plain(wayOut),
    ...(weaker === undefined ? {} : { weaker: plain(weaker) }),
  }));
  return `${jsonText({ schema: 'unit-patch/explain@1', findings: documents })}\n`;
}

/** The list as the README has it. */
function table(findings: readonly Explained[]): string {
  const rows = findings.map((one) => [`\`${one.code}\``, levelsOf(one), one.docs.meaning, one.docs.wayOut]);
  const head = ['finding', 'level', 'what it means', 'the way out'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

const LEVELS = { refuse: 'refuse', warn: 'warning', info: 'note' } as const;

/** `refuse (requires)`, or `refuse, never forced` */
function levelOf({ level, mayBeForced, relations }: Explained): string {
  const about = relations ? ` (${relations.join(', ')})` : '';
  return `${LEVELS[level]}${about}${level === 'refuse' && !mayBeForced ? ', never forced' : ''}`;
}

/** The same with the weaker level that it may have. */
function levelsOf(finding: Explained): string {
  const { weaker } = finding.docs;
  return levelOf(finding) + (weaker === undefined ? '' : `; ${weaker}`);
}
