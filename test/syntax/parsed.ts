import { parseUnit } from '../../src/syntax/parse.js';
import type { Assignment, UnitFile } from '../../src/syntax/unit-file.js';

/** Parses text (as UTF-8) or bytes. */
export function parse(input: string | Uint8Array): UnitFile {
  return parseUnit(typeof input === 'string' ? Buffer.from(input) : input);
}

/** The assignments of a file as `[Section] key=value`; without a section, `key=value`. */
export function assignments(input: string | Uint8Array): string[] {
  return parse(input)
    .nodes.filter((node): node is Assignment => node.kind === 'assignment')
    .map(({ section, key, value }) => `${section === undefined ? '' : `[${section}] `}${key}=${value}`);
}

/** The kinds of a file's nodes, in order. */
export function kinds(input: string | Uint8Array): string[] {
  return parse(input).nodes.map(({ kind }) => kind);
}

/** The problems of a file as `line: code`. */
export function problems(input: string | Uint8Array): string[] {
  return parse(input).problems.map(({ line, code }) => `${line}: ${code}`);
}

/** Where and why systemd gives the file up, as `line: code`; undefined if it does not. */
export function fatal(input: string | Uint8Array): string | undefined {
  const { fatal: problem } = parse(input);
  return problem && `${problem.line}: ${problem.code}`;
}
