import { answerOptions, commonOptions, NEEDED } from './option-groups.js';
import { command } from './command.js';

/** `unit-patch apply PLAN` */
export const apply = command(
  'apply <plan>',
  'apply a plan that was saved with --json --dry-run, unless anything has moved since',
  (argv) =>
    answerOptions(commonOptions(argv))
      .positional('plan', { ...NEEDED, describe: 'the file; - is standard input' })
      .example('unit-patch apply plan.json', 'what somebody has looked at, and nothing else')
      .example('unit-patch apply plan.json --root /srv/b', 'in another root, where its files are the same')
      .epilogue(
        'Exit status: as ever; 2 where the file is no plan, 3 where it is stale: what moved is named, nothing is written.',
      ),
  async () => (await import('../apply-command.js')).applyCommand,
);
