import type { Argv } from 'yargs';
import { EXIT, type ExitStatus, UnitPatchError } from '../../errors.js';
import { reaching } from '../hosts.js';
import type { Io } from '../io.js';
import { whileLockedUnlessAsked } from '../locked.js';
import { commonOptions, NEEDED, requestOptions, rootOptions, writingOptions } from '../options.js';
import { runPlans } from '../plan-run.js';
import { exitCodeNeedsDryRun, patchRequest, planIn, type RequestArguments } from '../request.js';

const EPILOGUE = [
  'Exit status: 0 done, or nothing to do; 1 something is missing (check, --dry-run --exit-code), or you said no; 2 usage error,',
  'or unsupported environment; 3 refused, because writing would break the unit; 4 it failed while applying, and',
  'everything was rolled back.',
].join(' ');

/** The texts of `--help`. */
export function options(argv: Argv): Argv {
  return writingOptions(requestOptions(rootOptions(argv)))
    .positional('name', {
      ...NEEDED,
      describe: 'a template (docker), or a unit (myapp.service, with --follow)',
    })
    .example('unit-patch docker', 'docker restarts along with the firewall of this machine')
    .example(
      'unit-patch docker --root /srv/image -n > docker.patch',
      'the patch for an image, nothing written',
    )
    .example('unit-patch docker --host root@web1', 'the same on a machine without Node.js, by ssh')
    .example('unit-patch myapp.service --follow postgresql.service', 'any unit after any other')
    .example('unit-patch docker --follow /srv/data', 'docker does not start without that mount')
    .epilogue(EPILOGUE);
}

/** The arguments of `unit-patch NAME`. */
interface PatchArguments extends RequestArguments {
  readonly name: string;
}

/** Makes a unit follow another one, in every root. */
export async function run(given: PatchArguments, nearby: Io): Promise<ExitStatus> {
  const common = commonOptions(given, nearby);
  exitCodeNeedsDryRun(given);
  const request = patchRequest(given.name, given);
  if (request.follow === undefined && request.template.unit.startsWith('podman.')) throw podman();
  const io = await reaching(common.roots, given, nearby);
  return whileLockedUnlessAsked(common.roots, given, io, () => {
    const planned = common.roots.map((root) =>
      planIn(root, request, io, { coverageBefore: common.format === 'markdown' }),
    );
    return runPlans(planned, given, common, io);
  });
}

/** A restart of podman writes no rules; what does was measured. */
function podman(): UnitPatchError {
  return new UnitPatchError(
    'no-such-name',
    'podman needs no drop-in: restarting it does not bring its rules back',
    EXIT.usage,
    'sudo podman network reload --all does; to make it follow a unit anyway, add --follow UNIT',
  );
}
