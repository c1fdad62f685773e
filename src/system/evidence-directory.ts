import fs from 'fs-extra';
import path from 'node:path';
import { errorCode, EXIT, UnitPatchError } from '../errors.js';

/** Files of a directory, by name. */
export type Texts = Readonly<Record<string, string>>;

const MIB = 2 ** 20;
/** Rules of a machine with very many services; in bytes. */
const RULES_MAX = 16 * MIB;
/** Far more than anything else that is saved; in bytes. */
const SIZE_MAX = 4 * MIB;
const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;

/**
 * Writes files into a directory of their own, readable for its owner only. It is made, or is an empty one of this user;
 * a link is not followed, and what fails leaves nothing behind.
 * @throws UnitPatchError `save-exists`, `save-failed`
 */
export function saveTexts(directory: string, texts: Texts): void {
  // A slash at the end would follow a link.
  const place = path.resolve(directory);
  const made: string[] = [];
  let isMade = false;
  let opened: number | undefined;
  try {
    isMade = makeDirectory(place);
    opened = fs.openSync(place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    const inside = throughDescriptor(opened, place);
    mustBeOurs(opened, inside, directory);
    for (const [name, text] of Object.entries(texts)) {
      made.unshift(path.join(inside, name));
      fs.writeFileSync(path.join(inside, name), text, { mode: 0o600, flag: 'wx' });
    }
  } catch (error) {
    for (const file of made) quietly(fs.rmSync, file);
    if (isMade) quietly(fs.rmdirSync, place);
    if (error instanceof UnitPatchError) throw error;
    throw isLink(errorCode(error))
      ? exists(directory, 'is a link, or no directory')
      : failed(directory, error);
  } finally {
    if (opened !== undefined) fs.closeSync(opened);
  }
}

/** @returns whether it was made; false where something is there already */
function makeDirectory(place: string): boolean {
  try {
    fs.mkdirSync(place, { mode: 0o700 });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The opened directory whatever its name leads to meanwhile, where /proc is there. */
function throughDescriptor(opened: number, place: string): string {
  const through = `/proc/self/fd/${opened}`;
  try {
    const [one, other] = [fs.statSync(through), fs.fstatSync(opened)];
    if (one.ino === other.ino && one.dev === other.dev) return through;
  } catch {
    // There is no /proc.
  }
  return place;
}

function mustBeOurs(opened: number, inside: string, directory: string): void {
  const { uid, mode } = fs.fstatSync(opened);
  if (uid !== process.geteuid?.()) throw exists(directory, 'belongs to another user');
  if ((mode & 0o022) !== 0) throw exists(directory, 'can be written by others');
  if (fs.readdirSync(inside).length > 0) throw exists(directory, 'exists and is not empty');
}

const isLink = (code: string): boolean => ['ELOOP', 'ENOTDIR', 'EMLINK'].includes(code);

const exists = (directory: string, why: string): UnitPatchError =>
  new UnitPatchError(
    'save-exists',
    `${directory} ${why}`,
    EXIT.usage,
    'name a directory that is to be made: --save DIR',
  );

function failed(directory: string, error: unknown): UnitPatchError {
  const message = `nothing can be saved in ${directory} (${errorCode(error) || String(error)})`;
  return new UnitPatchError('save-failed', message, EXIT.usage, 'name another directory: --save DIR');
}

function quietly(remove: (path: string) => void, place: string): void {
  try {
    remove(place);
  } catch {
    // The error that led here says more.
  }
}

/**
 * Those of these files that are in a directory: small regular files, and no links. Somebody else may have made them.
 * @param limits the largest size of some of them, in bytes
 * @returns undefined where there is no directory
 * @throws UnitPatchError `bad-evidence`
 */
export function loadTexts(directory: string, names: readonly string[]): Texts | undefined {
  try {
    if (!fs.statSync(directory).isDirectory()) return undefined;
  } catch {
    return undefined;
  }
  return Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const text = textOf(path.join(directory, name), name.endsWith('-save.txt') || name.startsWith('nft'));
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

function textOf(file: string, holdsRules: boolean): string | undefined {
  const most = holdsRules ? RULES_MAX : SIZE_MAX;
  let opened: number | undefined;
  try {
    // A pipe that nobody writes to would wait for ever.
    opened = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stats = fs.fstatSync(opened);
    if (!stats.isFile()) throw unfit(file, 'is no regular file');
    if (stats.size > most) throw unfit(file, `is larger than ${most / MIB} MiB`);
    return readAll(opened, stats.size).toString('utf8');
  } catch (error) {
    const code = errorCode(error);
    if (error instanceof UnitPatchError && code === 'bad-evidence') throw error;
    if (code === 'ENOENT') return undefined;
    throw unfit(file, isLink(code) ? 'is a link' : `cannot be read (${code || String(error)})`);
  } finally {
    if (opened !== undefined) fs.closeSync(opened);
  }
}

/** Not more than the size that was checked, even if the file grows meanwhile. */
function readAll(opened: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let done = 0;
  for (let read = -1; read !== 0 && done < size; done += read)
    read = fs.readSync(opened, bytes, done, size - done, null);
  return bytes.subarray(0, done);
}

const unfit = (file: string, why: string): UnitPatchError =>
  new UnitPatchError(
    'bad-evidence',
    `${file} ${why}`,
    EXIT.usage,
    'have it saved again: unit-patch doctor docker --save DIR',
  );
