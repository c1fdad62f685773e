import type { Dependency, Setting, Unit } from '../units/unit.js';
import { paint } from './color.js';
import { printable } from './printable.js';

/**
 * What `unit-patch show UNIT` prints. Several roots make an array of these documents.
 * @title A unit as systemd sees it
 */
export interface ShowReport extends Pick<
  Unit,
  'id' | 'names' | 'loadState' | 'fragment' | 'dropIns' | 'directives' | 'problems'
> {
  /** the name and version of this document's schema */
  readonly schema: 'unit-patch/show@1';
  /** the requested name */
  readonly unit: string;
  /**
   * by setting, `Requires` for example: specifiers expanded, aliases resolved
   * @propertyNames {"pattern": "^[A-Za-z]+$"}
   */
  readonly dependencies: Readonly<Record<string, readonly Omit<Dependency, 'type'>[]>>;
}

/**
 * The JSON contract's view of a loaded unit; paths are inside the root.
 * @example
 * ```ts
 * import { loadUnit, openRoot, showReport } from 'unit-patch';
 *
 * const unit = loadUnit(openRoot('examples/centos-7'), 'docker.service');
 * assert.equal(showReport(unit).schema, 'unit-patch/show@1');
 * ```
 */
export function showReport(unit: Unit): ShowReport {
  const dependencies: Record<string, Omit<Dependency, 'type'>[]> = {};
  for (const { type, unit: name, from } of unit.dependencies)
    (dependencies[type] ??= []).push({ unit: name, from });
  return {
    schema: 'unit-patch/show@1',
    unit: unit.asked,
    id: unit.id,
    names: unit.names,
    loadState: unit.loadState,
    fragment: unit.fragment,
    dropIns: unit.dropIns,
    dependencies,
    directives: unit.directives,
    problems: unit.problems.map(({ code, file, line, text }) => ({ code, file, line, text })),
  };
}

/** The merged unit for a person: every setting in force after the file and line that it comes from. */
export function showText(raw: Unit, color: boolean): string {
  const unit = printable<Unit>({ ...raw, inputs: [] });
  const { id, names, loadState, fragment, dropIns } = unit;
  const head = [
    `${paint('bold', id, color)}  ${loadState}`,
    ...(unit.asked === id ? [] : [`asked as  ${unit.asked}`]),
    ...(names.length > 1 ? [`aliases   ${names.slice(1).join(' ')}`] : []),
    ...(fragment === null ? [] : [`fragment  ${fragment}`]),
    ...dropIns.map((path) => `drop-in   ${path}`),
  ];
  const links = unit.dependencies.flatMap(({ type, unit: other, from }) =>
    from.filter(({ line }) => line === null).map(({ file }) => `${file}: ${type}=${other}`),
  );
  const problems = unit.problems.map(
    ({ file, line, text }) => `${file}${line === null ? '' : `:${line}`}: ${paint('yellow', text, color)}`,
  );
  return [
    head,
    ...sections(unit.directives, color),
    titled('links', links, color),
    titled('problems', problems, color),
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n');
}

function sections(directives: readonly Setting[], color: boolean): string[][] {
  const names = [...new Set(directives.map(({ section }) => section))];
  return names.map((name) => [
    paint('cyan', `[${name}]`, color),
    ...directives
      .filter(({ section }) => section === name)
      .map(({ file, line, key, value }) => `${paint('dim', `${file}:${line}:`, color)} ${key}=${value}`),
  ]);
}

function titled(title: string, lines: readonly string[], color: boolean): string[] {
  return lines.length === 0 ? [] : [paint('cyan', `${title}:`, color), ...lines];
}
