import type { RootPath } from '../files/files.js';
import { decodeBytes } from '../syntax/bytes.js';
import { badOutput, type CatHeader, catText, headerIn, isPlain } from './cat-text.js';
import { directoryNames, parseUnitName, templateOf, UNIT_TYPES } from './name.js';

/** A file that `systemctl cat` printed. */
export interface CatFile {
  readonly path: RootPath;
  readonly bytes: Buffer;
}

/** A unit that it printed: its own file, and the drop-ins in their order. */
export interface CatUnit {
  readonly name: string;
  readonly path: RootPath;
  readonly dropIns: readonly RootPath[];
  /** names that drop-ins belong to, and so must be its own */
  readonly aliases: readonly string[];
}

/** What `systemctl cat` printed. */
export interface CatOutput {
  readonly files: readonly CatFile[];
  readonly units: readonly CatUnit[];
  /** its remarks about other units: they are masked, cannot be loaded, have no files, changed since they were loaded */
  readonly masked: readonly string[];
  readonly broken: readonly string[];
  readonly missing: readonly string[];
  readonly outdated: readonly string[];
  /** whether the last line has its end; if it has none, more may be missing */
  readonly isTerminated: boolean;
}

type Remark = 'masked' | 'broken' | 'missing' | 'outdated';

/** The remarks of systemctl between files, or on stderr: verb_cat(), warn_unit_file_changed(). */
const REMARKS: readonly (readonly [RegExp, Remark])[] = [
  [/^# Unit (\S+) is masked\.$/, 'masked'],
  [/^# Unit (\S+) could not be loaded\.$/, 'broken'],
  [/^No files found for (\S+)\.$/, 'missing'],
  [/^# Warning: (\S+) changed on disk, the version systemd has loaded is outdated\.$/, 'outdated'],
  [/^Warning: (?:.* )?(\S+) changed on disk\. Run '/, 'outdated'],
];
const REST_OF_WARNING =
  /^# (?:This output shows the current version of the unit's|If fragments or drop-ins were added|Run 'systemctl.* daemon-reload' to reload units)/;

/** A part of the output: a header and the lines below it. */
interface Part extends CatHeader {
  /** the line of the header in the output, from 1 */
  readonly at: number;
  readonly lines: string[];
}

/**
 * Splits the output of `systemctl cat`. A comment may look like a header; it counts as one if systemctl would print
 * one there, and if that is unclear, it is an error.
 * @param source what the bytes come from, for errors
 * @param directories the load path: systemctl names no file outside it
 * @throws UnitPatchError `bad-cat-output`
 */
export function readCatOutput(bytes: Buffer, source: string, directories: readonly string[]): CatOutput {
  const { lines, isTerminated } = catText(bytes, source);
  const reading = new Reading(source, directories);
  lines.forEach((line, at) => {
    reading.take(line, at + 1, lines[at + 1]);
  });
  return reading.end(isTerminated);
}

class Reading {
  private readonly parts: Part[] = [];
  private readonly remarks: Record<Remark, Set<string>> = {
    masked: new Set(),
    broken: new Set(),
    missing: new Set(),
    outdated: new Set(),
  };
  /** the line before, as far as it tells whether a header may follow */
  private before: 'gap' | 'header' | 'comment' | 'setting' = 'gap';

  constructor(
    private readonly source: string,
    private readonly directories: readonly string[],
  ) {}

  take(line: string, at: number, next: string | undefined): void {
    if (this.isRemark(line)) return;
    const header = headerIn(line);
    if (header && this.isHeader(header, at, next)) {
      this.closePart();
      this.parts.push({ ...header, at, lines: [] });
      this.before = 'header';
      return;
    }
    const part = this.parts.at(-1);
    if (part) part.lines.push(line);
    else if (line !== '') throw this.noHeader(line);
    this.before = line === '' ? 'gap' : /^\s*[#;]/.test(line) ? 'comment' : 'setting';
  }

  end(isTerminated: boolean): CatOutput {
    this.mustBeWhole(isTerminated);
    const units: { name: string; path: RootPath; dropIns: RootPath[]; aliases: string[] }[] = [];
    const paths = new Map<string, string>();
    const own = new Set(this.parts.filter(({ kind }) => kind === 'unit').map(({ of }) => of));
    const files = new Map<string, Part>();
    for (const part of this.parts) {
      this.mustNotDiffer(files.get(part.path), part);
      files.set(part.path, part);
      const path = decodeBytes(Buffer.from(part.path, 'latin1')) as RootPath;
      const unit = units.at(-1);
      if (part.kind === 'unit') {
        this.mustBeOne(paths.get(part.of), part);
        paths.set(part.of, part.path);
        units.push({ name: part.of, path, dropIns: [], aliases: [] });
      } else if (unit) {
        unit.dropIns.push(path);
        if (!belongsTo(part.of, unit.name)) unit.aliases.push(this.alias(part, unit.name, own));
      } else throw this.bad(part.at, `${part.path} is a drop-in, and no unit comes before it`);
    }
    const firsts = new Map(units.toReversed().map((unit) => [unit.name, unit]));
    const printed = new Set(firsts.keys());
    const said = (remark: Remark): string[] => [...this.remarks[remark]];
    return {
      files: [...files.values()].map(({ path, lines }) => ({
        path: decodeBytes(Buffer.from(path, 'latin1')) as RootPath,
        bytes: Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'),
      })),
      // A unit that was asked for twice is printed twice.
      units: units.filter((unit) => firsts.get(unit.name) === unit),
      // A unit that is printed is not masked, so that line is a comment of its own file.
      masked: said('masked').filter((name) => !printed.has(name)),
      broken: said('broken').filter((name) => !printed.has(name)),
      missing: said('missing').filter((name) => !printed.has(name)),
      outdated: said('outdated'),
      isTerminated,
    };
  }

  /** Remarks stand between files, those of stderr anywhere; none of them is a line of a file. */
  private isRemark(line: string): boolean {
    for (const [pattern, remark] of REMARKS) {
      const [, name] = pattern.exec(line) ?? [];
      if (name === undefined || !parseUnitName(name)) continue;
      this.remarks[remark].add(name);
      // No blank line comes before what systemctl prints to stdout, nor after it.
      if (remark === 'masked' || remark === 'broken') this.before = 'gap';
      return true;
    }
    return this.remarks.outdated.size > 0 && REST_OF_WARNING.test(line);
  }

  private isHeader({ path, directory }: CatHeader, at: number, next: string | undefined): boolean {
    const isKnown = isPlain(path) && this.directories.includes(directory);
    switch (this.before) {
      case 'gap':
        if (isKnown) return true;
        throw this.bad(
          at,
          isPlain(path)
            ? `${path} is not in a directory that systemd reads units from by default`
            : `${path} contains ".", ".." or "//"`,
          'set SYSTEMD_UNIT_PATH to the load path of that machine (systemctl show -p UnitPath); if the line is a ' +
            'comment, remove it',
        );
      case 'header':
        // A file that begins with a copy of a header, as `systemctl cat a.service > a.service` makes it.
        return false;
      case 'setting':
        // Outputs that were put together, or a file without an end to its last line: no file begins with a setting.
        return isKnown && (next === undefined || /^\s*(?:[#;[]|$)/.test(next));
      case 'comment':
        if (!isKnown || (next !== undefined && !/^\s*(?:[#;[]|$)/.test(next))) return false;
        throw this.bad(
          at,
          `# ${path} may begin a file, or belong to the comment above it`,
          'put a blank line before it if it begins a file, or another # if it is a comment',
        );
    }
  }

  /** systemctl prints a blank line before every header but the first. */
  private closePart(): void {
    const part = this.parts.at(-1);
    if (part && this.before === 'gap' && part.lines.at(-1) === '') part.lines.pop();
  }

  private noHeader(line: string): Error {
    const text = decodeBytes(Buffer.from(line.slice(0, 80), 'latin1'));
    return badOutput(
      `${this.source} is not what systemctl cat prints: it begins with ${JSON.stringify(text)}, not with # and the path of a unit`,
      'use the output of systemctl cat docker.service iptables.service',
    );
  }

  private mustBeWhole(isTerminated: boolean): void {
    const part = this.parts.at(-1);
    if (!part) return;
    const last = part.lines.at(-1);
    const continues = (line: string | undefined): boolean =>
      line !== undefined && /^\s*[^\s#;].*\\$/.test(line);
    const isStarted = last !== undefined && !/^\s*(?:[#;]|\[.*\]\s*$|$)|=/.test(last);
    const isHalf = !isTerminated && isStarted && !continues(part.lines.at(-2));
    const goesOn = continues(last);
    const isEmpty = part.kind === 'unit' && part.lines.every((line) => line === '');
    if (isHalf || goesOn || isEmpty)
      throw badOutput(
        `${this.source} ends in the middle of ${part.path}`,
        `take the whole output; ${isEmpty ? 'if that is all, the file is empty, which masks the unit' : 'it was cut off'}`,
      );
  }

  private mustNotDiffer(one: Part | undefined, other: Part): void {
    if (!one || one.lines.join('\n') === other.lines.join('\n')) return;
    throw this.bad(
      other.at,
      `${other.path} is there twice, with different texts (the first in line ${one.at})`,
    );
  }

  private mustBeOne(other: string | undefined, part: Part): void {
    if (other === undefined || other === part.path) return;
    throw this.bad(part.at, `${part.path} is a second file of ${part.of}, beside ${other}`);
  }

  /** A drop-in of another name counts for a unit by an alias only, unless that name is a unit of its own here. */
  private alias({ of, at, path }: Part, unit: string, own: ReadonlySet<string>): string {
    const parsed = parseUnitName(of);
    if (parsed?.kind === 'plain' && !own.has(of) && parsed.type === parseUnitName(unit)?.type) return of;
    throw this.bad(at, `${path} is not a drop-in of ${unit}, which comes before it`);
  }

  private bad(at: number, what: string, hint?: string): Error {
    return badOutput(
      `${this.source}, line ${at}: ${what}`,
      hint ??
        'take the output of one systemctl cat as it is; if the line is a comment, put another # before it',
    );
  }
}

/** Whether drop-ins in `NAME.d` are a unit's by its own name: directoryNames(), and those of all units of a type. */
function belongsTo(name: string, unit: string): boolean {
  const parsed = parseUnitName(name);
  const names = directoryNames(unit);
  if (parsed?.kind === 'instance' && names.includes(templateOf(parsed))) return true;
  return names.includes(name) || UNIT_TYPES.some((type) => type === name && unit.endsWith(`.${type}`));
}
