/** Unit names: systemd.unit(5), "String Escaping for Inclusion in Unit Names" and basic/unit-name.c. */
import { encodeBytes } from '../syntax/bytes.js';

/** Every unit type that systemd knows. */
export const UNIT_TYPES = [
  'service',
  'socket',
  'target',
  'device',
  'mount',
  'automount',
  'swap',
  'timer',
  'path',
  'slice',
  'scope',
] as const;

/** A unit type. */
export type UnitType = (typeof UNIT_TYPES)[number];

/** A valid unit name in its parts. */
export interface UnitName {
  readonly name: string;
  /** The part before `@`, or before the suffix if there is no `@`. */
  readonly prefix: string;
  /** The part between `@` and the suffix: empty for a template, undefined for a plain unit. */
  readonly instance: string | undefined;
  readonly type: UnitType;
  readonly kind: 'plain' | 'template' | 'instance';
}

const types: ReadonlySet<string> = new Set(UNIT_TYPES);
const isUnitType = (word: string): word is UnitType => types.has(word);

const NAME_MAX = 255;
const validStem = /^[A-Za-z0-9:_.\\-][A-Za-z0-9:_.\\@-]*$/;

/** Takes a unit name apart; undefined if systemd says that it is not one. */
export function parseUnitName(name: string): UnitName | undefined {
  const dot = name.lastIndexOf('.');
  const type = name.slice(dot + 1);
  if (dot <= 0 || name.length > NAME_MAX || !isUnitType(type)) return undefined;
  const stem = name.slice(0, dot);
  if (!validStem.test(stem)) return undefined;
  const at = stem.indexOf('@');
  if (at < 0) return { name, prefix: stem, instance: undefined, type, kind: 'plain' };
  const instance = stem.slice(at + 1);
  return { name, prefix: stem.slice(0, at), instance, type, kind: instance === '' ? 'template' : 'instance' };
}

/** The name with `.service` if it has no suffix that systemd knows, as systemctl(1) reads names; itself if that is none. */
export function withSuffix(name: string): string {
  const service = `${name}.service`;
  return parseUnitName(name) || !parseUnitName(service) || !/[A-Za-z0-9]/.test(name) ? name : service;
}

/** `foo@.service` for `foo@bar.service`. */
export function templateOf(name: UnitName): string {
  return `${name.prefix}@.${name.type}`;
}

/** `foo@bar.service` for the template `foo@.service` and the instance `bar`. */
export function instanceOf(template: UnitName, instance: string): string {
  return `${template.prefix}@${instance}.${template.type}`;
}

/** Types whose units may be templates: unit_type_may_template(). */
export function mayTemplate(type: UnitType): boolean {
  return ['service', 'socket', 'target', 'timer', 'path'].includes(type);
}

/** Types whose units may have aliases by a link: unit_type_may_alias(). */
export function mayAlias(type: UnitType): boolean {
  return ['service', 'socket', 'target', 'device', 'timer', 'path'].includes(type);
}

const SURROGATE = /[\ud800-\udfff]/;

/** Orders names by their bytes, as systemd's strcmp() does; JavaScript's `<` agrees only without surrogates. */
export function byBytes(a: string, b: string): number {
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return a < b ? -1 : Number(a > b);
  return Buffer.compare(encodeBytes(a), encodeBytes(b));
}

/**
 * The names under which systemd looks for directories of a unit (`NAME.d`, `NAME.wants` …), most specific
 * first: the name, its template, then each prefix that ends in a dash (unit_file_find_dirs()).
 * @param withPrefixes systemd before 239 knows none
 */
export function directoryNames(name: string, withPrefixes = true): string[] {
  const names = new Set<string>();
  collectDirectoryNames(name, names, withPrefixes);
  return [...names];
}

function collectDirectoryNames(name: string, names: Set<string>, withPrefixes: boolean): void {
  // Names that follow from a known one are known too; without this check a hundred dashes take for ever.
  if (names.has(name)) return;
  names.add(name);
  const parsed = parseUnitName(name);
  if (parsed?.kind === 'instance') collectDirectoryNames(templateOf(parsed), names, withPrefixes);
  const shorter = withPrefixes && parsed ? dashPrefix(parsed.prefix) : undefined;
  if (parsed && shorter !== undefined)
    collectDirectoryNames(withPrefix(parsed, shorter), names, withPrefixes);
}

/** A template loses its `@` here: `foo-bar@.service` leads to `foo-.service`, its instance to `foo-@i.service`. */
function withPrefix(name: UnitName, prefix: string): string {
  return !name.instance ? `${prefix}.${name.type}` : `${prefix}@${name.instance}.${name.type}`;
}

/** `foo-bar-` for `foo-bar-waldo` and `foo-` for `foo-bar-`; undefined if no dash is left. */
function dashPrefix(prefix: string): string | undefined {
  const body = prefix.endsWith('-') ? prefix.slice(0, -1) : prefix;
  const dash = body.lastIndexOf('-');
  return dash > 0 ? body.slice(0, dash + 1) : undefined;
}

/** A slice that has no parent because of its name, as slice_name_is_valid() says: `-a`, `a-`, `a--b`, `a@b`. */
export function isBadSlice(name: string): boolean {
  const stem = name.endsWith('.slice') ? name.slice(0, -'.slice'.length) : '-';
  return stem !== '-' && /^-|--|-$|@/.test(stem);
}

/**
 * The name of the unit of a path: systemd-escape(1), --path.
 * @returns undefined if it is not an absolute path, or leads through `..`
 */
export function unitOfPath(path: string, type: UnitType): string | undefined {
  return unitsAbove(path, type)?.at(-1);
}

/** The names of the units of every directory above a path, the root left out, and last its own. */
export function unitsAbove(path: string, type: UnitType): string[] | undefined {
  // No path is longer: PATH_MAX of Linux.
  if (path.length > 4095) return undefined;
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (!path.startsWith('/') || names.includes('..')) return undefined;
  if (names.length === 0) return [`-.${type}`];
  const escaped = names.map(escapeName);
  return escaped.map((_, at) => `${escaped.slice(0, at + 1).join('-')}.${type}`);
}

function escapeName(name: string, at: number): string {
  const escaped = (character: string): string =>
    [...encodeBytes(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  const plain = name.replace(/[^\w:.]/gu, escaped);
  return at === 0 && plain.startsWith('.') ? `\\x2e${plain.slice(1)}` : plain;
}
