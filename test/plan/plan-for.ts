import { findTemplate } from '../../src/firewalls/find-template.js';
import { openRoot } from '../../src/files/open-root.js';
import type { Heal, Relation } from '../../src/firewalls/template.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import type { Plan } from '../../src/plan/plan.js';
import type { PlanOptions } from '../../src/plan/request.js';
import { withFirewall } from '../helpers/docker.js';
import { addTo, makeRoot, type Tree } from '../helpers/tree.js';

export const ETC = '/etc/systemd/system';
export const LIB = '/usr/lib/systemd/system';

/** What a test asks for; `docker` with `requires` unless it says otherwise. */
export interface Asked {
  readonly name?: string;
  readonly follow?: string;
  readonly relation?: Relation;
  readonly noStartLimit?: boolean;
  readonly comeBack?: boolean;
  readonly heal?: Heal;
  readonly force?: readonly string[];
}

/** Plans for a tree, or for a root that was made before. */
export function planFor(tree: Tree | string, asked: Asked = {}, options: PlanOptions = {}): Plan {
  const root = typeof tree === 'string' ? tree : makeRoot(tree);
  const { name = 'docker', relation = 'requires', ...others } = asked;
  return planPatch(openRoot(root), { template: findTemplate(name), relation, ...others }, options);
}

/** The settings that the planned file would hold. */
export function settingsOf(plan: Plan): string[] {
  return (plan.changes[0]?.after ?? '').split('\n').filter((line) => /^\w+=/.test(line));
}

/** Writes what a plan would write. */
export function apply(root: string, plan: Plan): void {
  for (const { path, after } of plan.changes) if (after !== null) addTo(root, { [path]: after });
}

/** An enabled firewall, and no docker.service but the one that `tree` has. */
export function withFirewallOnly(tree: Tree): Tree {
  const all = Object.entries(withFirewall()).filter(([path]) => !path.endsWith('/docker.service'));
  return { ...Object.fromEntries(all), ...tree };
}

/** What refuses the plan. */
export function refusals({ findings }: Plan): Plan['findings'] {
  return findings.filter(({ level }) => level === 'refuse');
}

/** The findings of one code. */
export function found(plan: Plan, code: string): Plan['findings'] {
  return plan.findings.filter((finding) => finding.code === code);
}
