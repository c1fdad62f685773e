import type { Setting, Unit } from '../units/unit.js';
import { paint } from './color.js';
import { printable } from './printable.js';

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
