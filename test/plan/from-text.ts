import { findTemplate } from '../../src/firewalls/find-template.js';
import type { Relation } from '../../src/firewalls/template.js';
import { planFromCat } from '../../src/plan/plan-from-cat.js';
import type { Plan } from '../../src/plan/plan.js';
import { cat } from '../helpers/cat.js';
import { makeRoot, type Tree } from '../helpers/tree.js';

/** What is asked for, besides docker and its default relation. */
export interface Asked {
  readonly name?: string;
  readonly follow?: string;
  readonly relation?: Relation;
}

/** Plans from the text alone. */
export function fromText(text: string, { name = 'docker', follow, relation = 'requires' }: Asked = {}): Plan {
  return planFromCat(Buffer.from(text), 'FILE', { template: findTemplate(name), follow, relation }).plan;
}

/** Plans from what systemctl cat prints of units of a root. */
export function fromCat(tree: Tree, units: readonly string[], asked: Asked = {}): Plan {
  return fromText(cat(makeRoot(tree), ...units), asked);
}

/** The units that are printed in most cases. */
export const BOTH = ['docker.service', 'iptables.service'];
