import {
  baseName,
  type Files,
  inDirectory,
  type FileKind,
  parentOf,
  type RootPath,
  rootPath,
} from '../files/files.js';
import { type ListedDirectory, NameEntries, type NameEntry } from './name-entries.js';
import {
  instanceOf,
  mayAlias,
  mayTemplate,
  parseUnitName,
  templateOf,
  UNIT_TYPES,
  type UnitName,
} from './name.js';
import { isMask, listingIn, unreadable } from './problems.js';
import type { Problem } from './unit.js';

/** systemd's FOLLOW_MAX: the longest chain of aliases. */
const ALIAS_HOPS_MAX = 8;
const DIRECTORY_SUFFIXES: ReadonlySet<string> = new Set(['.d', '.wants', '.requires', '.upholds']);

/**
 * The names that the load path holds, made from directory listings and the text of links alone, as
 * unit_file_build_name_map() does: no unit file is opened.
 */
export interface NameMap {
  readonly loadPath: readonly RootPath[];
  /** Maps every name to its entry in the strongest directory that has it. */
  readonly entries: NameEntries;
  /** Maps a real name to the aliases that lead to it; a masked unit has none. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /**
   * The names of the `.d`, `.wants`, `.requires` and `.upholds` directories in each directory of the load path that has
   * any, the strongest first.
   */
  readonly directories: ReadonlyMap<RootPath, ReadonlySet<string>>;
  /** The beginnings of these names: the name of a unit, a template or a type, or a part of one. */
  readonly dropInPrefixes: ReadonlySet<string>;
  /** Whether one of them is a link, so that a file may be laid over units of another name. */
  readonly hasLinkedDirectories: boolean;
  /** Directories that may not be read. */
  readonly problems: readonly Problem[];
}

/** Lists the load path. For a file only its name counts, so only other entries are looked at one by one. */
export function buildNameMap(files: Files, loadPath: readonly RootPath[]): NameMap {
  const directories = new Map<RootPath, Set<string>>();
  const owners = new Set<string>();
  const problems: Problem[] = [];
  let hasLinkedDirectories = false;
  // The directories may be links themselves: then both spellings count as the load path.
  const searchPath = loadPath.flatMap((directory) => [directory, ...resolved(files, directory, problems)]);
  const listed = loadPath.map((directory): ListedDirectory => {
    const listing = listingIn(files, directory, problems);
    const links = new Map<string, NameEntry>();
    const names = new Set<string>();
    for (const [name, kind] of listing.others) {
      if (kind !== 'directory' && kind !== 'link') continue;
      const owner = ownerOf(name);
      if (owner !== undefined && isDirectory(files, inDirectory(directory, name), kind)) {
        names.add(name);
        owners.add(owner);
        hasLinkedDirectories ||= kind === 'link';
      }
      const entry = kind === 'link' ? linkEntry(files, searchPath, directory, name) : undefined;
      if (entry) links.set(name, entry);
    }
    if (names.size > 0) directories.set(directory, names);
    return { path: directory, listing, links };
  });
  const entries = new NameEntries(listed);
  const aliases = aliasesOf(files, entries);
  return { loadPath, entries, directories, dropInPrefixes: owners, hasLinkedDirectories, aliases, problems };
}

/**
 * The map of the same load path with files of drop-in directories added, changed or removed.
 * @returns undefined if these files may be more than that, and the load path has to be listed again
 */
export function mapWithDropIns(map: NameMap, paths: readonly RootPath[]): NameMap | undefined {
  const parents = paths.map(parentOf);
  const areDropIns = parents.every(
    (parent) => parent.endsWith('.d') && map.loadPath.includes(parentOf(parent)),
  );
  if (!areDropIns || map.hasLinkedDirectories) return undefined;
  const directories = new Map<RootPath, ReadonlySet<string>>();
  for (const place of map.loadPath) {
    const added = parents.filter((parent) => parentOf(parent) === place).map(baseName);
    const names = withAll(map.directories.get(place), added);
    if (names.size > 0) directories.set(place, names);
  }
  return {
    ...map,
    directories,
    dropInPrefixes: withAll(
      map.dropInPrefixes,
      parents.flatMap((one) => ownerOf(baseName(one)) ?? []),
    ),
  };
}

/** A set with some names added; it may hold thousands, and these names already. */
function withAll(set: ReadonlySet<string> = new Set(), names: readonly string[]): ReadonlySet<string> {
  return names.every((name) => set.has(name)) ? set : new Set([...set, ...names]);
}

/** The beginning of the name of a directory of drop-ins or dependencies; undefined if it is not such a name. */
function ownerOf(directoryName: string): string | undefined {
  const dot = directoryName.lastIndexOf('.');
  if (!DIRECTORY_SUFFIXES.has(directoryName.slice(dot))) return undefined;
  const owner = directoryName.slice(0, dot);
  return parseUnitName(owner) || UNIT_TYPES.some((type) => type === owner) ? owner : undefined;
}

/** The map of the same load path with unit files added, under names that it does not hold. */
export function mapWithUnits(files: Files, map: NameMap, paths: readonly RootPath[]): NameMap {
  const entries = map.entries.with(new Map(paths.map((path) => [baseName(path), { path }])));
  return { ...map, entries, aliases: aliasesOf(files, entries) };
}

function resolved(files: Files, directory: RootPath, problems: Problem[]): RootPath[] {
  try {
    return [files.follow(directory).path];
  } catch (error) {
    problems.push(unreadable(directory, error));
    return [];
  }
}

/** The entry of an instance without its own file or link: that of its template. */
function templateEntry(entries: NameEntries, name: string): NameEntry | undefined {
  const parsed = parseUnitName(name);
  return parsed?.kind === 'instance' ? entries.get(templateOf(parsed)) : undefined;
}

/**
 * Follows aliases to the file behind a name: its own, or its template's (unit_file_find_fragment()). The path may
 * still be a link to nowhere.
 * @returns undefined if no file is named, a loop if the aliases lead to each other or are too many
 */
export function lookUp(map: Pick<NameMap, 'entries'>, name: string): RootPath | { loop: true } | undefined {
  let at = name;
  for (let hops = 0; hops < ALIAS_HOPS_MAX; hops++) {
    const entry = map.entries.get(at) ?? templateEntry(map.entries, at);
    if (!entry) return fileOfTemplate(map, name);
    if ('path' in entry) return entry.path;
    at = entry.alias;
  }
  return { loop: true };
}

/** The same for callers that only need the file: aliases that loop name none. */
export function fileBehind(map: Pick<NameMap, 'entries'>, name: string): RootPath | undefined {
  const found = lookUp(map, name);
  return typeof found === 'string' ? found : undefined;
}

/** An instance whose alias leads nowhere is loaded from its template; one whose aliases loop is not. */
function fileOfTemplate(map: Pick<NameMap, 'entries'>, name: string): RootPath | { loop: true } | undefined {
  const parsed = parseUnitName(name);
  return parsed?.kind === 'instance' ? lookUp(map, templateOf(parsed)) : undefined;
}

function isDirectory(files: Files, path: RootPath, kind: FileKind): boolean {
  if (kind === 'directory') return true;
  // is_dir() gets the link's bare text, which for PID 1 is relative to "/" (252 to 262).
  const target = files.readLink(path);
  return files.follow(rootPath(target.startsWith('/') ? target : `/${target}`)).info?.kind === 'directory';
}

/** The entry of a link in the load path. */
function linkEntry(
  files: Files,
  searchPath: readonly RootPath[],
  directory: RootPath,
  link: string,
): NameEntry | undefined {
  const name = parseUnitName(link);
  if (!name) return undefined;
  const path = inDirectory(directory, link);
  const text = files.readLink(path);
  const target = files.followParents(rootPath(text.startsWith('/') ? text : `${directory}/${text}`));
  if (target.lost) return undefined;
  const insideLoadPath = searchPath.some((known) => target.path.startsWith(`${known}/`));
  if (!insideLoadPath) return { path };
  const alias = baseName(target.path);
  return isValidAlias(name, alias) ? { alias } : undefined;
}

/** unit_validate_alias_symlink_or_warn(); a link to its own name is ignored, so that the lower file counts. */
function isValidAlias(source: UnitName, target: string): boolean {
  const destination = parseUnitName(target);
  if (!destination || source.name === target || source.type !== destination.type) return false;
  if (!mayAlias(source.type) || (source.kind !== 'plain' && !mayTemplate(source.type))) return false;
  if (source.kind === 'instance' && destination.kind === 'template') return true;
  if (source.kind !== destination.kind) return false;
  return destination.kind !== 'instance' || source.instance === destination.instance;
}

function aliasesOf(files: Files, entries: NameEntries): Map<string, string[]> {
  const aliases = new Map<string, string[]>();
  for (const name of entries.aliases()) {
    const path = fileBehind({ entries }, name);
    // A unit that is masked, or whose file is a link to nowhere, has no aliases.
    if (!path || !files.follow(path).info || isMask(files, path)) continue;
    const owner = realName(name, baseName(path));
    const known = aliases.get(owner);
    if (known) known.push(name);
    else aliases.set(owner, [name]);
  }
  return aliases;
}

/** An instance that leads to a template is an alias of that template's instance of the same name. */
function realName(name: string, target: string): string {
  const from = parseUnitName(name);
  const to = parseUnitName(target);
  return from?.kind === 'instance' && to?.kind === 'template' ? instanceOf(to, from.instance ?? '') : target;
}
