import { command } from './command.js';
import { commonOptions, NEEDED } from './option-groups.js';

/** `unit-patch show UNIT` */
export const show = command(
  'show <unit>',
  'print a unit as systemd sees it, every setting with the file and line it comes from',
  (argv) =>
    commonOptions(argv)
      .positional('unit', { ...NEEDED, describe: 'a unit name, docker.service for example' })
      .example(
        'unit-patch show docker.service',
        'what systemd makes of docker.service and everything laid over it',
      ),
  async () => (await import('../show-command.js')).showCommand,
);
