import path from 'node:path';
import fs from 'fs-extra';

/** Where Debian has unit files. */
const DIRECTORIES = ['/usr/lib/systemd/system', '/usr/lib/systemd/user'];

/** A unit file or drop-in of this machine. */
export interface CorpusFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/**
 * All unit files of this Debian.
 * @throws Error if there are hardly any
 */
export function unitCorpus(): CorpusFile[] {
  const files = DIRECTORIES.filter((directory) => fs.existsSync(directory)).flatMap(filesBelow);
  const corpus = files
    .map((file) => ({ path: file, bytes: fs.readFileSync(file) }))
    .filter(({ bytes }) => bytes.length > 0);
  if (corpus.length < 100)
    throw new Error(`only ${corpus.length} unit files are here: is systemd installed?`);
  return corpus;
}

function filesBelow(directory: string): string[] {
  return fs
    .readdirSync(directory, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory()
        ? filesBelow(path.join(directory, entry.name))
        : entry.isFile()
          ? [path.join(directory, entry.name)]
          : [],
    )
    .sort();
}
