import { command } from './command.js';
import { commonOptions, NEEDED, writingOptions } from './option-groups.js';

/** `unit-patch revert NAME` */
export const revert = command(
  'revert <name>',
  'take back what unit-patch wrote for a unit, and nothing else',
  (argv) =>
    writingOptions(commonOptions(argv))
      .positional('name', { ...NEEDED, describe: 'a template (docker), or a unit' })
      .example('unit-patch revert docker', 'docker does not follow its firewall any more'),
  async () => (await import('../revert-command.js')).revertCommand,
);
