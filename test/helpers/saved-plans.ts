import { expect } from '@jest/globals';
import fs from 'fs-extra';
import path from 'node:path';
import { withFirewall } from './docker.js';
import { run, type Run } from './run.js';
import { fingerprint, makeRoot, type Tree } from './tree.js';

/** Saves a text where apply will look for it. */
export function save(text: string): string {
  const file = path.join(makeRoot(), 'plan.json');
  fs.writeFileSync(file, text);
  return file;
}

/** Plans with these arguments, and saves what was printed. */
export async function planned(...argv: string[]): Promise<string> {
  const { out } = await run([...argv, '--json', '--dry-run']);
  return save(out);
}

/** A root, and a plan for it. */
export async function rootAndPlan(tree: Tree = {}): Promise<{ root: string; plan: string }> {
  const root = makeRoot(withFirewall('iptables.service', tree));
  return { root, plan: await planned('docker', '--root', root) };
}

/** Applies a plan in a root that must be the same afterwards. */
export async function refusedIn(root: string, plan: string, ...more: string[]): Promise<Run> {
  const before = fingerprint(root);
  const result = await run(['apply', plan, '--yes', ...more]);
  expect(fingerprint(root)).toBe(before);
  expect(result.out).toBe('');
  expect(result.err).not.toMatch(/\n\s+at /);
  return result;
}

type Values = Record<string, unknown>;

/** A plan as somebody may have it in an editor. */
export interface Draft {
  readonly plan: Values;
  readonly asked: Values;
  readonly follow: Values;
  /** its first change, and the last of its inputs */
  readonly change: Values;
  readonly inputs: Values[];
  readonly input: Values;
}

/** A saved plan with something in it changed by hand. */
export function tampered(file: string, change: (draft: Draft) => void): string {
  const plan = fs.readJsonSync(file) as Values & Omit<Draft, 'plan'> & { changes: Values[] };
  const { asked, follow, inputs } = plan;
  change({ plan, asked, follow, inputs, change: plan.changes[0] ?? {}, input: inputs.at(-1) ?? {} });
  return save(JSON.stringify(plan));
}
