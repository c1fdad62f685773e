import type { Files } from '../system/files.js';
import { instanceOf, mayTemplate, parseUnitName, type UnitName } from './name.js';
import type { NameMap } from './name-map.js';
import { fragmentOf, realName } from './real-name.js';
import { dependencyType } from './settings.js';
import { dependencyWords } from './settings-of-file.js';
import { expandSpecifiers, growsInstance } from './specifiers.js';
import type { Dependency, Problem, Setting, Source } from './unit.js';

/** What systemd makes of one word of a dependency list. */
type Meaning = { readonly unit: string } | { readonly code: string; readonly text: string };

/** The unit whose files speak: the name they speak for, and the one that counts as itself. */
export interface Speaker {
  /** What `%n`, `%p` … are made from: for a fragment the name asked for, for drop-ins the real name. */
  readonly name: string;
  readonly id: string;
}

/** Collects a unit's dependencies, each with every place that declares it. */
export class DependencyCollector {
  readonly problems: Problem[] = [];
  private readonly found = new Map<string, { type: string; unit: string; from: Source[] }>();

  constructor(
    private readonly files: Files,
    private readonly map: NameMap,
  ) {}

  /** Takes the dependencies that one setting declares, if it is one that does. */
  addSetting(setting: Setting, speaker: Speaker): void {
    const type = dependencyType(setting.section, setting.key);
    if (type === undefined) return;
    for (const word of dependencyWords(setting)) {
      const meaning = this.meaningOf(word, type, speaker);
      if ('unit' in meaning) this.add(type, meaning.unit, { file: setting.file, line: setting.line });
      else
        this.problems.push({
          code: meaning.code,
          file: setting.file,
          line: setting.line,
          text: meaning.text,
        });
    }
  }

  /** Takes a link in a `.wants`, `.requires` or `.upholds` directory, by the link's own name. */
  addLink(type: string, name: string, speaker: Speaker, source: Source): void {
    const meaning = this.meaningOfName(name, type, speaker);
    if ('unit' in meaning) this.add(type, meaning.unit, source);
    else this.problems.push({ ...source, ...meaning });
  }

  /** Everything collected, in the order in which systemd met it. */
  dependencies(): Dependency[] {
    return [...this.found.values()];
  }

  private add(type: string, unit: string, { file, line }: Source): void {
    const key = `${type} ${unit}`;
    const known = this.found.get(key) ?? { type, unit, from: [] };
    known.from.push({ file, line });
    this.found.set(key, known);
  }

  private meaningOf(word: string, type: string, speaker: Speaker): Meaning {
    const name = expandSpecifiers(word, speaker.name);
    if (name === undefined)
      return {
        code: 'bad-specifier',
        text: `"${word}" has a specifier that unit names cannot hold; systemd drops this word`,
      };
    const expanded = parseUnitName(name);
    if (expanded && growsInstance(word) && this.isOwnTemplate(expanded, speaker))
      return {
        code: 'endless-instances',
        text: `"${word}" would start instances without end; systemd drops this word`,
      };
    return this.meaningOfName(name, type, speaker);
  }

  private meaningOfName(name: string, type: string, speaker: Speaker): Meaning {
    const parsed = parseUnitName(name);
    if (!parsed) return { code: 'bad-unit-name', text: badName(name) };
    const whole = withInstance(parsed, speaker);
    if (whole.kind !== 'plain' && !mayTemplate(whole.type))
      return {
        code: 'bad-unit-name',
        text: `"${name}" names an instance, which a ${whole.type} cannot have; systemd drops it`,
      };
    const unit = realName(this.files, this.map, whole.name);
    return refusal(type, unit, speaker) ?? { unit };
  }

  private isOwnTemplate(name: UnitName, speaker: Speaker): boolean {
    const own = parseUnitName(speaker.id);
    if (!own?.instance || own.prefix !== name.prefix) return false;
    return fragmentOf(this.map, name.name) === fragmentOf(this.map, speaker.id);
  }
}

/** A bare template in a list means the instance of the unit's own instance, or of its own prefix. */
function withInstance(name: UnitName, speaker: Speaker): UnitName {
  const own = parseUnitName(speaker.name);
  // A template itself is asked for: nothing to put in yet.
  if (name.kind !== 'template' || !own || own.kind === 'template') return name;
  return parseUnitName(instanceOf(name, own.instance ?? own.prefix)) ?? name;
}

/** What unit_add_dependency() turns down although both names are good. */
function refusal(type: string, unit: string, speaker: Speaker): Meaning | undefined {
  const other = parseUnitName(unit)?.type;
  const own = parseUnitName(speaker.id)?.type;
  if (unit === speaker.id)
    return { code: 'self-dependency', text: `${type}= names the unit itself; systemd drops it` };
  if (type === 'Before' && other === 'device')
    return {
      code: 'impossible-dependency',
      text: `nothing can be ordered before the device ${unit}; systemd drops it`,
    };
  if (type === 'OnFailure' && (own === 'slice' || own === 'device'))
    return {
      code: 'impossible-dependency',
      text: `a ${own} cannot fail, so OnFailure= means nothing; systemd drops it`,
    };
  return undefined;
}

function badName(name: string): string {
  const quoted = JSON.stringify(name);
  if (/["']/.test(name))
    return `${quoted} is no unit name: quotes mean nothing in a list of units; systemd drops this word`;
  if (name.includes(','))
    return `${quoted} is no unit name: units are separated by spaces, not commas; systemd drops this word`;
  if (!name.includes('.'))
    return `${quoted} is no unit name: it has no suffix such as .service; systemd drops this word`;
  return `${quoted} is no unit name; systemd drops this word`;
}
