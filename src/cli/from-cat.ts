import { EXIT, UnitPatchError } from '../errors.js';
import { planFromCat } from '../plan/plan-from-cat.js';
import type { PatchRequest } from '../plan/request.js';
import { textSystem } from '../system/open-system.js';
import { readInput } from '../system/stdio.js';
import type { Io } from './io.js';
import { single, usage } from './options.js';
import type { Planned, WritingArguments } from './plan-run.js';

/** Above what all units of a large machine come to; in bytes. */
const SIZE_MAX = 2 * 2 ** 20;

/** Options of a plan from what `systemctl cat` printed. */
export interface CatArguments extends WritingArguments {
  readonly fromCat?: unknown;
}

/**
 * Plans from what `systemctl cat` printed; undefined where that was not asked for.
 * @throws UnitPatchError `usage`, `bad-input`, and what planFromCat() throws
 */
export async function plannedFromCat(
  request: PatchRequest,
  given: CatArguments,
  io: Io,
): Promise<Planned | undefined> {
  const source = single('from-cat', given.fromCat);
  if (source === undefined) return undefined;
  if (source === '') throw usage('--from-cat is empty', 'name a file, or - for standard input');
  if (given.root !== undefined)
    throw usage(
      '--from-cat and --root do not go together',
      'the one is a text, the other a tree: leave one out',
    );
  if (given.dryRun !== true)
    throw usage(
      '--from-cat leaves nowhere to write to',
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
