import { describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import path from 'node:path';
import ts from 'typescript';

const FILES = fs
  .readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => path.join('src', name));

const SOURCES = new Map(FILES.map((file) => [file, fs.readFileSync(file, 'utf8')]));

/** The types that a file exports and declares itself. */
function typesOf(file: string, text: string): string[] {
  return ts
    .createSourceFile(file, text, ts.ScriptTarget.Latest)
    .statements.flatMap((one) =>
      ts.isInterfaceDeclaration(one) || ts.isTypeAliasDeclaration(one) || ts.isClassDeclaration(one)
        ? [one]
        : [],
    )
    .filter((one) => one.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .map(({ name }) => name?.text ?? '');
}

/** The files of ours that a file imports, types and import() included. */
function importsOf(file: string, text: string): string[] {
  return ts
    .preProcessFile(text)
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => path.join(path.dirname(file), fileName.replace(/\.js$/, '.ts')));
}

/** A way from a file back to it; undefined if there is none. */
function circleFrom(start: string, imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const seen = new Set<string>();
  const visit = (file: string, way: readonly string[]): string[] | undefined => {
    for (const next of imports.get(file) ?? []) {
      if (next === start) return [...way, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const circle = visit(next, [...way, next]);
      if (circle) return circle;
    }
    return undefined;
  };
  return visit(start, [start]);
}

describe('the sources', () => {
  test('give each public type a name that no other file uses', () => {
    const homes = new Map<string, string[]>();
    for (const [file, text] of SOURCES)
      for (const name of typesOf(file, text)) homes.set(name, [...(homes.get(name) ?? []), file]);
    expect(homes.size).toBeGreaterThan(100);
    expect([...homes].filter(([, files]) => files.length > 1)).toEqual([]);
  });

  test('do not import each other in a cycle', () => {
    const imports = new Map([...SOURCES].map(([file, text]) => [file, importsOf(file, text)]));
    expect([...imports.values()].flat().length).toBeGreaterThan(FILES.length);
    expect([...imports.values()].flat().filter((file) => !SOURCES.has(file))).toEqual([]);
    expect(FILES.flatMap((file) => circleFrom(file, imports) ?? [])).toEqual([]);
  });
});
