import { constants } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import fs from 'fs-extra';

/**
 * Where a command is installed.
 * @param path the directories to look in, as $PATH has them; those that depend on the working directory do not count
 */
export function findCommand(name: string, path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(':')
    .filter((directory) => isAbsolute(directory))
    .map((directory) => join(directory, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
