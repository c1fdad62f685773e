/** What real systemd makes of a root: `systemd-analyze verify`, and the judge of test/conformance. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { type Entry, file, link, LOAD_PATH, type Root } from '../conformance/root.js';

/** The unit directories of a root on the disk, as the judge wants them: described. */
export function unitTree(root: string): Root {
  return LOAD_PATH.flatMap((directory) => entriesBelow(root, directory));
}

/** What `systemd-analyze verify` complains of, sorted, with the root's own path left out. */
export function complaints(root: string, unit: string): string[] {
  const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', `--root=${root}`, unit], {
    encoding: 'utf8',
  });
  const lines = `${stdout}${stderr}`.replaceAll(root, '').split('\n');
  return lines.filter((line) => line !== '').sort();
}

function entriesBelow(root: string, directory: string): Entry[] {
  const full = path.join(root, directory);
  if (!fs.existsSync(full)) return [];
  return fs.readdirSync(full, { withFileTypes: true }).flatMap((entry): Entry[] => {
    const name = `${directory}/${entry.name}`;
    const source = path.join(root, name);
    if (entry.isSymbolicLink()) return [link(name, fs.readlinkSync(source))];
    if (entry.isDirectory()) return [{ path: name, kind: 'dir' }, ...entriesBelow(root, name)];
    return [file(name, fs.readFileSync(source), fs.statSync(source).mode & 0o7777)];
  });
}
