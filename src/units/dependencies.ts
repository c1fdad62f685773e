import type { Files } from '../files/files.js';
import { realName } from './aliases.js';
import { fileBehind, lookUp, type NameMap } from './name-map.js';
import { instanceOf, mayTemplate, parseUnitName, type UnitName } from './name.js';
import { AbridgedProblems } from './problems.js';
import { dependencyWords } from './read-settings.js';
import { dependencyType } from './settings.js';
import { expandSpecifiers, growsInstance } from './specifiers.js';
import type { Dependency, Problem, Setting, Source } from './unit.js';

/** One word of a dependency list as systemd reads it. */
type Meaning = { readonly unit: string } | { readonly code: string; readonly text: () => string };

/**
 * Collects a unit's dependencies, each with every place that declares it. `unitName` is the name that a file is read
 * for, from which `%n`, `%p` … are made: the requested name for a fragment, the real name for drop-ins.
 */
export class DependencyCollector {
  private readonly all = new AbridgedProblems<Problem>();
  private readonly found = new Map<string, { type: string; unit: string; from: Source[] }>();

  constructor(
    private readonly files: Files,
    private readonly map: NameMap,
  ) {}

  /** Takes the dependencies that one setting declares, if it is one that does. */
  addSetting(setting: Setting, unitName: string): void {
    const type = dependencyType(setting.section, setting.key);
    if (type === undefined) return;
    for (const word of dependencyWords(setting)) {
      const meaning = this.meaningOf(word, type, unitName);
      const place = { file: setting.file, line: setting.line };
      if ('unit' in meaning) this.add(type, meaning.unit, place);
      else this.addProblem(place, meaning.code, meaning.text);
    }
  }

  /** Takes a link in a `.wants`, `.requires` or `.upholds` directory, by the link's own name. */
  addLink(type: string, name: string, unitName: string, source: Source): void {
    const meaning = this.meaningOfName(name, type, unitName);
    if ('unit' in meaning) this.add(type, meaning.unit, source);
    else this.addProblem(source, meaning.code, meaning.text);
  }

  /**
   * Everything collected, in the order in which systemd met it, without dependencies on the unit itself.
   * @param self the unit's names as they turned out: a broken fragment leaves only the requested one
   */
  dependencies(self: readonly string[]): Dependency[] {
    const own = new Set(self);
    const all = [...this.found.values()];
    for (const { type, from } of all.filter(({ unit }) => own.has(unit)))
      for (const place of from)
        this.addProblem(place, 'self-dependency', () => `${type}= names the unit itself; systemd drops it`);
    return all.filter(({ unit }) => !own.has(unit));
  }

  /** The problems met so far; of those that a file has too many of a kind of, some. */
  problems(): Problem[] {
    return this.all.listed();
  }

  private addProblem(place: Source, code: string, text: () => string): void {
    this.all.add(`${code} ${place.file}`, () => ({ ...place, code, text: text() }));
  }

  private add(type: string, unit: string, { file, line }: Source): void {
    const key = `${type} ${unit}`;
    const known = this.found.get(key) ?? { type, unit, from: [] };
    known.from.push({ file, line });
    this.found.set(key, known);
  }

  private meaningOf(word: string, type: string, unitName: string): Meaning {
    const name = expandSpecifiers(word, unitName);
    if (name === undefined)
      return {
        code: 'bad-specifier',
        text: () => `"${word}" has a specifier that unit names cannot hold; systemd drops this word`,
      };
    const expanded = parseUnitName(name);
    if (expanded && this.isEndless(word, expanded, unitName))
      return {
        code: 'endless-instances',
        text: () => `"${word}" would start instances without end; systemd drops this word`,
      };
    return this.meaningOfName(name, type, unitName);
  }

  private meaningOfName(name: string, type: string, unitName: string): Meaning {
    const parsed = parseUnitName(name);
    if (!parsed) return { code: 'bad-unit-name', text: () => badName(name) };
    const whole = withInstance(parsed, unitName);
    // unit_name_build(): a name that is too long is not a unit name.
    if (!whole) return { code: 'bad-unit-name', text: () => tooLong(name) };
    if (whole.kind !== 'plain' && !mayTemplate(whole.type))
      return {
        code: 'bad-unit-name',
        text: () => `"${name}" names an instance, which a ${whole.type} cannot have; systemd drops it`,
      };
    const unit = realName(this.files, this.map, whole.name);
    return refusal(type, unit, unitName) ?? { unit };
  }

  /** unit_is_recursive_template_dependency(): it gives up on aliases that loop, and the word is dropped too. */
  private isEndless(word: string, name: UnitName, unitName: string): boolean {
    if (name.kind !== 'instance' || parseUnitName(unitName)?.prefix !== name.prefix) return false;
    const fragment = lookUp(this.map, name.name);
    if (typeof fragment === 'object') return true;
    return growsInstance(word) && fragment !== undefined && fragment === fileBehind(this.map, unitName);
  }
}

/** A bare template in a list means the instance of the unit's own instance, or of its own prefix. */
function withInstance(name: UnitName, unitName: string): UnitName | undefined {
  const own = parseUnitName(unitName);
  // A template itself is asked for: nothing to put in yet.
  if (name.kind !== 'template' || !own || own.kind === 'template') return name;
  return parseUnitName(instanceOf(name, own.instance ?? own.prefix));
}

/** Dependencies that unit_add_dependency() rejects although both names are valid. */
function refusal(type: string, unit: string, unitName: string): Meaning | undefined {
  const other = parseUnitName(unit)?.type;
  const own = parseUnitName(unitName)?.type;
  if (type === 'Before' && other === 'device')
    return {
      code: 'impossible-dependency',
      text: () => `nothing can be ordered before the device ${unit}; systemd drops it`,
    };
  if (type === 'OnFailure' && (own === 'slice' || own === 'device'))
    return {
      code: 'impossible-dependency',
      text: () => `a ${own} cannot fail, so OnFailure= means nothing; systemd drops it`,
    };
  return undefined;
}

function tooLong(name: string): string {
  return `"${name}" with the instance is longer than a unit name may be; systemd drops this word`;
}

function badName(name: string): string {
  const quoted = JSON.stringify(name);
  if (/["']/.test(name))
    return `${quoted} is not a unit name: quotes mean nothing in a list of units; systemd drops this word`;
  if (name.includes(','))
    return `${quoted} is not a unit name: units are separated by spaces, not commas; systemd drops this word`;
  if (!name.includes('.'))
    return `${quoted} is not a unit name: it has no suffix such as .service; systemd drops this word`;
  return `${quoted} is not a unit name; systemd drops this word`;
}
