import type { Argv } from 'yargs';
import { EXIT, type ExitStatus } from '../../errors.js';
import { comparisonScreen } from '../../report/compare-screen.js';
import { comparisonText } from '../../report/compare-text.js';
import { jsonText } from '../../report/json-list.js';
import { printable } from '../../report/printable.js';
import { nameOr } from '../default-name.js';
import { reaching } from '../hosts.js';
import type { Io } from '../io.js';
import {
  type CommonArguments,
  commonOptions,
  followOption,
  isScreen,
  NAME,
  rootOptions,
  TEXT_OR_JSON,
  textFor,
} from '../options.js';
import { compareIn, patchRequest } from '../request.js';

/** The texts of `--help`. */
export function options(argv: Argv): Argv {
  return followOption(rootOptions(argv, TEXT_OR_JSON))
    .positional('name', { ...NAME, describe: 'a template (default: docker), or a unit (with --follow)' })
    .example(
      'unit-patch compare docker',
      'restart, reload, stop and start, failed start, changes made outside systemd',
    );
}

/** The arguments of `unit-patch compare NAME`. */
interface CompareArguments extends CommonArguments {
  readonly name?: string;
  readonly follow?: unknown;
}

/** Prints what each relation covers on this system, and which one it would choose. Writes nothing. */
export async function run(given: CompareArguments, nearby: Io): Promise<ExitStatus> {
  const common = commonOptions(given, nearby);
  const { roots, format, colorOut, width } = common;
  const io = await reaching(roots, given, nearby);
  const request = patchRequest(nameOr(given.name, roots[0], io), { follow: given.follow });
  const compared = roots.map((root) => ({
    root: root ?? '/',
    comparison: compareIn(root, request, io),
  }));
  if (format === 'json') {
    const all = compared.map(({ comparison }) => comparison);
    io.out(`${jsonText(all.length === 1 ? all[0] : all)}\n`);
    return EXIT.done;
  }
  const isOne = compared.length === 1;
  const screen = isScreen(common, io.outIsTerminal);
  for (const { root, comparison } of compared) {
    if (!isOne) io.out(`${printable(root)}:\n`);
    const text = screen
      ? comparisonScreen(comparison, colorOut, width)
      : textFor(io, comparisonText(comparison, colorOut), width);
    io.out(text);
  }
  return EXIT.done;
}
