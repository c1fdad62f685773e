import type { Argv } from 'yargs';
import { EXIT, type ExitStatus, UnitPatchError } from '../../errors.js';
import { FINDING_CODES } from '../../plan/findings/index.js';
import { explainReport, findingsList, findingsMarkdown, findingsText } from '../../report/explain.js';
import { jsonText } from '../../report/json-list.js';
import { didYouMean, nearest } from '../../units/nearest.js';
import type { Io } from '../io.js';
import { type CommonArguments, commonOptions, formatOptions, restoreDashes, textFor } from '../options.js';

/** The texts of `--help`. */
export function options(argv: Argv): Argv {
  return formatOptions(argv, ['text', 'json', 'markdown'])
    .positional('code', {
      type: 'string',
      coerce: restoreDashes,
      describe: 'the code of a finding, two-firewalls for example',
    })
    .example('unit-patch explain two-firewalls', 'why that is refused, and what to do about it');
}

/**
 * Prints what a finding means, or a list of all.
 * @throws UnitPatchError `no-such-finding`, `usage`
 */
export function run(given: CommonArguments & { readonly code?: string }, io: Io): ExitStatus {
  const { format, width } = commonOptions(given, io);
  if (given.code !== undefined && !FINDING_CODES.includes(given.code)) throw noSuchFinding(given.code);
  const codes = given.code === undefined ? FINDING_CODES : [given.code];
  const report = explainReport(codes);
  if (format === 'json') io.out(`${jsonText(report)}\n`);
  else if (format === 'markdown') io.out(findingsMarkdown(codes));
  else io.out(textFor(io, given.code === undefined ? findingsList(report) : findingsText(report), width));
  return EXIT.done;
}

function noSuchFinding(code: string): UnitPatchError {
  const words = code.split('-').filter((word) => word.length > 2);
  const alike = FINDING_CODES.filter((one) => one.split('-').some((word) => words.includes(word)));
  const near = nearest(code, FINDING_CODES) ?? (alike.length > 0 ? alike.join(', ') : undefined);
  const hint = didYouMean(near, 'unit-patch explain lists all of them');
  return new UnitPatchError('no-such-finding', `there is no finding ${code}`, EXIT.usage, hint);
}
