import { baseName, type Files, type RootPath, rootPath } from '../../files/files.js';
import { readText } from '../../files/read-text.js';
import { pluginsIn } from '../netfilter-persistent.js';
import { type ShellCommand, shellCommands } from './shell-commands.js';

/** A script that a command runs. */
export interface InnerScript {
  readonly commands: readonly ShellCommand[];
  /** the file that holds it; undefined for an argument of `sh -c` */
  readonly path: RootPath | undefined;
  /** its first argument, if the line says it */
  readonly argument: string | undefined;
}

/** By the firewall's program, the scripts of the administrator that it runs, and waits for, while it does its work. */
const HOOKS: Readonly<Record<string, (words: readonly string[], files: Files) => InnerScript[]>> = {
  csf: csfHooks,
  ferm: fermHooks,
  'netfilter-persistent': ([action], files) =>
    pluginsIn(files)
      // run-parts(8) takes no other names.
      .filter((path) => /^[\w-]+$/.test(baseName(path)))
      .flatMap((path) => scriptIn(rootPath(path), action, files)),
};

/** The scripts that a known firewall's program runs besides, however it is made itself. */
export function hookScripts(
  { words, program }: { readonly words: readonly string[]; readonly program: string },
  files: Files,
): InnerScript[] {
  return Object.hasOwn(HOOKS, program) ? (HOOKS[program]?.(words.slice(1), files) ?? []) : [];
}

/** The calls of csf(1) that start it. */
const CSF_STARTS = /^(?:--initup|-s|--start|-sf|--startf|-sq|--startq|-q|-r|--restart|-ra|--restartall)$/;

/** Before and after its own rules, each from the first of two places: readme.txt of csf, "csfpre.sh and csfpost.sh". */
function csfHooks(words: readonly string[], files: Files): InnerScript[] {
  if (!words.some((word) => CSF_STARTS.test(word))) return [];
  return ['csfpre.sh', 'csfpost.sh'].flatMap((name) =>
    ['/usr/local/csf/bin', '/etc/csf']
      .flatMap((directory) => scriptIn(rootPath(`${directory}/${name}`), undefined, files))
      .slice(0, 1),
  );
}

/** `@hook post "COMMAND";` in the file that is named: ferm(1), "Hooks". */
function fermHooks(words: readonly string[], files: Files): InnerScript[] {
  const path = words.findLast((word) => word.startsWith('/'));
  const read = path === undefined ? undefined : readText(files, path);
  if (path === undefined || typeof read !== 'object') return [];
  const commands = read.text.split('\n').flatMap((text, at) => {
    const command = /^\s*@?hook\s+(?:pre|post|flush)\s+(["'])(.*)\1\s*;/.exec(text)?.[2] ?? '';
    return shellCommands(command).map((one) => ({ ...one, line: at + 1 }));
  });
  return [{ commands, path: rootPath(path), argument: undefined }];
}

/** A program in another language is not read. */
function scriptIn(path: RootPath, argument: string | undefined, files: Files): InnerScript[] {
  const read = readText(files, path);
  if (typeof read !== 'object' || !/^(?!#!)|^#!.*\b(?:ba|da|a|k|z)?sh\b/.test(read.text)) return [];
  return [{ commands: shellCommands(read.text), path, argument }];
}
