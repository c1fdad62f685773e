import type { Source, Unit } from '../units/unit.js';

/** What `unit-patch show UNIT --json` prints. */
export interface ShowReport extends Pick<
  Unit,
  'id' | 'names' | 'loadState' | 'fragment' | 'dropIns' | 'directives' | 'problems'
> {
  readonly schema: 'unit-patch/show@1';
  /** the name asked for */
  readonly unit: string;
  readonly dependencies: Readonly<Record<string, readonly { unit: string; from: readonly Source[] }[]>>;
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
  const dependencies: Record<string, { unit: string; from: readonly Source[] }[]> = {};
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
