import ini from 'ini';
import type { Files } from '../files/files.js';
import { readText } from '../files/read-text.js';

/** The distribution of a root, and those that it is like: os-release(5). */
export function distributionOf(files: Files): string[] {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    const read = readText(files, path);
    if (typeof read !== 'object') continue;
    const values: Readonly<Record<string, unknown>> = ini.parse(read.text);
    return [values.ID, values.ID_LIKE].flatMap((value) =>
      typeof value === 'string' ? value.split(/\s+/) : [],
    );
  }
  return [];
}
