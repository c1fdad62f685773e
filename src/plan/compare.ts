import { UnitPatchError } from '../errors.js';
import { isSoft, type Relation, RELATIONS } from '../firewalls/template.js';
import type { RealName } from '../units/unit.js';
import type { Covered, Outcome } from './coverage.js';
import type { Event } from './events.js';
import type { Finding } from './findings/finding.js';
import { type ChosenFollow, needsNothing, type Plan, refusals } from './plan.js';

/** One relation, as it would work on this system. */
export interface Compared {
  readonly relation: Relation;
  /** codes of the findings that refuse it here; none if it is safe */
  readonly refusals: readonly string[];
  /** what it covers, and what it does not, event by event; empty if nothing is followed */
  readonly coverage: readonly Covered[];
}

/** The relation to choose. */
export interface ChosenRelation {
  readonly relation: Relation;
  /** why this one */
  readonly why: string;
}

/** What a relation covers that the chosen one does not. */
export interface Alternative {
  readonly relation: Relation;
  /** the events */
  readonly covers: readonly Event[];
}

/**
 * All relations beside each other, for one unit in one root: what `unit-patch compare NAME` prints. Several
 * roots make an array of these documents.
 * @title All relations beside each other
 */
export interface Comparison {
  /** the name and version of this document's schema */
  readonly schema: 'unit-patch/compare@1';
  /**
   * where the root lies on this machine; `/` for the running system
   * @pattern ^/
   */
  readonly root: string;
  /** the real name of the unit that will follow */
  readonly unit: RealName;
  /** null if nothing has to be followed: `findings` say why; and if no unit is the firewall: there is a watch only */
  readonly follow: ChosenFollow | null;
  /** every relation, the default first */
  readonly relations: readonly Compared[];
  /** the one to choose, and why; null if nothing has to be followed, or each is refused */
  readonly choice: ChosenRelation | null;
  /** what each other safe relation covers that the chosen one does not */
  readonly others: readonly Alternative[];
  /** whether anything has to be followed at all, and better cures */
  readonly findings: readonly Finding[];
}

const SHOWN = ['no-need', 'docker-writes-no-rules', 'rules-survive', 'stays-down', 'firewall-side-cure'];

/**
 * Compares all relations. The first one is chosen if it is safe, else the first that is; never a soft one.
 * @param planFor plans with one relation, and writes nothing
 * @param preferred the relation to choose if it is safe
 */
export function compareRelations(
  planFor: (relation: Relation) => Plan,
  preferred: Relation = RELATIONS[0],
): Comparison {
  const plans = plansWithEach(planFor);
  const relations = plans.map(({ relation, plan }) => ({
    relation,
    refusals: refusals(plan),
    coverage: plan.coverage,
  }));
  const [first] = plans;
  if (!first) throw new TypeError('there are no relations');
  const { root, unit, follow } = first.plan;
  const chosen = needsNothing(first.plan)
    ? undefined
    : inOrder(relations, preferred).find(({ refusals }) => refusals.length === 0);
  const shown = plans.find(({ relation }) => relation === chosen?.relation) ?? first;
  return {
    schema: 'unit-patch/compare@1',
    root,
    unit,
    follow,
    relations,
    choice: chosen
      ? { relation: chosen.relation, why: why(inOrder(relations, preferred), chosen, preferred) }
      : null,
    others: chosen ? alternativesTo(chosen.relation, relations) : [],
    findings: shown.plan.findings.filter(({ code }) => SHOWN.includes(code)),
  };
}

/** Where no unit is the firewall, only the watch has a plan; where it has none either, the error says why. */
function plansWithEach(planFor: (relation: Relation) => Plan): { relation: Relation; plan: Plan }[] {
  let noFirewall: UnitPatchError | undefined;
  const plans = RELATIONS.flatMap((relation) => {
    if (noFirewall && relation !== 'watch') return [];
    try {
      const plan = unlessUnfit(() => planFor(relation));
      return plan ? [{ relation, plan }] : [];
    } catch (error) {
      if (!(error instanceof UnitPatchError && error.code === 'no-candidate')) throw error;
      noFirewall ??= error;
      return [];
    }
  });
  if (noFirewall && plans.length === 0) throw noFirewall;
  return plans;
}

/** Only rules of Docker's can be watched, and the mount of a path can only be required: there are fewer relations then. */
export function unlessUnfit<Result>(plan: () => Result): Result | undefined {
  try {
    return plan();
  } catch (error) {
    if (error instanceof UnitPatchError && ['no-watch', 'path-requires'].includes(error.code))
      return undefined;
    throw error;
  }
}

/** Those that may be chosen, the preferred one first. */
function inOrder(relations: readonly Compared[], preferred: Relation): Compared[] {
  const hard = relations.filter(({ relation }) => !isSoft(relation));
  const isPreferred = ({ relation }: Compared): boolean => relation === preferred;
  return [...hard.filter(isPreferred), ...hard.filter((one) => !isPreferred(one))];
}

function why(relations: readonly Compared[], chosen: Compared, preferred: Relation): string {
  const before = relations.slice(0, relations.indexOf(chosen));
  if (chosen.relation !== preferred && before.length === 0)
    return 'no unit is known to be the firewall here, and it needs none';
  if (before.length === 0) return 'the default, and nothing refuses it here';
  const refused = before.map(
    ({ relation, refusals }) => `${relation} is refused here (${refusals.join(', ')})`,
  );
  return `${refused.join(', ')}; ${chosen.relation} is the first that is safe`;
}

/** What each other relation covers that this one does not; nothing if it is refused. */
export function alternativesTo(chosen: Relation, relations: readonly Compared[]): Alternative[] {
  const coverage = relations.find(({ relation }) => relation === chosen)?.coverage ?? [];
  return relations.flatMap((one) => {
    if (one.relation === chosen || one.refusals.length > 0 || isSoft(one.relation)) return [];
    const covers = one.coverage
      .filter(({ outcome }, at) => isGood(outcome) && !isGood(coverage[at]?.outcome))
      .map(({ event }) => event);
    return covers.length > 0 ? [{ relation: one.relation, covers }] : [];
  });
}

function isGood(outcome: Outcome | undefined): boolean {
  return outcome === 'covered' || outcome === 'harmless';
}
