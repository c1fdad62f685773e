import { execFileSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import fs from 'fs-extra';

const BUILT = path.resolve('dist/schemas');

/** Every schema of this package by the name that its documents carry: `unit-patch/plan@1`. */
export const SCHEMAS = isBuilt() ? readSchemas(BUILT) : makeSchemas();

/** Whether a build has made them from the types as they are now. */
function isBuilt(): boolean {
  const times = (directory: string): number[] =>
    fs
      .readdirSync(directory, { recursive: true })
      .map((name) => fs.statSync(path.join(directory, String(name))).mtimeMs);
  return fs.existsSync(BUILT) && Math.min(...times(BUILT)) > Math.max(...times(path.resolve('src')));
}

function makeSchemas(): Map<string, unknown> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'unit-patch-schemas-'));
  execFileSync(process.execPath, ['.config/schemas.js', directory]);
  const schemas = readSchemas(directory);
  fs.removeSync(directory);
  return schemas;
}

function readSchemas(directory: string): Map<string, unknown> {
  const files = fs.readdirSync(directory);
  return new Map(
    files.map((file): [string, unknown] => [
      `unit-patch/${path.basename(file, '.json')}`,
      fs.readJsonSync(path.join(directory, file)),
    ]),
  );
}

/**
 * What a schema has against documents that we print. The schemas themselves let others' readers pass over members that
 * they do not know; we print none that is not written down.
 */
export function complaints(printed: unknown): string[] {
  const documents: unknown[] = Array.isArray(printed) ? printed : [printed];
  return documents.flatMap((document) => {
    const name = String((document as { schema?: unknown } | null)?.schema);
    const validate = strict.get(name);
    if (!validate) return [`there is no schema ${name}`];
    return validate(document) ? [] : (validate.errors ?? []).map(inWords);
  });
}

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
const strict = new Map(
  [...SCHEMAS].map(([name, schema]): [string, ValidateFunction] => [
    name,
    ajv.compile(closed(schema) as object),
  ]),
);

/** A schema with every object closed to members that it does not describe. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const made = Object.fromEntries(Object.entries(schema).map(([key, one]) => [key, closed(one)]));
  const isObject = made.type === 'object' && !('additionalProperties' in made);
  return isObject ? { ...made, unevaluatedProperties: false } : made;
}

function inWords({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath}: ${message ?? ''} ${JSON.stringify(params)}`;
}
