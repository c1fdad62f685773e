import { command } from './command.js';
import { commonOptions, NEEDED, writingOptions } from './option-groups.js';

/** `unit-patch apply PLAN` */
export const apply = command(
  'apply <plan>',
  'apply a plan that was saved with --json --dry-run, unless anything has moved since',
  (argv) =>
    writingOptions(commonOptions(argv))
      .positional('plan', { ...NEEDED, describe: 'the file; - is standard input' })
      .example('unit-patch apply plan.json', 'what somebody has looked at, and nothing else')
      .example('unit-patch apply plan.json --root /srv/b', 'in another root, where its files are the same')
      .epilogue(
        'Exit status: as for the main command; 2 also if the file is no plan, 3 also if it is stale: nothing is written, and what changed is named.',
      ),
  async () => (await import('../apply-command.js')).applyCommand,
);
