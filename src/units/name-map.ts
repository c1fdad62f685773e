import {
  baseName,
  inDirectory,
  parentOf,
  rootPath,
  type Files,
  type Kind,
  type RootPath,
} from '../system/files.js';
import { isMask } from './mask.js';
import { NameEntries, type ListedDirectory, type NameEntry } from './name-entries.js';
import { listingIn, unreadable } from './reading.js';
import type { Problem } from './unit.js';
import {
  instanceOf,
  mayAlias,
  mayTemplate,
  parseUnitName,
  templateOf,
  UNIT_TYPES,
  type UnitName,
} from './name.js';

/** systemd's FOLLOW_MAX: so many aliases may stand one behind the other. */
const ALIAS_HOPS_MAX = 8;
const DIRECTORY_SUFFIX = /\.(?:d|wants|requires|upholds)$/;

/**
 * Which names the load path holds, made from directory listings and the text of links alone, as
 * unit_file_build_name_map() does: no unit file is opened.
 */
export interface NameMap {
  readonly loadPath: readonly RootPath[];
  /** Any name to what stands for it in the strongest directory that has it. */
  readonly entries: NameEntries;
  /** A real name to the aliases that lead to it; a masked unit has none. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** Paths of the `.d`, `.wants`, `.requires` and `.upholds` directories of the load path. */
  readonly directories: ReadonlySet<string>;
  /** Their names alone. */
  readonly directoryNames: ReadonlySet<string>;
  /** Whether one of them is a link, so that a file may be laid over units of another name. */
  readonly hasLinkedDirectories: boolean;
  /** Directories that may not be read. */
  readonly problems: readonly Problem[];
}

/** Lists the load path. Of a file its name is all that counts, so only what else is there is looked at one by one. */
export function buildNameMap(files: Files, loadPath: readonly RootPath[]): NameMap {
  const directories = new Set<string>();
  const problems: Problem[] = [];
  let hasLinkedDirectories = false;
  // The directories may be links themselves: then both spellings count as the load path.
  const searchPath = loadPath.flatMap((directory) => [directory, ...resolved(files, directory, problems)]);
  const listed = loadPath.map((directory): ListedDirectory => {
    const listing = listingIn(files, directory, problems);
    const links = new Map<string, NameEntry>();
    for (const [name, kind] of listing.others) {
      if (kind !== 'directory' && kind !== 'link') continue;
      if (isUnitDirectory(files, directory, name, kind)) {
        directories.add(inDirectory(directory, name));
        hasLinkedDirectories ||= kind === 'link';
      }
      const entry = kind === 'link' ? linkEntry(files, searchPath, directory, name) : undefined;
      if (entry) links.set(name, entry);
    }
    return { path: directory, listing, links };
  });
  const entries = new NameEntries(listed);
  const aliases = aliasesOf(files, entries);
  const directoryNames = new Set(Array.from(directories, baseName));
  return { loadPath, entries, directories, directoryNames, hasLinkedDirectories, aliases, problems };
}

/**
 * The map of the same load path with files of drop-in directories added, changed or taken away.
 * @returns undefined where these files may be more than that, and the load path has to be listed again
 */
export function mapWithDropIns(map: NameMap, paths: readonly RootPath[]): NameMap | undefined {
  const parents = paths.map(parentOf);
  const areDropIns = parents.every(
    (parent) => parent.endsWith('.d') && map.loadPath.includes(parentOf(parent)),
  );
  if (!areDropIns || map.hasLinkedDirectories) return undefined;
  const directories = new Set([...map.directories, ...parents]);
  return { ...map, directories, directoryNames: new Set([...map.directoryNames, ...parents.map(baseName)]) };
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

/** What stands for an instance that has no file or link of its own: that of its template. */
function templateEntry(entries: NameEntries, name: string): NameEntry | undefined {
  const parsed = parseUnitName(name);
  return parsed?.kind === 'instance' ? entries.get(templateOf(parsed)) : undefined;
}

/**
 * Follows aliases to the file behind a name: its own, or its template's (unit_file_find_fragment()). The path may
 * still be a link to nowhere.
 * @returns undefined where no file is named, a loop where the aliases lead to each other or are too many
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

/** The same for who only needs the file: aliases that loop name none. */
export function fileBehind(map: Pick<NameMap, 'entries'>, name: string): RootPath | undefined {
  const found = lookUp(map, name);
  return typeof found === 'string' ? found : undefined;
}

/** An instance whose alias leads nowhere is loaded from its template; one whose aliases loop is not. */
function fileOfTemplate(map: Pick<NameMap, 'entries'>, name: string): RootPath | { loop: true } | undefined {
  const parsed = parseUnitName(name);
  return parsed?.kind === 'instance' ? lookUp(map, templateOf(parsed)) : undefined;
}

function isUnitDirectory(files: Files, directory: RootPath, name: string, kind: Kind): boolean {
  if (!DIRECTORY_SUFFIX.test(name)) return false;
  const owner = name.replace(DIRECTORY_SUFFIX, '');
  if (!parseUnitName(owner) && !UNIT_TYPES.some((type) => type === owner)) return false;
  if (kind === 'directory') return true;
  // is_dir() is asked of the link's bare text, which for PID 1 is relative to "/" (252 to 262).
  const target = files.readLink(inDirectory(directory, name));
  return files.follow(rootPath(target.startsWith('/') ? target : `/${target}`)).info?.kind === 'directory';
}

/** What a link of the load path stands for. */
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

/** unit_validate_alias_symlink_or_warn(); a link to its own name is passed over, so that the lower file counts. */
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
