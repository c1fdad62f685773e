import type { ExitStatus } from '../errors.js';
import { type CatArguments, plannedFromCat } from './from-cat.js';
import type { Io } from './io.js';
import { commonOptions } from './options.js';
import { exitCodeNeedsDryRun, patchRequest, planFor, type RequestArguments } from './plan-request.js';
import { runPlans } from './plan-run.js';
import { whileLockedUnlessAsked } from './while-locked.js';

/** The arguments of `unit-patch NAME`. */
export interface PatchArguments extends RequestArguments, CatArguments {
  readonly name: string;
}

/** Makes a unit follow another one, in every root. */
export async function patchCommand(given: PatchArguments, io: Io): Promise<ExitStatus> {
  const common = commonOptions(given, io);
  exitCodeNeedsDryRun(given);
  const request = patchRequest(given.name, given);
  const fromCat = await plannedFromCat(request, given, io);
  if (fromCat) return runPlans([fromCat], given, common, io);
  return whileLockedUnlessAsked(common.roots, given, io, () => {
    const planned = common.roots.map((root) => planFor(request, root, io));
    return runPlans(planned, given, common, io);
  });
}
