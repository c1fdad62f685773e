import { decodeBytes } from '../../syntax/bytes.js';
import type { FarFile } from '../../files/far-disk.js';
import type { FileKind, RootPath } from '../../files/files.js';
import { FILE_MAX } from '../../files/read-disk.js';
import { quoted, wholeScript } from '../../syntax/shell.js';

/** Configuration files that a plan reads are smaller than that, and come along with the first look; in bytes. */
const SMALL = 32 * 1024;

/** The words by which the script tells the kinds of files. */
const KINDS: Readonly<Record<string, FileKind>> = {
  f: 'file',
  d: 'directory',
  l: 'link',
  c: 'device',
  o: 'other',
};

/**
 * A script that tells what lies at some paths: for each a line `KIND MODE SIZE`, its content in base64, and a line with
 * a dot. Names and contents may hold any byte.
 */
export function lookScript(paths: readonly RootPath[], withContent: boolean): string {
  return wholeScript(`
kind() {
  if [ -L "$1" ]; then kind=l; elif [ -d "$1" ]; then kind=d; elif [ -f "$1" ]; then kind=f
  elif [ -c "$1" ] || [ -b "$1" ]; then kind=c; else kind=o; fi
}
look() {
  if [ -L "$1" ]; then
    echo 'l 777 0'
    readlink -- "$1" | base64
  elif [ -d "$1" ]; then
    stat -c 'd %a 0' -- "$1"
    if [ -r "$1" ] && [ -x "$1" ]; then (
      cd -- "$1" && for name in .[!.]* ..?* *; do
        if [ -e "$name" ] || [ -L "$name" ]; then kind "./$name" && printf '%s%s\\0' "$kind" "$name"; fi
      done | base64
    ) else echo EACCES; fi
  elif [ -f "$1" ]; then
    stat -c 'f %a %s' -- "$1"
    size=$(stat -c %s -- "$1")
    if [ ! -r "$1" ]; then echo EACCES
    elif [ "$size" -gt 0 ] && [ "$size" -le "$most" ]; then base64 <"$1"; fi
  elif [ -e "$1" ]; then
    kind "$1" && stat -c "$kind %a 0" -- "$1"
  else
    above=$1
    while above=\${above%/*} && [ -n "$above" ] && [ ! -d "$above" ]; do :; done
    if [ -z "$above" ] || [ -x "$above" ]; then echo -; else echo EACCES; fi
  fi
  echo .
}
most=${withContent ? FILE_MAX : SMALL}
${paths.map((path) => `look ${quoted(path)}`).join('\n')}`);
}

/**
 * Reads what such a script has printed.
 * @returns undefined if it was something else
 */
export function readLooks(printed: string): (FarFile | undefined)[] | undefined {
  const answers = printed.split('\n.\n');
  if (answers.pop() !== '') return undefined;
  const files = answers.map(readLook);
  return files.includes('unclear') ? undefined : (files as (FarFile | undefined)[]);
}

function readLook(answer: string): FarFile | 'unclear' | undefined {
  const [first = '', ...lines] = answer.split('\n');
  if (first === '-') return undefined;
  if (first === 'EACCES') return { refused: first };
  const [, letter = '', mode = '', size] = /^([a-z]) ([0-7]{1,4}) ([0-9]{1,15})$/.exec(first) ?? [];
  const kind = KINDS[letter];
  if (kind === undefined) return 'unclear';
  const refused = lines[0] === 'EACCES' ? { refused: lines[0] } : {};
  const info = { kind, size: Number(size), mode: Number.parseInt(mode, 8) };
  const bytes = Buffer.from(lines.join(''), 'base64');
  if (refused.refused !== undefined) return { info, ...refused };
  if (kind === 'link') return { info, link: decodeBytes(bytes.subarray(0, -1)) };
  if (kind === 'directory') return { info, names: namesIn(bytes) };
  return kind === 'file' && bytes.length > 0 ? { info: { ...info, size: bytes.length }, bytes } : { info };
}

function namesIn(bytes: Buffer): Map<string, FileKind> {
  const names = new Map<string, FileKind>();
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0, at);
    if (end < 0) break;
    const kind = KINDS[String.fromCharCode(bytes[at] ?? 0)];
    if (kind) names.set(decodeBytes(bytes.subarray(at + 1, end)), kind);
    at = end + 1;
  }
  return names;
}
