import fs from 'fs-extra';
import os from 'node:os';
import path from 'node:path';
import { docker } from '../helpers/docker.js';
import { addTo, directory, type Item } from '../helpers/tree.js';
import { fifo, type HostileTree } from './items.js';

/** A root among decoys that its links may point at. */
export interface Sandbox {
  /** the directory that holds all of it */
  readonly top: string;
  readonly root: string;
  /** absolute path of the directory with the decoys, as it is on this machine */
  readonly decoys: string;
}

/** The files that would be read or written if a link led out of the root. */
const DECOYS = {
  'docker.service': docker('After=decoy.service\n'),
  'plain.service': docker(),
  'drop-in.conf': '[Unit]\nAfter=decoy.service\n',
  'ours.conf': '# a decoy\n',
  'daemon.json': '{ "decoy": true }\n',
  'units/docker.service': docker('After=decoy.service\n'),
  'units/docker.service.d/10-decoy.conf': '[Unit]\nAfter=decoy.service\n',
  'units/multi-user.target.wants': directory,
  'docker.service.d/10-decoy.conf': '[Unit]\nAfter=decoy.service\n',
  'etc/systemd/system/docker.service.d': directory,
  empty: directory,
} as const;

const made: string[] = [];

/** Makes a root with decoys around it; `tree` gets their places, so that it can point at them. */
export function makeSandbox(tree: (sandbox: Sandbox) => HostileTree): Sandbox {
  const top = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'unit-patch-hostile-')));
  made.push(top);
  const sandbox = { top, root: `${top}/root`, decoys: `${top}/decoys` };
  fs.chmodSync(top, 0o755);
  addTo(sandbox.decoys, DECOYS);
  fs.ensureDirSync(sandbox.root);
  // A mistake of one `..` too many ends here.
  addTo(top, { 'etc/systemd/system/docker.service.d': directory, 'usr/lib/systemd/system': directory });
  fifo(`${top}/stdin`);
  put(sandbox.root, tree(sandbox));
  return sandbox;
}

/** Adds to a root, in the order of the tree. */
export function put(root: string, tree: HostileTree): void {
  for (const [name, item] of Object.entries(tree)) {
    const place = root + name;
    fs.ensureDirSync(path.dirname(place));
    if (typeof item === 'function') item(place);
    else addTo(root, { [name]: item satisfies Item });
  }
}

/** Removes every sandbox; for afterAll(). */
export function removeSandboxes(): void {
  for (const top of made.splice(0)) fs.removeSync(top);
}

/** The state of one file; equal as long as nobody wrote, linked or renamed there. */
export interface Trace {
  /** below the directory that was looked at; bytes that are not UTF-8 are lost here, and nowhere else */
  readonly path: string;
  readonly isDirectory: boolean;
  readonly state: string;
}

/** The state of everything below a directory except `except`. */
export function traces(top: string, except?: string): Trace[] {
  const found: Trace[] = [];
  const visit = (at: Buffer): void => {
    const stats = fs.lstatSync(at, { bigint: true });
    const { mode, mtimeNs, nlink, ino, size } = stats;
    const isDirectory = stats.isDirectory();
    const state = [mode.toString(8), mtimeNs, nlink, ino, size, content(at, stats)].join(' ');
    found.push({ path: at.toString().slice(top.length), isDirectory, state });
    if (!isDirectory) return;
    for (const entry of fs.readdirSync(at, 'buffer')) {
      const below = Buffer.concat([at, Buffer.from('/'), entry]);
      if (below.toString() !== except) visit(below);
    }
  };
  visit(Buffer.from(top));
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Only size and time show a change of a large file; decoys are small. */
function content(at: Buffer, stats: fs.BigIntStats): string {
  if (stats.isSymbolicLink()) return fs.readlinkSync(at, 'latin1');
  return stats.isFile() && stats.size < 65536n ? fs.readFileSync(at, 'base64') : '';
}
