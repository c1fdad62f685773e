import type { Argv } from 'yargs';
import { EXIT, type ExitStatus, UnitPatchError } from '../../errors.js';
import { planFromCat } from '../../plan/plan-from-cat.js';
import type { PatchRequest } from '../../plan/request.js';
import { textSystem } from '../../system/open-system.js';
import { readInput } from '../../system/stdio.js';
import type { Io } from '../io.js';
import { whileLockedUnlessAsked } from '../locked.js';
import {
  commonOptions,
  NEEDED,
  requestOptions,
  rootOptions,
  single,
  usage,
  VALUE,
  writingOptions,
} from '../options.js';
import { runPlans } from '../plan-run.js';
import {
  exitCodeNeedsDryRun,
  patchRequest,
  planIn,
  type Planned,
  type RequestArguments,
} from '../request.js';

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
    .option('from-cat', {
      ...VALUE,
      describe: 'with -n: plan from the output of systemctl cat (a file, or - for standard input)',
    })
    .example('unit-patch docker', 'docker restarts along with the firewall of this machine')
    .example(
      'unit-patch docker --root /srv/image -n > docker.patch',
      'the patch for an image, nothing written',
    )
    .example('unit-patch myapp.service --follow postgresql.service', 'any unit after any other')
    .example('unit-patch docker --follow /srv/data', 'docker does not start without that mount')
    .example(
      'ssh HOST systemctl cat docker.service iptables.service | unit-patch docker --from-cat - -n',
      'the patch for a machine without Node.js; not the full check',
    )
    .epilogue(EPILOGUE);
}

/** The arguments of `unit-patch NAME`. */
interface PatchArguments extends RequestArguments {
  readonly name: string;
  readonly fromCat?: unknown;
}

/** Makes a unit follow another one, in every root. */
export async function run(given: PatchArguments, io: Io): Promise<ExitStatus> {
  const common = commonOptions(given, io);
  exitCodeNeedsDryRun(given);
  const request = patchRequest(given.name, given);
  if (request.follow === undefined && request.template.unit.startsWith('podman.')) throw podman();
  const fromCat = await plannedFromCat(request, given, io);
  if (fromCat) return runPlans([fromCat], given, common, io);
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

/** More than all units of a large machine hold; in bytes. */
const SIZE_MAX = 2 * 2 ** 20;

/**
 * Plans from what `systemctl cat` printed; undefined if that was not asked for.
 * @throws UnitPatchError `usage`, `bad-input`, and what planFromCat() throws
 */
async function plannedFromCat(
  request: PatchRequest,
  given: PatchArguments,
  io: Io,
): Promise<Planned | undefined> {
  const source = single('from-cat', given.fromCat);
  if (source === undefined) return undefined;
  if (source === '') throw usage('--from-cat is empty', 'name a file, or - for standard input');
  if (given.root !== undefined)
    throw usage(
      '--from-cat and --root do not go together',
      'leave one out: the one is a text, the other a tree',
    );
  if (given.dryRun !== true)
    throw usage(
      '--from-cat has no system to write to',
      'add --dry-run (-n), and apply the patch where the text comes from',
    );
  const bytes = await read(source, io);
  const unitPath = io.env.SYSTEMD_UNIT_PATH;
  const { files, plan } = planFromCat(bytes, source, request, unitPath === undefined ? {} : { unitPath });
  return { system: textSystem(files), root: undefined, plan, mustReload: false };
}

async function read(source: string, io: Io): Promise<Buffer> {
  if (source === '-' && io.ask) io.err('what systemctl cat printed, then Ctrl-D:\n');
  const read = await readInput(source, SIZE_MAX, io.input);
  if ('bytes' in read) return read.bytes;
  const name = source === '-' ? 'standard input' : source;
  throw new UnitPatchError(
    'bad-input',
    `${name} ${read.why}`,
    EXIT.usage,
    'name a file that holds what systemctl cat printed, or - for standard input',
  );
}
