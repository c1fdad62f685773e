import { EXIT, type ExitStatus } from '../errors.js';
import { compareRelations } from '../plan/compare.js';
import { comparisonMarkdown, comparisonText } from '../report/compare-text.js';
import { jsonText } from '../report/json-list.js';
import { code } from '../report/markdown.js';
import { printable } from '../report/printable.js';
import type { Io } from './io.js';
import { type CommonArguments, commonOptions, usage } from './options.js';
import { patchRequest, planFor } from './plan-request.js';

/** The arguments of `unit-patch compare NAME`. */
export interface CompareArguments extends CommonArguments {
  readonly name: string;
  readonly follow?: unknown;
}

/** Prints what each relation covers on this system, and which one it would choose. Writes nothing. */
export function compareCommand(given: CompareArguments, io: Io): ExitStatus {
  const { roots, format, colorOut } = commonOptions(given, io);
  if (format === 'diff') throw usage('compare has no format diff', 'use --format text, json or markdown');
  const request = patchRequest(given.name, { follow: given.follow });
  const compared = roots.map((root) => ({
    root: root ?? '/',
    comparison: compareRelations((relation) => planFor({ ...request, relation }, root, io).plan),
  }));
  if (format === 'json') {
    const all = compared.map(({ comparison }) => comparison);
    io.out(`${jsonText(all.length === 1 ? all[0] : all)}\n`);
    return EXIT.done;
  }
  const isOne = compared.length === 1;
  for (const { root, comparison } of compared)
    if (format === 'markdown')
      io.out((isOne ? '' : `### ${code(root)}\n\n`) + comparisonMarkdown(comparison));
    else io.out((isOne ? '' : `${printable(root)}:\n`) + comparisonText(comparison, colorOut));
  return EXIT.done;
}
