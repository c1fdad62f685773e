import { apply } from './apply.js';
import { check } from './check.js';
import type { Command } from './command.js';
import { compare } from './compare.js';
import { completion } from './completion.js';
import { doctor } from './doctor.js';
import { explain } from './explain.js';
import { patch } from './patch.js';
import { prove } from './prove.js';
import { render } from './render.js';
import { revert } from './revert.js';
import { show } from './show.js';
import { templates } from './templates.js';

/** The commands, in the order of `--help`. */
export const COMMANDS: readonly Command[] = [
  patch,
  check,
  compare,
  apply,
  revert,
  render,
  show,
  explain,
  doctor,
  prove,
  templates,
  completion,
];
