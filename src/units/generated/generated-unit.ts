import type { RootPath } from '../../system/files.js';
import type { Source } from '../unit.js';

/** A unit that a generator makes at boot, or at the next daemon-reload: systemd.generator(7). */
export interface GeneratedUnit {
  /** its real name, which the unit file has */
  readonly name: string;
  /** the file, or the line of it, that it is made from */
  readonly source: Source;
  /** where its file will lie */
  readonly path: RootPath;
  readonly text: string;
  /** the links beside it, by their paths below the generator's directory: `local-fs.target.requires/srv.mount` */
  readonly links: readonly string[];
}
