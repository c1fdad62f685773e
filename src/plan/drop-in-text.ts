import { createHash } from 'node:crypto';
import { parseUnit } from '../syntax/parse.js';
import { type Node, renderUnit } from '../syntax/unit-file.js';
import { settingsOf, type Wanted, written } from './settings.js';

/** How the first line of every file that this program writes begins. */
const MARK = '# Written by unit-patch';
const firstLine =
  /^# Written by unit-patch(?: for (\S+))?(?:, with (\d+) new director(?:y|ies))?, checksum of the lines below: ([0-9a-f]{16})\n/;

/** What a drop-in's text is about. */
export interface Placeholders {
  /** the unit that is to follow, and the one to be followed */
  readonly unit: string;
  readonly follow: string;
  /** where the root has it */
  readonly systemctl?: string;
}

/** Puts names in the place of a template's `@firewall@`, `@follow@`, `@unit@` and `@systemctl@`. */
export function fillIn(text: string, { unit, follow, systemctl }: Placeholders): string {
  const values = new Map([
    ['unit', unit],
    ['follow', follow],
    ['firewall', follow],
    ['systemctl', systemctl],
  ]);
  return text
    .split('\n')
    .map((line) => {
      const asWord = line.startsWith('Exec') ? argument : (value: string): string => value;
      return line.replace(/@(unit|follow|firewall|systemctl)@/g, (whole, name: string) =>
        asWord(values.get(name) ?? whole),
      );
    })
    .join('\n');
}

/** systemd.service(5), "COMMAND LINES": a backslash begins an escape there; and no name is an option. */
function argument(name: string): string {
  return `${name.startsWith('-') ? '-- ' : ''}${name.replaceAll('\\', '\\\\')}`;
}

/** What is to be said in the first line of a file. */
export interface FirstLine {
  /** how many directories are made for it, so that it can be taken back without a trace */
  readonly directories?: number;
  /** the unit that it serves, where that is not the one whose drop-in it is */
  readonly servedUnit?: string | undefined;
}

/**
 * The file to write: the filled-in template with only the settings that are missing, below a first line
 * that says whose it is, and lets a later edit be noticed.
 */
export function dropInText(template: string, missing: readonly Wanted[], about: FirstLine = {}): string {
  const keep = new Set(missing.map(written));
  const isKept = (node: Node): boolean => settingsOf(node).some((setting) => keep.has(written(setting)));
  const { nodes } = parseUnit(Buffer.from(template));
  const sections = new Set(nodes.filter(isKept).map(sectionOf));
  const body = renderUnit({
    nodes: nodes.filter((node) =>
      node.kind === 'assignment' ? isKept(node) : node.kind !== 'section' || sections.has(sectionOf(node)),
    ),
  })
    .toString()
    .replace(/\n+$/, '\n');
  return `${MARK}${words(about)}, checksum of the lines below: ${checksum(body)}\n${body}`;
}

function sectionOf(node: Node): string | undefined {
  return node.kind === 'assignment' ? node.section : node.kind === 'section' ? node.name : undefined;
}

function words({ directories = 0, servedUnit }: FirstLine): string {
  const whom = servedUnit === undefined ? '' : ` for ${servedUnit}`;
  const made =
    directories === 0 ? '' : `, with ${directories} new director${directories === 1 ? 'y' : 'ies'}`;
  return whom + made;
}

/** Whose a file is: `ours` as we wrote it, `edited` since then, or `theirs`. */
export function ownerOf(bytes: Buffer): 'ours' | 'edited' | 'theirs' {
  const text = bytes.toString('latin1');
  if (!text.startsWith(MARK)) return 'theirs';
  const match = firstLine.exec(text);
  const isAsWritten = match?.[3] === checksum(text.slice(match?.[0].length));
  return isAsWritten ? 'ours' : 'edited';
}

/** How many directories were made for a file of ours. */
export function directoriesMadeFor(bytes: Buffer): number {
  return Number(firstLine.exec(bytes.toString('latin1'))?.[2] ?? 0);
}

/** The unit that a file of ours serves, where that is not the one whose drop-in it is. */
export function servedUnitOf(bytes: Buffer): string | undefined {
  return firstLine.exec(bytes.toString('latin1'))?.[1];
}

function checksum(body: string): string {
  return createHash('sha256').update(body, 'latin1').digest('hex').slice(0, 16);
}
