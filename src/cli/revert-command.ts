import type { ExitStatus } from '../errors.js';
import { findTemplate } from './find-template.js';
import type { Io } from './io.js';
import { commonOptions } from './options.js';
import { forcedCodes, planRevertFor } from './plan-request.js';
import { runPlans, type WritingArguments } from './plan-run.js';
import { whileLockedUnlessAsked } from './while-locked.js';

/** The arguments of `unit-patch revert NAME`. */
export interface RevertArguments extends WritingArguments {
  readonly name: string;
}

/** Takes back what was written for a unit, in every root. */
export async function revertCommand(given: RevertArguments, io: Io): Promise<ExitStatus> {
  const common = commonOptions(given, io);
  const request = { unit: findTemplate(given.name).unit, force: forcedCodes(given.force) };
  return whileLockedUnlessAsked(common.roots, given, io, () => {
    const planned = common.roots.map((root) => planRevertFor(request, root, io));
    return runPlans(planned, given, common, io);
  });
}
