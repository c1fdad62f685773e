import type { UnitPatchError } from '../errors.js';
import { readInput } from '../system/stdio.js';
import type { Io } from './io.js';
import { single, usage } from './options.js';

/** A million roots with long names; in bytes. */
const SIZE_MAX = 256 * 2 ** 20;

/**
 * The roots that a file names, one a line, as `find` prints them; NUL stands between them where there is one
 * (`find -print0`). Lines that are empty say nothing.
 * @param given the value of `--roots-from`; `-` is standard input
 * @throws UnitPatchError `usage` where it cannot be read or names none
 */
export async function rootsFrom(given: unknown, io: Io): Promise<string[]> {
  const name = single('roots-from', given);
  if (name === undefined) return [];
  if (name === '') throw bad('--roots-from is empty');
  const source = name === '-' ? 'standard input' : name;
  const read = await readInput(name, SIZE_MAX, io.input);
  if ('why' in read) throw bad(`--roots-from: ${source} ${read.why}`);
  const text = read.bytes.toString();
  const roots = text.split(text.includes('\0') ? '\0' : /\r?\n/).filter((root) => root.trim() !== '');
  if (roots.length === 0) throw bad(`--roots-from: ${source} names no root`);
  return roots;
}

const bad = (message: string): UnitPatchError =>
  usage(message, 'name a file that has one directory a line, or - for standard input');
