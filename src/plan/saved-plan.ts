import { EXIT, UnitPatchError } from '../errors.js';
import { HEALS, RELATIONS } from '../firewalls/template.js';
import { type SavedRequest, COMMANDS } from './request.js';

const SCHEMA = 'unit-patch/plan@1';

/** A JSON object as it was parsed: any member may be missing or of another type. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A plan as it was saved: its request is planned again, and the new plan must equal the document. */
export interface SavedPlan {
  /** where it was made; `/` for the running system */
  readonly root: string;
  readonly asked: SavedRequest;
  readonly inputs: readonly unknown[];
  readonly changes: readonly unknown[];
  readonly document: JsonObject;
}

/** More plans, and more items in one list, than any machine needs. */
const PLANS_MAX = 1000;
const LIST_MAX = 10_000;

/**
 * Reads what `--json` printed, one plan or several, as far as needed to know each request.
 * @param source names the text in errors
 * @throws UnitPatchError `bad-plan`
 * @example
 * ```ts
 * import { findTemplate, openSystem, parsePlans, planPatch, planReport } from 'unit-patch';
 *
 * const request = { template: findTemplate('docker') };
 * const plan = planPatch(openSystem('examples/centos-7'), request);
 * const [saved] = parsePlans(JSON.stringify(planReport(plan)), 'plan.json');
 * assert.equal(saved.asked.name, 'docker');
 * ```
 */
export function parsePlans(text: string, source: string): SavedPlan[] {
  if (text.trim() === '') throw bad(`${source} is empty`);
  const value = json(text, source);
  const documents: unknown[] = Array.isArray(value) ? value : [value];
  if (documents.length === 0) throw bad(`${source} holds no plan`);
  if (documents.length > PLANS_MAX) throw bad(`${source} holds more than ${PLANS_MAX} plans`);
  return documents.map((document, at) =>
    planIn(document, documents.length > 1 ? `${source}, plan ${at + 1}` : source),
  );
}

function json(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw bad(`${source} is not JSON, or not all of it`);
  }
}

function planIn(document: unknown, source: string): SavedPlan {
  if (!isObject(document) || typeof document.schema !== 'string') throw bad(`${source} is not a plan`);
  const { schema, root, asked, inputs, changes } = document;
  if (schema !== SCHEMA) throw bad(`${source} is ${JSON.stringify(schema)}, which is not ${SCHEMA}`);
  const checked: Checked = (member, value, is) => {
    if (is(value)) return value;
    throw bad(`${source} is not a plan that unit-patch made: ${member} is missing, or not what it should be`);
  };
  return {
    root: checked('root', root, isText),
    asked: requestIn(checked('asked', asked, isObject), checked),
    inputs: checked('inputs', inputs, isList),
    changes: checked('changes', changes, isList),
    document,
  };
}

/** Returns a member if it is valid, and throws otherwise. */
type Checked = <Value>(member: string, value: unknown, is: (value: unknown) => value is Value) => Value;

function requestIn(asked: JsonObject, checked: Checked): SavedRequest {
  const command = checked('command', asked.command, isOneOf(COMMANDS));
  return {
    command,
    name: checked('name', asked.name, isText),
    follow: checked('follow', asked.follow, isTextOrNull),
    relation: command === 'revert' ? null : checked('relation', asked.relation, isOneOf(RELATIONS)),
    force: checked('force', asked.force, isTexts),
    ...(asked.noStartLimit === true ? { noStartLimit: true } : {}),
    ...(asked.comeBack === true ? { comeBack: true } : {}),
    ...(asked.heal === undefined ? {} : { heal: checked('heal', asked.heal, isOneOf(HEALS)) }),
  };
}

/** Whether a value of a document is an object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value);
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length <= LIST_MAX;
}

function isTexts(value: unknown): value is string[] {
  return isList(value) && value.every(isText);
}

function isOneOf<Word extends string>(words: readonly Word[]): (value: unknown) => value is Word {
  return (value): value is Word => words.some((word) => word === value);
}

/** The error for something that is not a plan. */
export function bad(message: string): UnitPatchError {
  return new UnitPatchError(
    'bad-plan',
    message,
    EXIT.usage,
    'save a plan with: unit-patch docker --json --dry-run > plan.json',
  );
}
