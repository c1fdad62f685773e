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
 * a link is not followed, and a failure leaves nothing behind.
 * @throws UnitPatchError `save-exists`, `save-failed`
 */
export async function saveTexts(directory: string, texts: Texts): Promise<void> {
  // A slash at the end would follow a link.
  const place = path.resolve(directory);
  let isMade = false;
  let opened: number | undefined;
  let filled: string | undefined;
  try {
    isMade = await makeDirectory(place);
    opened = await fs.open(place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    const inside = await throughDescriptor(opened, place);
    await mustBeOurs(opened, inside, directory);
    filled = inside;
    for (const [name, text] of Object.entries(texts))
      await fs.writeFile(path.join(inside, name), text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    await removeTexts(filled, texts);
    if (isMade) await fs.rmdir(place).catch(ignore);
    if (error instanceof UnitPatchError) throw error;
    throw isLink(errorCode(error))
      ? exists(directory, 'is a link, or not a directory')
      : failed(directory, error);
  } finally {
    if (opened !== undefined) await fs.close(opened);
  }
}

/** The directory was empty, and nobody else can write to it: any file with one of these names is ours. */
async function removeTexts(filled: string | undefined, texts: Texts): Promise<void> {
  if (filled === undefined) return;
  for (const name of Object.keys(texts)) await fs.remove(path.join(filled, name)).catch(ignore);
}

/** The error that led to the removal says more. */
const ignore = (): void => undefined;

/** @returns whether it was made; false if something is there already */
async function makeDirectory(place: string): Promise<boolean> {
  try {
    await fs.mkdir(place, { mode: 0o700 });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The opened directory, wherever its name leads meanwhile; needs /proc. */
async function throughDescriptor(opened: number, place: string): Promise<string> {
  const through = `/proc/self/fd/${opened}`;
  try {
    const [one, other] = [await fs.stat(through), await fs.fstat(opened)];
    if (one.ino === other.ino && one.dev === other.dev) return through;
  } catch {
    // There is no /proc.
  }
  return place;
}

async function mustBeOurs(opened: number, inside: string, directory: string): Promise<void> {
  const { uid, mode } = await fs.fstat(opened);
  if (uid !== process.geteuid?.()) throw exists(directory, 'belongs to another user');
  if ((mode & 0o022) !== 0) throw exists(directory, 'can be written by others');
  if ((await fs.readdir(inside)).length > 0) throw exists(directory, 'exists and is not empty');
}

const isLink = (code: string): boolean => ['ELOOP', 'ENOTDIR', 'EMLINK'].includes(code);

const exists = (directory: string, why: string): UnitPatchError =>
  new UnitPatchError('save-exists', `${directory} ${why}`, EXIT.usage, 'name a new directory: --save DIR');

function failed(directory: string, error: unknown): UnitPatchError {
  const message = `nothing can be saved in ${directory} (${errorCode(error) || String(error)})`;
  return new UnitPatchError('save-failed', message, EXIT.usage, 'name another directory: --save DIR');
}

/**
 * Reads those of these files that are in a directory: only small regular files, no links, since somebody else may have
 * made them.
 * @returns undefined if there is no directory
 * @throws UnitPatchError `bad-evidence`
 */
export async function loadTexts(directory: string, names: readonly string[]): Promise<Texts | undefined> {
  const isDirectory = await fs.stat(directory).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isDirectory) return undefined;
  const texts: Record<string, string> = {};
  for (const name of names) {
    const holdsRules = name.endsWith('-save.txt') || name.startsWith('nft');
    const text = await textOf(path.join(directory, name), holdsRules ? RULES_MAX : SIZE_MAX);
    if (text !== undefined) texts[name] = text;
  }
  return texts;
}

async function textOf(file: string, most: number): Promise<string | undefined> {
  let opened: number | undefined;
  try {
    // A pipe that nobody writes to would wait for ever.
    opened = await fs.open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stats = await fs.fstat(opened);
    if (!stats.isFile()) throw unfit(file, 'is not a regular file');
    if (stats.size > most) throw unfit(file, `is larger than ${most / MIB} MiB`);
    return (await readAll(opened, stats.size)).toString('utf8');
  } catch (error) {
    const code = errorCode(error);
    if (error instanceof UnitPatchError && code === 'bad-evidence') throw error;
    if (code === 'ENOENT') return undefined;
    throw unfit(file, isLink(code) ? 'is a link' : `cannot be read (${code || String(error)})`);
  } finally {
    if (opened !== undefined) await fs.close(opened);
  }
}

/** Not more than the size that was checked, even if the file grows meanwhile. */
async function readAll(opened: number, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  let done = 0;
  for (let read = -1; read !== 0 && done < size; done += read)
    read = (await fs.read(opened, bytes, done, size - done, null)).bytesRead;
  return bytes.subarray(0, done);
}

const unfit = (file: string, why: string): UnitPatchError =>
  new UnitPatchError(
    'bad-evidence',
    `${file} ${why}`,
    EXIT.usage,
    'save it again: unit-patch doctor docker --save DIR',
  );
