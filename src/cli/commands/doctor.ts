import { command } from './command.js';
import { formatOptions, VALUE } from './option-groups.js';

/** `unit-patch doctor NAME` */
export const doctor = command(
  'doctor <name>',
  'is the outage happening on this machine, and why? reads only',
  (argv) =>
    formatOptions(argv)
      .positional('name', { type: 'string', demandOption: true, describe: 'docker' })
      .option('follow', {
        ...VALUE,
        describe: 'the firewall of this machine, where no template knows it',
      })
      .option('save', { ...VALUE, describe: 'keep what the machine answered in a new directory' })
      .option('from', { ...VALUE, describe: 'read what --save has kept, of whatever machine' })
      .example('sudo unit-patch doctor docker', "are docker's rules in force, and why not?")
      .epilogue(
        'Exit status: 0 healthy, and protected if it has to be · 1 broken, down or unprotected · 2 usage error, or it cannot be told.',
      ),
  async () => (await import('../doctor-command.js')).doctorCommand,
);
