import { command } from './command.js';
import { formatOptions, VALUE, YES } from './option-groups.js';
import { restoreDashes } from './shield.js';

/** `unit-patch prove NAME` */
export const prove = command(
  'prove <name>',
  "restart the firewall for real, and show that docker's rules and containers come back",
  (argv) =>
    formatOptions(argv)
      .positional('name', { type: 'string', demandOption: true, describe: 'docker' })
      .option('follow', {
        ...VALUE,
        coerce: restoreDashes,
        describe: 'the unit to restart; default: the one that docker follows, or should',
      })
      .option('probe', {
        ...VALUE,
        describe: 'a command that ends with 0 where the network works, to measure the outage by',
      })
      .option('timeout', { ...VALUE, describe: 'how long to wait for docker, in seconds; default: 120' })
      .option('wait', { type: 'boolean', describe: 'wait until the start limits allow one more restart' })
      .option('yes', YES)
      .example('sudo unit-patch prove docker', 'restarts the firewall, after asking')
      .example(
        "sudo unit-patch prove docker --yes --probe 'docker exec web wget -qO- example.org'",
        'your own measure',
      )
      .epilogue(
        'Exit status: 0 all came back · 1 something did not, or you said no · 2 usage error, or it cannot be tried · 3 a start limit would trip.',
      ),
  async () => (await import('../prove-command.js')).proveCommand,
);
