import type { Argv } from 'yargs';
import type { ExitStatus } from '../../errors.js';
import { findTemplate } from '../../firewalls/find-template.js';
import { nameOr } from '../default-name.js';
import { reaching } from '../hosts.js';
import type { Io } from '../io.js';
import { whileLockedUnlessAsked } from '../locked.js';
import { commonOptions, NAME, rootOptions, writingOptions } from '../options.js';
import { runPlans } from '../plan-run.js';
import { forcedCodes, planRevertIn, type WritingArguments } from '../request.js';

/** The texts of `--help`. */
export function options(argv: Argv): Argv {
  return writingOptions(rootOptions(argv))
    .positional('name', { ...NAME, describe: 'a template (default: docker), or a unit' })
    .example('unit-patch revert docker', 'docker no longer follows its firewall');
}

/** The arguments of `unit-patch revert NAME`. */
interface RevertArguments extends WritingArguments {
  readonly name?: string;
}

/** Reverts what was written for a unit, in every root. */
export async function run(given: RevertArguments, nearby: Io): Promise<ExitStatus> {
  const common = commonOptions(given, nearby);
  const io = await reaching(common.roots, given, nearby);
  const request = {
    unit: findTemplate(nameOr(given.name, common.roots[0], io)).unit,
    force: forcedCodes(given.force),
  };
  return whileLockedUnlessAsked(common.roots, given, io, () => {
    const planned = common.roots.map((root) => planRevertIn(root, request, io));
    return runPlans(planned, given, common, io);
  });
}
