import { DROP_INS } from '../../plan/render-drop-in.js';
import { command } from './command.js';
import { NEEDED, NO_START_LIMIT, RELATION, RELATION_WORDS, VALUE } from './option-groups.js';
import { restoreDashes } from './shield.js';

/** `unit-patch render NAME` */
export const render = command(
  'render <name>',
  'print the whole drop-in for any other tool to install; looks at no system',
  (argv) =>
    argv
      .positional('name', { ...NEEDED, describe: 'a template (docker), or a unit' })
      .option('follow', {
        ...VALUE,
        coerce: restoreDashes,
        demandOption: true,
        describe: 'the unit to follow, by its real name',
      })
      .option('relation', { ...RELATION, describe: `${RELATION_WORDS}; default: requires` })
      .option('part', {
        choices: DROP_INS,
        requiresArg: true,
        describe: "with --relation hook, which is two drop-ins: the unit's own, or that of the followed unit",
      })
      .option('no-start-limit', NO_START_LIMIT)
      .example(
        'unit-patch render docker --follow iptables.service > 50-follow-firewall.conf',
        'the drop-in, for docker.service.d',
      ),
  async () => (await import('../render-command.js')).renderCommand,
);
