import path from 'node:path';
import os from 'node:os';
import fs from 'fs-extra';

/** What a test puts at a path: a file's text or bytes, a link, or a directory. */
export type Item = string | Uint8Array | { readonly link: string } | { readonly directory: true };

/** Paths inside the root to what stands there. */
export type Tree = Readonly<Record<string, Item>>;

/** A link to `target`. */
export const link = (target: string): Item => ({ link: target });

/** An empty directory. */
export const directory: Item = { directory: true };

/** Where a tree is quickly synced and removed, which takes a disk longer than all else; no program need run there. */
export const IN_MEMORY = isWritable('/dev/shm') ? '/dev/shm' : os.tmpdir();

function isWritable(place: string): boolean {
  try {
    fs.accessSync(place, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Makes a new directory that holds `tree`; everything made so goes with removeTrees(), or before with removeTree(). */
export function makeRoot(tree: Tree = {}, place = os.tmpdir()): string {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(place, 'unit-patch-test-')));
  made.add(root);
  addTo(root, tree);
  return root;
}

/** The text of a file in a root. */
export function readFrom(root: string, name: string): string {
  return fs.readFileSync(path.join(root, name), 'utf8');
}

/** Adds to a root made before. */
export function addTo(root: string, tree: Tree): void {
  for (const [name, item] of Object.entries(tree)) {
    const place = path.join(root, name);
    fs.ensureDirSync(path.dirname(place));
    if (typeof item === 'string' || item instanceof Uint8Array) fs.writeFileSync(place, item);
    else if ('link' in item) fs.symlinkSync(item.link, place);
    else fs.ensureDirSync(place);
  }
}

/** Everything below a directory as text: kind, mode, path, content or target; equal if and only if the trees are. */
export function fingerprint(root: string): string {
  const lines: string[] = [];
  const visit = (directoryPath: string): void => {
    for (const name of fs.readdirSync(directoryPath).sort()) {
      const place = path.join(directoryPath, name);
      const stats = fs.lstatSync(place);
      const mode = (stats.mode & 0o7777).toString(8);
      const content = stats.isSymbolicLink()
        ? fs.readlinkSync(place)
        : stats.isFile()
          ? fs.readFileSync(place, 'base64')
          : '';
      lines.push(`${mode} ${place.slice(root.length)} ${content}`);
      if (stats.isDirectory()) visit(place);
    }
  };
  visit(root);
  return lines.join('\n');
}

/** Removes every root that was made; for afterAll(). */
export function removeTrees(): void {
  for (const root of [...made]) removeTree(root);
}

/** Removes one of them. */
export function removeTree(root: string): void {
  openTree(root);
  fs.removeSync(root);
  made.delete(root);
}

/** Only root can remove what a test has closed. */
function openTree(directoryPath: string): void {
  if (process.geteuid?.() === 0) return;
  for (const entry of readable(directoryPath))
    if (entry.isDirectory()) openTree(path.join(directoryPath, entry.name));
}

function readable(directoryPath: string): fs.Dirent[] {
  if (fs.existsSync(directoryPath)) fs.chmodSync(directoryPath, 0o755);
  else return [];
  return fs.readdirSync(directoryPath, { withFileTypes: true });
}

const made = new Set<string>();
