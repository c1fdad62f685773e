// The text form of a root: `-- path --` and the file's text, `-- path -> target --` for a link,
// `-- path/ --` for a directory. Unit files use backslashes themselves, so odd bytes stand in
// brackets that no unit file holds: ⟦00⟧, ⟦ef bb bf⟧, ⟦61*1048576⟧ (repeated), and ⟦eof⟧ where a
// file ends without a newline.
import type { Entry, Root } from './root.js';

/** A section of a text archive: what stands between the dashes, and the text below it. */
export interface Section {
  readonly head: string;
  readonly body: string;
}

/** Splits an archive into the comment before the first section, and its sections. */
export function parseSections(text: string): { comment: string; sections: Section[] } {
  const parts = text.split(/^-- (.+) --\n/m);
  const sections: Section[] = [];
  for (let i = 1; i < parts.length; i += 2) sections.push({ head: parts[i] ?? '', body: parts[i + 1] ?? '' });
  return { comment: parts[0] ?? '', sections };
}

/** Reads a section that describes one entry of a root. */
export function parseEntry({ head, body }: Section): Entry {
  const [path = '', target] = head.split(' -> ').map(unescapeText);
  if (target !== undefined) return { path, kind: 'link', target };
  if (path.endsWith('/')) return { path: path.slice(0, -1), kind: 'dir' };
  const [, name = path, mode] = /^(.*) \(mode ([0-7]+)\)$/.exec(path) ?? [];
  const bytes = unescapeBytes(body);
  return { path: name, kind: 'file', bytes, ...(mode === undefined ? {} : { mode: parseInt(mode, 8) }) };
}

/** Prints a root as the sections of an archive. */
export function printRoot(root: Root): string {
  return root.map(printEntry).join('');
}

function printEntry(entry: Entry): string {
  const path = escapeBytes(Buffer.from(entry.path), false);
  if (entry.kind === 'dir') return `-- ${path}/ --\n`;
  if (entry.kind === 'link') return `-- ${path} -> ${escapeBytes(Buffer.from(entry.target), false)} --\n`;
  const mode = entry.mode === undefined ? '' : ` (mode ${entry.mode.toString(8).padStart(3, '0')})`;
  return `-- ${path}${mode} --\n${escapeBytes(entry.bytes, true)}`;
}

function unescapeText(text: string): string {
  return unescapeBytes(text).toString();
}

function unescapeBytes(text: string): Buffer {
  const whole = text.replace(/⟦eof⟧\n/, '');
  return Buffer.concat(
    whole.split(/⟦([^⟧]*)⟧/).map((part, i) => {
      if (i % 2 === 0) return Buffer.from(part);
      const [hex = '', times = '1'] = part.split('*');
      const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
      return Buffer.alloc(bytes.length * Number(times), bytes);
    }),
  );
}

function escapeBytes(bytes: Buffer, isBody: boolean): string {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const run = runLength(bytes, i);
    const plain = run < 200 ? plainCharacter(bytes, i) : '';
    text += plain || `⟦${hexOf(bytes[i] ?? 0)}${run > 1 ? `*${run}` : ''}⟧`;
    i += plain ? Buffer.byteLength(plain) : run;
  }
  if (!isBody) return text.replaceAll('\n', '⟦0a⟧');
  return text === '' || text.endsWith('\n') ? text : `${text}⟦eof⟧\n`;
}

/** The character at a place, if it reads as itself in a text file; otherwise nothing. */
function plainCharacter(bytes: Buffer, at: number): string {
  for (let length = 1; length <= 4; length += 1) {
    const slice = bytes.subarray(at, at + length);
    const character = slice.toString();
    if (!Buffer.from(character).equals(slice)) continue;
    return /^[\n\t\x20-\x7e\p{L}\p{N}]$/u.test(character) ? character : '';
  }
  return '';
}

function runLength(bytes: Buffer, at: number): number {
  let end = at + 1;
  while (end < bytes.length && bytes[end] === bytes[at]) end += 1;
  return end - at;
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
