import { EXIT, UnitPatchError } from '../errors.js';
import { RELATIONS } from '../firewalls/template.js';
import { type SavedRequest, COMMANDS } from './request.js';

const SCHEMA = 'unit-patch/plan@1';

/**
 * What counts of a plan that was saved: where and what was asked for, which is planned again, and what that came to, which
 * is compared as it is. Everything else in it is for its readers.
 */
export interface SavedPlan {
  readonly root: string;
  readonly asked: SavedRequest;
  readonly unit: unknown;
  /** the unit that is followed */
  readonly follow: unknown;
  readonly relation: unknown;
  readonly changes: readonly unknown[];
  readonly inputs: readonly unknown[];
}

/** As many plans, and as many lines of each list in one, as no machine comes to. */
const PLANS_MAX = 1000;
const LIST_MAX = 10_000;

/**
 * Reads what `--json` printed: one plan, or those of several roots.
 * @param source what the text comes from, for errors
 * @throws UnitPatchError `bad-plan`
 * @example
 * ```ts
 * import { openRoot, parsePlans, parseTemplate, planPatch, planReport, readTemplate } from 'unit-patch';
 *
 * const request = { template: parseTemplate(readTemplate('docker')), follow: undefined, relation: 'requires' };
 * const plan = planPatch(openRoot('examples/centos-7'), request);
 * const [saved] = parsePlans(JSON.stringify(planReport(plan)), 'plan.json');
 * assert.equal(saved.unit, 'docker.service');
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

function planIn(value: unknown, source: string): SavedPlan {
  const { schema } = record(value) ?? {};
  if (typeof schema !== 'string') throw bad(`${source} is not a plan`);
  if (schema !== SCHEMA) throw bad(`${source} is ${JSON.stringify(schema)}, which is not ${SCHEMA}`);
  const plan = record(value) ?? {};
  const read = new Reader(source);
  return {
    root: read.text(plan, 'root'),
    asked: read.asked(plan.asked),
    unit: plan.unit,
    follow: record(plan.follow)?.unit ?? null,
    relation: plan.relation,
    changes: read.list(plan, 'changes'),
    inputs: read.list(plan, 'inputs'),
  };
}

type PlanValues = Readonly<Record<string, unknown>>;

/** Takes a document apart; what is not as a plan has it is an error that names the member. */
class Reader {
  constructor(private readonly source: string) {}

  text(values: PlanValues, key: string): string {
    const value = values[key];
    return typeof value === 'string' ? value : this.fail(key);
  }

  textOrNull(values: PlanValues, key: string): string | null {
    return values[key] === null ? null : this.text(values, key);
  }

  list(values: PlanValues, key: string): unknown[] {
    const value = values[key];
    return Array.isArray(value) && value.length <= LIST_MAX ? value : this.fail(key);
  }

  texts(values: PlanValues, key: string): string[] {
    return this.list(values, key).map((one) => (typeof one === 'string' ? one : this.fail(key)));
  }

  record(value: unknown, key: string): PlanValues {
    return record(value) ?? this.fail(key);
  }

  oneOf<Word extends string>(words: readonly Word[], values: PlanValues, key: string): Word {
    return words.find((word) => word === values[key]) ?? this.fail(key);
  }

  asked(value: unknown): SavedRequest {
    const asked = this.record(value, 'asked');
    const command = this.oneOf(COMMANDS, asked, 'command');
    return {
      command,
      name: this.text(asked, 'name'),
      follow: this.textOrNull(asked, 'follow'),
      relation: command === 'revert' ? null : this.oneOf(RELATIONS, asked, 'relation'),
      force: this.texts(asked, 'force'),
      ...(asked.noStartLimit === true ? { noStartLimit: true } : {}),
    };
  }

  private fail(key: string): never {
    throw bad(
      `${this.source} is not a plan that unit-patch made: ${key} is missing, or not what it should be`,
    );
  }
}

function record(value: unknown): PlanValues | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as PlanValues)
    : undefined;
}

/** An error about something that is no plan. */
export function bad(message: string): UnitPatchError {
  return new UnitPatchError(
    'bad-plan',
    message,
    EXIT.usage,
    'a plan is saved with: unit-patch docker --json --dry-run > plan.json',
  );
}
