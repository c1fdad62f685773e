import { type Files, rootPath } from '../../files/files.js';
import { matchesAny } from '../../files/glob.js';
import type { Setting } from '../../units/unit.js';

/** Whether the asserts of a unit hold, and the one that decides it. */
export interface AssertVerdict {
  readonly holds: Truth;
  readonly setting: Setting;
}

type Truth = 'yes' | 'no' | 'unknown';

/** The asserts that files alone decide: systemd.unit(5), "Conditions and Asserts". */
const TESTS: Readonly<Record<string, (files: Files, path: string) => boolean>> = {
  AssertPathExists: (files, path) => files.follow(rootPath(path)).info !== undefined,
  AssertPathExistsGlob: (files, path) => matchesAny(files, path),
  AssertPathIsDirectory: (files, path) => files.follow(rootPath(path)).info?.kind === 'directory',
  AssertPathIsSymbolicLink: (files, path) => files.lstat(rootPath(path))?.kind === 'link',
  AssertDirectoryNotEmpty: (files, path) => (files.list(rootPath(path))?.names() ?? []).length > 0,
  AssertFileNotEmpty: (files, path) => {
    const { info } = files.follow(rootPath(path));
    return info?.kind === 'file' && info.size > 0;
  },
  AssertFileIsExecutable: (files, path) => {
    const { info } = files.follow(rootPath(path));
    return info?.kind === 'file' && (info.mode & 0o111) !== 0;
  },
};

/**
 * The result of the asserts of a unit: all plain ones must hold, and at least one of those with `|`.
 * @param directives the settings in force
 * @returns undefined if there is none; otherwise the weakest of them
 */
export function failingAssert(files: Files, directives: readonly Setting[]): AssertVerdict | undefined {
  const asserts = directives.filter(({ section, key }) => section === 'Unit' && key.startsWith('Assert'));
  const verdicts = asserts.map((setting) => ({
    setting,
    isTrigger: setting.value.startsWith('|'),
    holds: truthOf(files, setting),
  }));
  const plain = verdicts.filter(({ isTrigger }) => !isTrigger);
  const triggers = verdicts.filter(({ isTrigger }) => isTrigger);
  const best =
    triggers.find(({ holds }) => holds === 'yes') ?? triggers.find(({ holds }) => holds === 'unknown');
  const all = [...plain, ...(triggers.length > 0 ? [best ?? triggers[0]] : [])].filter(
    (one) => one !== undefined,
  );
  const weakest =
    all.find(({ holds }) => holds === 'no') ?? all.find(({ holds }) => holds === 'unknown') ?? all[0];
  return weakest && { holds: weakest.holds, setting: weakest.setting };
}

function truthOf(files: Files, { key, value }: Setting): Truth {
  const [, marks = '', path = ''] = /^([|!]*)\s*(.*)$/s.exec(value) ?? [];
  const test = TESTS[key];
  // A specifier may mean anything, and an invalid path makes systemd ignore the line.
  if (!test || path.includes('%') || !path.startsWith('/')) return 'unknown';
  try {
    return test(files, path) === marks.includes('!') ? 'no' : 'yes';
  } catch {
    return 'unknown';
  }
}
