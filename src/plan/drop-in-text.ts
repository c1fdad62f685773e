import { createHash } from 'node:crypto';
import { isSoft, type Relation, RELATIONS } from '../firewalls/template.js';
import { parseUnit } from '../syntax/parse.js';
import { type Node, renderUnit } from '../syntax/unit-file.js';
import { settingsOf, type Wanted, written } from './settings.js';

/** The beginning of every file that this program writes. */
const MARK = '# Written by unit-patch';
const header =
  /^# Written by unit-patch(?: for (\S+))?; to undo: unit-patch revert .+\n# checksum: ([0-9a-f]{16})(?:; new with it: (\/.+))?\n/;

/** The names that a template's placeholders stand for. */
export interface Placeholders {
  /** the unit that follows, and the followed one */
  readonly unit: string;
  readonly follow: string;
  /** the path whose mount is followed */
  readonly path?: string | undefined;
  /** its path in the root */
  readonly systemctl?: string;
  /** of a watch: its service with the name of its state, the script that it runs, and how it heals */
  readonly service?: string | undefined;
  readonly name?: string;
  readonly script?: string;
  readonly heal?: string;
}

/** Replaces a template's `@firewall@`, `@follow@`, `@unit@`, `@systemctl@` … by names. */
export function fillIn(text: string, names: Placeholders): string {
  const values = new Map<string, string | undefined>(Object.entries({ ...names, firewall: names.follow }));
  return text
    .split('\n')
    .map((line) => {
      const asWord = line.startsWith('Exec') ? commandArgument : (value: string): string => value;
      return line.replace(/@([a-z]+)@/g, (whole, name: string) => asWord(values.get(name) ?? whole));
    })
    .join('\n');
}

/** systemd.service(5), "COMMAND LINES": a backslash begins an escape there; and a name must not become an option. */
function commandArgument(name: string): string {
  return `${name.startsWith('-') ? '-- ' : ''}${name.replaceAll('\\', '\\\\')}`;
}

/** The content of the first line of a file. */
export interface FirstLine {
  /** the name to give to `unit-patch revert`: a template or a unit */
  readonly revertName: string;
  /** the unit that it serves, if that is not the one whose drop-in it is */
  readonly servedUnit?: string | undefined;
  /** the topmost directory that was made for the file, and that goes with it */
  readonly newDirectory?: string | undefined;
}

/**
 * The file to write: the filled-in template with only the settings that are missing, below a line that says how to undo
 * it, and a checksum by which a later edit is noticed.
 */
export function dropInText(template: string, missing: readonly Wanted[], about: FirstLine): string {
  const body = renderUnit({ nodes: nodesFor(parseUnit(Buffer.from(template)).nodes, missing) })
    .toString()
    .replace(/\n+$/, '\n');
  return `${headerOf(body, about)}${body}`;
}

/** The line that makes a file a script of bash; it comes before ours. */
const SHEBANG = '#!/bin/bash\n';

/** A whole file of ours that is no drop-in: the filled-in template below our first lines. */
export function wholeText(template: string, about: FirstLine): string {
  const shebang = template.startsWith(SHEBANG) ? SHEBANG : '';
  const body = template.slice(shebang.length);
  return `${shebang}${headerOf(body, about)}${body}`;
}

function headerOf(body: string, about: FirstLine): string {
  const made = about.newDirectory === undefined ? '' : `; new with it: ${about.newDirectory}`;
  return `${firstLine(about)}\n# checksum: ${checksum(body)}${made}\n`;
}

/** The missing settings with their sections, and the comments. */
function nodesFor(nodes: readonly Node[], missing: readonly Wanted[]): Node[] {
  const keep = new Set(missing.map(written));
  const isKept = (node: Node): boolean => settingsOf(node).some((setting) => keep.has(written(setting)));
  const sections = new Set(nodes.filter(isKept).map(sectionOf));
  return nodes.filter((node) =>
    node.kind === 'assignment' ? isKept(node) : node.kind !== 'section' || sections.has(sectionOf(node)),
  );
}

function sectionOf(node: Node): string | undefined {
  return node.kind === 'assignment' ? node.section : node.kind === 'section' ? node.name : undefined;
}

function firstLine({ revertName, servedUnit }: FirstLine): string {
  const served = servedUnit === undefined ? '' : ` for ${servedUnit}`;
  return `${MARK}${served}; to undo: unit-patch revert ${shellArgument(revertName)}`;
}

/** A name as a shell takes it: escaped unit names hold backslashes, and that of the root mount is `-.mount`. */
function shellArgument(name: string): string {
  const word = name.includes('\\') ? `'${name}'` : name;
  return name.startsWith('-') ? `-- ${word}` : word;
}

/** Who wrote a file: `ours` as we wrote it, `edited` since then, or `theirs`. */
export function ownerOf(bytes: Buffer): 'ours' | 'edited' | 'theirs' {
  const text = withoutShebang(bytes);
  if (!text.startsWith(MARK)) return 'theirs';
  const match = header.exec(text);
  const isAsWritten = match?.[2] === checksum(text.slice(match?.[0].length));
  return isAsWritten ? 'ours' : 'edited';
}

/** The topmost directory that was made for a whole file of ours. */
export function newDirectoryOf(bytes: Buffer): string | undefined {
  return header.exec(withoutShebang(bytes))?.[3];
}

function withoutShebang(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  return text.startsWith(SHEBANG) ? text.slice(SHEBANG.length) : text;
}

/** The unit that a file of ours serves, if that is not the one whose drop-in it is. */
export function servedUnitOf(bytes: Buffer): string | undefined {
  return header.exec(bytes.toString('latin1'))?.[1];
}

/** A soft tie says so in its comment: every other relation has After= too. */
export function softRelation(text: string): Relation | undefined {
  return RELATIONS.find((relation) => isSoft(relation) && text.includes(`(--relation ${relation})`));
}

function checksum(body: string): string {
  return createHash('sha256').update(body, 'latin1').digest('hex').slice(0, 16);
}
