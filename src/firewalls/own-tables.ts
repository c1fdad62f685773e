import type { Files } from '../files/files.js';
import { readText } from '../files/read-text.js';
import type { Condition, Template } from './template.js';

/**
 * What says that a unit keeps its rules in tables of nftables that are its own, which only a flush of all tables
 * removes.
 * @returns the file, with the setting; undefined if it does not
 */
export function ownTablesBy(files: Files, { ownTables }: Pick<Template, 'ownTables'>): string | undefined {
  if (!ownTables || ownTables.unless.some((one) => holds(files, one))) return undefined;
  const found = ownTables.if.find((one) => holds(files, one));
  return found && `${found.file}${found.setting === undefined ? '' : `: ${found.setting.replace('*', '')}`}`;
}

/** The last assignment counts; a value that ends with * stands for all that begin so. */
function holds(files: Files, { file, setting }: Condition): boolean {
  const read = readText(files, file);
  if (setting === undefined) return read !== undefined;
  if (typeof read !== 'object') return false;
  const [key = '', value = ''] = setting.split('=');
  const assignments = read.text.split('\n').map((line) => /^\s*(\w+)\s*=\s*["']?([^"'#]*)/.exec(line));
  const last = assignments.findLast((one) => one?.[1] === key)?.[2]?.trim();
  if (last === undefined) return false;
  return value.endsWith('*') ? last.startsWith(value.slice(0, -1)) : last === value;
}
