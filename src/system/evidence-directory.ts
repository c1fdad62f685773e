import path from 'node:path';
import fs from 'fs-extra';
import { EXIT, errorCode, UnitPatchError } from '../errors.js';

/** Files of a directory, by name. */
export type Texts = Readonly<Record<string, string>>;

/**
 * Writes files into a directory of their own, readable for its owner only.
 * @throws UnitPatchError `save-exists` where it is there and not empty, `save-failed`
 */
export function saveTexts(directory: string, texts: Texts): void {
  try {
    if (fs.existsSync(directory) && fs.readdirSync(directory).length > 0)
      throw new UnitPatchError(
        'save-exists',
        `${directory} exists and is not empty`,
        EXIT.usage,
        'name a directory that is to be made: --save DIR',
      );
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(texts))
      fs.writeFileSync(path.join(directory, name), text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (error instanceof UnitPatchError) throw error;
    const message = `nothing can be saved in ${directory} (${errorCode(error) || String(error)})`;
    throw new UnitPatchError('save-failed', message, EXIT.usage, 'name another directory: --save DIR');
  }
}

/** The regular files of a directory that are small enough to have been saved; undefined where there is no directory. */
export function loadTexts(directory: string, names: readonly string[]): Texts | undefined {
  try {
    if (!fs.statSync(directory).isDirectory()) return undefined;
    const there = names.filter((name) => fs.existsSync(path.join(directory, name)));
    return Object.fromEntries(
      there.map((name) => [name, fs.readFileSync(path.join(directory, name), 'utf8')]),
    );
  } catch {
    return undefined;
  }
}
