import { createHash } from 'node:crypto';
import { parseUnit } from '../syntax/parse.js';
import { words } from '../syntax/text.js';
import { type Node, renderUnit } from '../syntax/unit-file.js';
import { dependencyType } from '../units/settings.js';

/** How the first line of every file that this program writes begins. */
const MARK = '# Written by unit-patch';
const firstLine =
  /^# Written by unit-patch(?:, with (\d+) new director(?:y|ies))?, checksum of the lines below: ([0-9a-f]{16})\n/;

/** A dependency that a unit should have, `Requires=iptables.service` for example. */
export interface Wanted {
  readonly type: string;
  readonly unit: string;
}

/** How a wanted dependency is written. */
export function written({ type, unit }: Wanted): string {
  return `${type}=${unit}`;
}

/** Puts names in the place of a template's `@firewall@`, `@follow@` and `@unit@`. */
export function fillIn(text: string, unit: string, follow: string): string {
  const values = new Map([
    ['unit', unit],
    ['follow', follow],
    ['firewall', follow],
  ]);
  return text.replace(/@(unit|follow|firewall)@/g, (whole, name: string) => values.get(name) ?? whole);
}

/** The dependencies that a drop-in's text declares, in its order. */
export function dependenciesIn(text: string): Wanted[] {
  return parseUnit(Buffer.from(text)).nodes.flatMap(wantedBy);
}

/**
 * The file to write: the filled-in template with only the dependencies that are missing, below a first line
 * that says whose it is, lets a later edit be noticed, and how many directories were made for it, so that it can be
 * taken back without a trace.
 */
export function dropInText(template: string, missing: readonly Wanted[], directories = 0): string {
  const keep = new Set(missing.map(written));
  const nodes = parseUnit(Buffer.from(template)).nodes.filter((node) => {
    const declared = wantedBy(node);
    return declared.length === 0 || declared.some((wanted) => keep.has(written(wanted)));
  });
  const body = renderUnit({ nodes }).toString();
  const made =
    directories === 0 ? '' : `, with ${directories} new director${directories === 1 ? 'y' : 'ies'}`;
  return `${MARK}${made}, checksum of the lines below: ${checksum(body)}\n${body}`;
}

/** Whose a file is: `ours` as we wrote it, `edited` since then, or `theirs`. */
export function ownerOf(bytes: Buffer): 'ours' | 'edited' | 'theirs' {
  const text = bytes.toString('latin1');
  if (!text.startsWith(MARK)) return 'theirs';
  const match = firstLine.exec(text);
  const isAsWritten = match?.[2] === checksum(text.slice(match?.[0].length));
  return isAsWritten ? 'ours' : 'edited';
}

/** How many directories were made for a file of ours. */
export function directoriesMadeFor(bytes: Buffer): number {
  return Number(firstLine.exec(bytes.toString('latin1'))?.[1] ?? 0);
}

function wantedBy(node: Node): Wanted[] {
  if (node.kind !== 'assignment') return [];
  const type = dependencyType(node.section, node.key);
  return type === undefined ? [] : words(node.value).map((unit) => ({ type, unit }));
}

function checksum(body: string): string {
  return createHash('sha256').update(body, 'latin1').digest('hex').slice(0, 16);
}
