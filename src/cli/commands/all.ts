import type { Command } from './command.js';
import { check } from './check.js';
import { completion } from './completion.js';
import { doctor } from './doctor.js';
import { patch } from './patch.js';
import { render } from './render.js';
import { revert } from './revert.js';
import { show } from './show.js';
import { templates } from './templates.js';

/** The commands, in the order of `--help`. */
export const COMMANDS: readonly Command[] = [
  patch,
  check,
  revert,
  render,
  show,
  doctor,
  templates,
  completion,
];
