import { errorCode } from '../errors.js';
import { baseName, type Files, type RootPath } from '../files/files.js';
import { type Identity, identityOf } from './aliases.js';
import { DependencyCollector } from './dependencies.js';
import { directoryPrefixes, dropInPaths, sharedPrefixes } from './drop-ins.js';
import { settingsBreaking } from './load-state.js';
import { fileBehind, type NameMap } from './name-map.js';
import { byBytes, isBadSlice, type UnitName, type UnitType } from './name.js';
import { append, isMask, unreadable } from './problems.js';
import { readSettings } from './read-settings.js';
import { inForce, isTooNew } from './settings.js';
import type { LoadState, Problem, ReadFile, Setting, Unit } from './unit.js';

/** Where units are loaded from. */
export interface LoadContext {
  readonly files: Files;
  readonly map: NameMap;
  /** the systemd version to read like */
  readonly systemd: number;
}

/** The most bytes of all files of a unit; ten thousand drop-ins have fewer. */
const BYTES_MAX = 8 * 1024 * 1024;

/** Loads one unit step by step, as unit_load_fragment_and_dropin() does. */
export class UnitLoading {
  private readonly collector: DependencyCollector;
  private readonly settings: Setting[] = [];
  private readonly problems: Problem[] = [];
  private readonly inputs: ReadFile[] = [];
  private bytesRead = 0;
  private readonly requestedName: string;
  private readonly type: UnitType;

  constructor(
    private readonly loader: LoadContext,
    name: UnitName,
  ) {
    this.requestedName = name.name;
    this.type = name.type;
    this.collector = new DependencyCollector(loader.files, loader.map);
    append(this.problems, loader.map.problems);
  }

  load(): Unit {
    const path = this.type === 'scope' ? undefined : fileBehind(this.loader.map, this.requestedName);
    if (path === undefined) return this.withoutFragment();
    const { info } = this.loader.files.follow(path);
    const identity = identityOf(this.loader.map, this.requestedName, path);
    if (!isMask(this.loader.files, path)) return info ? this.fromFragment(identity, path) : this.notFound();
    // Whether a file is empty is seen once it is open.
    const isOpen = info?.kind !== 'file' || typeof this.read(path) === 'object';
    return isOpen ? this.masked(identity, path) : this.notFound();
  }

  private withoutFragment(): Unit {
    // These need no file: slice_load(), device_load(), and the units that always are.
    const perpetual = this.requestedName === '-.mount' || this.requestedName === 'init.scope';
    if (this.type !== 'slice' && this.type !== 'device' && !perpetual) return this.notFound();
    const dropIns = this.layOver(this.requestedName, [this.requestedName]);
    const state = isBadSlice(this.requestedName) ? 'error' : 'loaded';
    return this.unit(state, this.requestedName, [this.requestedName], null, dropIns);
  }

  private notFound(): Unit {
    return this.unit('not-found', this.requestedName, [this.requestedName], null, []);
  }

  /** systemd takes a file that it may not open for missing; a file that is too large for us could be anything. */
  private unread(path: RootPath): Unit {
    const isTooLarge = this.problems.some(({ code, file }) => code === 'too-large' && file === path);
    return isTooLarge
      ? this.unit('error', this.requestedName, [this.requestedName], path, [])
      : this.notFound();
  }

  private masked({ id, names }: Identity, path: RootPath): Unit {
    const dropIns = this.loader.systemd < 255 ? this.layOver(id, names) : [];
    return this.unit('masked', id, names, path, dropIns);
  }

  private fromFragment({ id, names }: Identity, path: RootPath): Unit {
    const bytes = this.read(path);
    if (bytes === 'unreadable' || bytes === 'gone') return this.unread(path);
    const whole = typeof bytes === 'object' ? this.take(bytes, path, this.requestedName) : 'error';
    // Names are merged and drop-ins read only after the whole fragment was accepted.
    if (whole !== 'loaded') return this.unit(whole, this.requestedName, [this.requestedName], path, []);
    const dropIns = this.layOver(id, names);
    const broken = settingsBreaking(this.type, inForce(this.settings));
    if (broken) {
      const { file, line } = broken.at ?? { file: path, line: null };
      this.problems.push({ code: 'bad-setting', file, line, text: broken.text });
    }
    const state = broken ? 'bad-setting' : 'loaded';
    return this.unit(isBadSlice(id) ? 'error' : state, id, names, path, dropIns);
  }

  /** Reads .wants and its kin, then the drop-ins (unit_load_dropin()). */
  private layOver(id: string, names: readonly string[]): RootPath[] {
    const aliases = names.filter((name) => name !== id).sort(byBytes);
    const owners = sharedPrefixes(this.loader.map, directoryPrefixes(id, aliases, this.loader.systemd));
    if (owners.length === 0) return [];
    this.takeLinks(id, owners);
    const paths = dropInPaths(this.loader.files, this.loader.map, owners, '.d', '.conf', this.problems);
    const gone = new Set<RootPath>();
    for (const { path, replaces } of paths) {
      for (const replaced of replaces)
        this.problems.push({
          code: 'replaced-drop-in',
          file: replaced,
          line: null,
          text: `${path} has the same name and comes first; systemd does not read this one`,
        });
      if (isMask(this.loader.files, path)) continue;
      const bytes = this.loader.files.follow(path).info ? this.read(path) : undefined;
      if (bytes === 'gone') gone.add(path);
      if (this.bytesRead > BYTES_MAX) {
        this.problems.push(tooMuch(path, this.requestedName));
        break;
      }
      if (typeof bytes === 'object') this.take(bytes, path, id);
    }
    return paths.map(({ path }) => path).filter((path) => !gone.has(path));
  }

  private takeLinks(id: string, owners: readonly (readonly string[])[]): void {
    const { files, map, systemd } = this.loader;
    const kinds = [
      ['Wants', '.wants'],
      ['Requires', '.requires'],
      ...(systemd >= 254 ? [['Upholds', '.upholds'] as const] : []),
    ] as const;
    for (const [type, suffix] of kinds) {
      for (const { path } of dropInPaths(files, map, owners, suffix, '', this.problems)) {
        if (isMask(files, path)) continue;
        const source = { file: path, line: null };
        if (files.lstat(path)?.kind === 'link') this.collector.addLink(type, baseName(path), id, source);
        else
          this.problems.push({
            ...source,
            code: 'not-a-link',
            text: `entries of a ${suffix} directory must be symbolic links; systemd ignores this one`,
          });
      }
    }
  }

  /** Takes the settings of a file; a broken fragment keeps those before the break. */
  private take(bytes: Buffer, path: RootPath, unitName: string): LoadState {
    const { settings, problems, state } = readSettings(bytes, path, this.type, unitName);
    append(this.problems, problems);
    for (const setting of settings) {
      if (isTooNew(setting.section, setting.key, this.loader.systemd))
        this.problems.push(this.tooNew(setting));
      else {
        this.settings.push(setting);
        this.collector.addSetting(setting, unitName);
      }
    }
    return state;
  }

  private tooNew({ section, key, file, line }: Setting): Problem {
    const text = `systemd ${this.loader.systemd} knows no ${key}= in [${section}] and ignores it`;
    return { code: 'unknown-setting', file, line, text };
  }

  /**
   * @returns undefined if it is not a regular file, `unreadable` if it may not be opened, `gone` if it was removed
   *   since it was seen: to systemd there is none
   */
  private read(path: RootPath): Buffer | 'unreadable' | 'gone' | undefined {
    try {
      const bytes = this.loader.files.read(path);
      this.bytesRead += bytes.length;
      this.inputs.push({ path, bytes });
      return bytes;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return 'gone';
      const isFile = this.loader.files.follow(path).info?.kind === 'file';
      this.problems.push(
        isFile
          ? unreadable(path, error)
          : { code: 'not-a-file', file: path, line: null, text: 'is not a regular file' },
      );
      return isFile ? 'unreadable' : undefined;
    }
  }

  private unit(
    loadState: LoadState,
    id: string,
    names: readonly string[],
    fragment: RootPath | null,
    dropIns: readonly RootPath[],
  ): Unit {
    const aliases = names.filter((name) => name !== id).sort(byBytes);
    return {
      asked: this.requestedName,
      id,
      names: [id, ...aliases],
      loadState,
      fragment,
      dropIns,
      dependencies: this.collector.dependencies(names),
      directives: inForce(this.settings),
      problems: [...this.problems, ...this.collector.problems()],
      inputs: this.inputs,
    };
  }
}

function tooMuch(file: RootPath, unit: string): Problem {
  const text = `and what follows it is not read: the files of ${unit} hold more than ${BYTES_MAX} bytes`;
  return { code: 'too-large', file, line: null, text };
}
