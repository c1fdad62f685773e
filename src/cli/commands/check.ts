import { command } from './command.js';
import { commonOptions, NEEDED, requestOptions } from './option-groups.js';

/** `unit-patch check NAME…` */
export const check = command(
  'check <names..>',
  'is anything left to patch? one line a unit and root',
  (argv) =>
    requestOptions(commonOptions(argv))
      .positional('names', { ...NEEDED, array: true, describe: 'templates (docker) or units' })
      .example('unit-patch check docker --root /srv/a --root /srv/b', 'two images'),
  async () => (await import('../check-command.js')).checkCommand,
);
