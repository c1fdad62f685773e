import { errorCode } from '../errors.js';
import { type Files, parentOf, type RootPath } from '../files/files.js';
import { readIfThere } from '../files/read-text.js';
import { type Change, type Input, type Plan, sha256 } from '../plan/plan.js';
import { retryOnce } from '../system/retry.js';
import type { System } from '../system/system.js';
import type { Steps } from './steps.js';

/** Fails if a file has changed since it was read for the plan. */
export function mustBeFresh(system: System, inputs: readonly Input[]): void {
  const moved = firstMoved(system, inputs);
  if (moved !== undefined) throw new Error(`${moved} has changed since the plan was made; plan again`);
}

/** Fails if a file is not what the plan makes of it: somebody else was at work at the same time. */
export function mustBeAsPlanned(system: System, { inputs, changes }: Plan): void {
  const planned = changes.map(({ path, after }) => ({
    path,
    sha256: after === null ? null : sha256(Buffer.from(after)),
  }));
  const isChanged = new Set(changes.map(({ path }) => path));
  const moved = firstMoved(system, [...planned, ...inputs.filter(({ path }) => !isChanged.has(path))]);
  if (moved !== undefined) throw new Error(`${moved} was changed by another program meanwhile`);
}

function firstMoved(system: System, expected: readonly Input[]): RootPath | undefined {
  const files = system.files();
  return expected.find(({ path, sha256: sum }) => {
    const bytes = readIfThere(files, path);
    return (bytes ? sha256(bytes) : null) !== sum;
  })?.path;
}

/**
 * Does one change, with the directories that it needs.
 * @param alsoRestore what else has to be done to a file that was restored
 * @returns the paths that were made or written
 */
export function doChange(
  system: System,
  steps: Steps,
  change: Change,
  alsoRestore: (path: RootPath) => void,
): RootPath[] {
  const { path, before, after, isExecutable } = change;
  const missing = after === null ? [] : missingDirectories(system, path);
  const made = missing.filter((directory) => makeDirectory(system, steps, directory));
  // Before the step: it may fail when the file is there already, at the last sync for example.
  steps.onFailure(before === null ? `remove ${path}` : `restore ${path}`, () => {
    if (restore(system, change) && before !== null) alsoRestore(path);
  });
  if (after === null) {
    steps.take(`remove ${path}`, () => {
      for (const directory of change.directories) system.announce?.(directory);
      removeIfThere(system, path, before ?? undefined);
    });
    for (const directory of [...change.directories].reverse()) removeMade(system, steps, directory);
    return made;
  }
  steps.take(`write ${path}`, () => {
    system.writeFile(path, after, before, isExecutable);
  });
  return [...made, path];
}

/** Removes a directory that was made for a file of ours, unless it holds anything else by now. */
function removeMade(system: System, steps: Steps, path: RootPath): void {
  if (system.files().list(path)?.names().length !== 0) {
    system.settle?.(path);
    return;
  }
  steps.onFailure(`make ${path} again`, () => {
    retryOnce(() => {
      if (!system.files().lstat(path)) system.makeDirectory(path);
    });
  });
  steps.take(`remove ${path}, which is empty`, () => {
    removeIfEmpty(system, path);
  });
}

/** Whether anything had to be done. */
function restore(system: System, { path, before, after, isExecutable }: Change): boolean {
  const now = retryOnce(() => contentOf(system.files(), path));
  if (now === before) return false;
  if (now !== after) throw new Error('another program has changed it meanwhile, so it was left alone');
  retryOnce(() => {
    if (before === null) removeIfThere(system, path);
    else system.writeFile(path, before, undefined, isExecutable);
  });
  return true;
}

function contentOf(files: Files, path: RootPath): string | null {
  return files.lstat(path) ? files.read(path).toString() : null;
}

function removeIfThere(system: System, path: RootPath, before?: string): void {
  try {
    system.removeFile(path, before);
  } catch (error) {
    // Somebody else was quicker.
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/** The directories above a path that do not exist, the topmost first. */
function missingDirectories(system: System, path: RootPath): RootPath[] {
  const files = system.files();
  const missing: RootPath[] = [];
  for (let at = parentOf(path); at !== '/' && !files.follow(at).info; at = parentOf(at)) missing.unshift(at);
  return missing;
}

/** Whether it was made; if somebody else was quicker, it is not ours to remove. */
function makeDirectory(system: System, steps: Steps, path: RootPath): boolean {
  const isOurs = steps.take(`make ${path}`, () => {
    try {
      system.announce?.(path);
      system.makeDirectory(path);
      return true;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
      return false;
    }
  });
  if (isOurs)
    steps.onFailure(`remove ${path}`, () => {
      retryOnce(() => {
        removeIfEmpty(system, path);
      });
    });
  return isOurs;
}

function removeIfEmpty(system: System, path: RootPath): void {
  try {
    system.removeDirectory(path);
  } catch (error) {
    // Somebody else has removed it already, or has put something into it.
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errorCode(error))) throw error;
  }
}
