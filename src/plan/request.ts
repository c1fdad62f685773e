import type { Facts } from '../firewalls/facts.js';
import { type Heal, HEALS, isStoppedAlong, type Relation, type Template } from '../firewalls/template.js';
import type { LoadOptions } from '../units/loader.js';

/** The commands that make plans. */
export const COMMANDS = ['patch', 'revert'] as const;

/** A request, so that it can be repeated. */
export interface SavedRequest {
  /** the command that made the plan */
  readonly command: (typeof COMMANDS)[number];
  /** the template, or the unit, that was named */
  readonly name: string;
  /** the unit to follow; null if none was named */
  readonly follow: string | null;
  /** the relation; null if something is reverted */
  readonly relation: Relation | null;
  /** codes of findings that do not stop the plan */
  readonly force: readonly string[];
  /** the start limit is lifted with any relation; missing if that was not requested */
  readonly noStartLimit?: true;
  /** a start of the followed unit starts this one too; missing if that was not requested */
  readonly comeBack?: true;
  /** how a watch brings the rules back; missing with any other relation */
  readonly heal?: Heal;
}

/** The request, as a plan keeps it. */
export function savedRequest({
  template,
  follow,
  relation,
  force = [],
  noStartLimit,
  comeBack,
  heal,
}: ResolvedRequest): SavedRequest {
  return {
    command: 'patch',
    name: template.name,
    follow: follow ?? null,
    relation,
    force,
    ...(noStartLimit === true ? { noStartLimit } : {}),
    ...(comeBack === true ? { comeBack } : {}),
    ...(relation === 'watch' && heal !== undefined ? { heal } : {}),
  };
}

/** The request to make a unit follow another one. */
export interface PatchRequest {
  readonly template: Template;
  readonly follow?: string | undefined;
  /** default: that of our drop-in which is in place, else the first of RELATIONS */
  readonly relation?: Relation | undefined;
  /** codes of findings that do not stop the plan */
  readonly force?: readonly string[] | undefined;
  /** lift the start limit of the unit that follows, which the relation hook does in any case */
  readonly noStartLimit?: boolean | undefined;
  /**
   * make a start of the followed unit start this one, which its stop has stopped; default: as it is in place. Only
   * requires and part-of stop it
   */
  readonly comeBack?: boolean | undefined;
  /** how a watch brings the rules back; default: as the one that is in place does, else the first of HEALS */
  readonly heal?: Heal | undefined;
}

/** The same once it is known which relation that means. */
export interface ResolvedRequest extends PatchRequest {
  readonly relation: Relation;
}

/** What was not requested stays as it is in place. */
export function resolve(
  request: PatchRequest,
  template: Template,
  inPlace: Pick<PatchRequest, 'relation' | 'heal' | 'comeBack'>,
): ResolvedRequest {
  const relation = request.relation ?? inPlace.relation ?? template.relation;
  return {
    ...request,
    template,
    relation,
    comeBack:
      isStoppedAlong(relation) && (request.comeBack ?? (inPlace.comeBack === true || template.comeBack)),
    ...(relation === 'watch' ? { heal: request.heal ?? inPlace.heal ?? HEALS[0] } : {}),
  };
}

/** The request to revert. */
export interface RevertRequest {
  /** the unit that was made to follow, by any of its names */
  readonly unit: string;
  /** codes of findings that do not stop the plan */
  readonly force?: readonly string[] | undefined;
}

/** The same as a plan keeps it. */
export function savedRevertRequest({ unit, force = [] }: RevertRequest): SavedRequest {
  return { command: 'revert', name: unit, follow: null, relation: null, force };
}

/** The input of planning besides files. */
export interface PlanOptions extends LoadOptions {
  readonly facts?: Facts;
  /** whether the plan says, too, what each event leads to without its changes */
  readonly coverageBefore?: boolean;
}
