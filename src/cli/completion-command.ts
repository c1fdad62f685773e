import { EXIT, type ExitStatus } from '../errors.js';
import { baseName } from '../files/files.js';
import { SHELLS } from './commands/completion.js';
import { SCRIPTS } from './completion-scripts.js';
import type { Io } from './io.js';
import { usage } from './options.js';

/** Prints a shell's script, which asks this command again for every completion. */
export function completionCommand({ shell }: { readonly shell?: unknown }, io: Io): ExitStatus {
  const own = baseName(io.env.SHELL ?? '');
  const asked = typeof shell === 'string' ? shell : own;
  const known = SHELLS.find((one) => one === asked);
  if (known === undefined)
    throw usage(
      own === '' ? '$SHELL names no shell' : `there is no completion for ${own}`,
      `name the shell: unit-patch completion ${SHELLS.join('|')}`,
    );
  io.out(SCRIPTS[known]);
  return EXIT.done;
}
