import { command } from './command.js';
import { commonOptions } from './option-groups.js';

/** `unit-patch templates` */
export const templates = command(
  'templates',
  'list the templates, and what each would follow here',
  (argv) => commonOptions(argv).example('unit-patch templates --root /srv/image', 'the same for an image'),
  async () => (await import('../templates-command.js')).templatesCommand,
);
