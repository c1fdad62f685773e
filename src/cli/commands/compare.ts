import { command } from './command.js';
import { commonOptions, followOption, NEEDED } from './option-groups.js';

/** `unit-patch compare NAME` */
export const compare = command(
  'compare <name>',
  'what each relation covers on this system, and which one it would choose; reads only',
  (argv) =>
    followOption(commonOptions(argv))
      .positional('name', { ...NEEDED, describe: 'a template (docker), or a unit (with --follow)' })
      .example(
        'unit-patch compare docker',
        'restart, reload, stop and start, failed start, and what passes by',
      ),
  async () => (await import('../compare-command.js')).compareCommand,
);
