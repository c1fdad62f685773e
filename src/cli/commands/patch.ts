import { command } from './command.js';
import { commonOptions, NEEDED, requestOptions, VALUE, writingOptions } from './option-groups.js';
import { restoreDashes } from './shield.js';

const EPILOGUE = [
  'Exit status: 0 done, or nothing to do · 1 something is left (check, --dry-run --exit-code, or you said no) · 2 wrong usage, or an environment',
  'that cannot serve · 3 refused, because writing would break the unit · 4 it failed while applying, and',
  'everything was put back.',
].join(' ');

/** `unit-patch NAME` */
export const patch = command(
  '$0 <name>',
  'patch: make a unit follow another one, with the smallest drop-in that does it',
  (argv) =>
    writingOptions(requestOptions(commonOptions(argv)))
      .positional('name', {
        ...NEEDED,
        describe: 'a template (docker), or a unit (myapp.service, with --follow)',
      })
      .option('from-cat', {
        ...VALUE,
        coerce: restoreDashes,
        describe:
          'with -n: plan from what systemctl cat printed, in a file or - for standard input, of whatever machine',
      })
      .example('unit-patch docker', 'docker restarts along with the firewall of this machine')
      .example(
        'unit-patch docker --root /srv/image -n > docker.patch',
        'the patch for an image, nothing written',
      )
      .example('unit-patch myapp.service --follow postgresql.service', 'any unit after any other')
      .example(
        'ssh HOST systemctl cat docker.service iptables.service | unit-patch docker --from-cat - -n',
        'the patch for a machine without Node.js; not the full check',
      )
      .epilogue(EPILOGUE),
  async () => (await import('../patch-command.js')).patchCommand,
);
