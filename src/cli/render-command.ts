import { EXIT, type ExitStatus } from '../errors.js';
import type { Relation } from '../plan/template.js';
import { wholeDropIn } from '../plan/whole-drop-in.js';
import { findTemplate } from './find-template.js';
import type { Io } from './io.js';
import { single } from './options.js';

/** The arguments of `unit-patch render NAME`. */
export interface RenderArguments {
  readonly name: string;
  readonly follow?: unknown;
  readonly relation?: unknown;
}

/** Prints the whole drop-in, and says where it belongs. Looks at no system. */
export function renderCommand(given: RenderArguments, io: Io): ExitStatus {
  const { path, text } = wholeDropIn(
    findTemplate(given.name),
    single('follow', given.follow) ?? '',
    (single('relation', given.relation) ?? 'requires') as Relation,
  );
  io.out(text);
  io.err(
    `for ${path}, and a daemon-reload; nothing was checked: unit-patch check does that where it is installed\n`,
  );
  return EXIT.done;
}
