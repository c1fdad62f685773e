import { command } from './command.js';
import { commonOptions, NEEDED, requestOptions, VALUE } from './option-groups.js';

/** `unit-patch check NAME…` */
export const check = command(
  'check <names..>',
  'is anything left to patch? one line a unit and root',
  (argv) =>
    requestOptions(commonOptions(argv))
      .positional('names', { ...NEEDED, array: true, describe: 'templates (docker) or units' })
      .option('roots-from', {
        ...VALUE,
        describe: 'a file that names a root a line, or - for standard input',
      })
      .example('unit-patch check docker --root /srv/a --root /srv/b', 'two images')
      .example(
        'find /srv/images -mindepth 1 -maxdepth 1 | unit-patch check docker --roots-from -',
        'all images',
      )
      .epilogue(
        'Exit status: 0 nothing is missing · 1 something is missing · 2 usage error, or it cannot be told · 3 refused, because writing would break the unit.',
      ),
  async () => (await import('../check-command.js')).checkCommand,
);
