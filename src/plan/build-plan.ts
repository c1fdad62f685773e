import { UnitPatchError } from '../errors.js';
import type { Files } from '../files/files.js';
import type { Follow } from '../firewalls/choose.js';
import { findSystemctl, USUAL_SYSTEMCTL } from '../firewalls/commands/unit-calls.js';
import type { Facts } from '../firewalls/facts.js';
import { type Heal, HEALS, type Relation } from '../firewalls/template.js';
import type { Transactions } from '../transactions/transactions.js';
import type { GeneratedUnit } from '../units/generated/generated-unit.js';
import type { UnitLoader } from '../units/loader.js';
import { hasOldStartLimit } from '../units/systemd-version.js';
import { hasReload, type Unit } from '../units/unit.js';
import { coverageOf } from './coverage.js';
import { Courses } from './courses.js';
import { type DropInPlan, dropInsOf, liftsLimit, planDropIn } from './drop-in.js';
import type { CheckContext, OtherRequest } from './findings/check.js';
import type { Finding } from './findings/finding.js';
import { runChecks } from './findings/index.js';
import type { OwnFile } from './own-file.js';
import type { OwnFiles } from './own-files.js';
import { type Change, flattenDropIns, inputOf, inputsOf, isRefused, type Plan, refusals } from './plan.js';
import { type PlanOptions, type ResolvedRequest, savedRequest } from './request.js';
import { plannedDropIns } from './planned-drop-ins.js';
import { relationsOf } from './settings.js';
import { planWatch, removalOf, type WatchPlan } from './watch-files.js';
import { readFromSource } from './with-generated.js';

/** All that a plan is made from. */
export interface PlanContext {
  readonly files: Files;
  /** with the texts and the file name that fit the followed unit */
  readonly request: ResolvedRequest;
  readonly options: PlanOptions;
  readonly facts: Facts;
  readonly loader: UnitLoader;
  /** units that are not there yet, but will be once generators have run */
  readonly generated: ReadonlyMap<string, GeneratedUnit>;
  readonly unit: Unit;
  readonly follow: Follow;
  readonly ownFiles: OwnFiles;
  /** the relation that files of ours set up between the two already */
  readonly inPlace: Relation | undefined;
  /** how a watch of ours that is in place heals */
  readonly healInPlace: Heal | undefined;
  /** what starts together in this root as it is, and without anything of ours */
  readonly current: Transactions;
  readonly withoutOurs: Transactions;
}

/** The changes to make, if no finding refuses them. */
interface Draft {
  readonly systemctl: string | undefined;
  readonly dropIns: readonly DropInPlan[];
  /** files of ours that this relation, or this followed unit, has no use for */
  readonly stale: readonly OwnFile[];
  /** the service and the script of a watch */
  readonly watch: WatchPlan;
  readonly changes: readonly Change[];
  /** the root with these changes */
  readonly planned: Transactions;
  /** what each event leads to in it */
  readonly courses: Courses;
}

/** Drafts the changes, runs the checks, and says what the changes lead to; a refused plan changes nothing. */
export function buildPlan(context: PlanContext): Plan {
  const { files, request, unit, follow, ownFiles, current } = context;
  const draft = draftOf(context);
  const findings = findingsOf(context, draft, (other) => refusalsWith(context, other));
  const [changes, then] = isRefused({ findings }) ? [[], current] : [draft.changes, draft.planned];
  const written = draft.dropIns.map(({ part }) => part.own);
  const also = ownFiles.alsoFollowed(written, draft.stale);
  return {
    schema: 'unit-patch/plan@1',
    root: files.root,
    asked: savedRequest(request),
    unit: unit.id,
    follow: follow.isStandIn ? null : { asked: follow.asked, unit: follow.unit.id, why: follow.why },
    relation: request.relation,
    ...(draft.watch.service && !isRefused({ findings }) ? { service: draft.watch.service } : {}),
    ...(also.length > 0 ? { alsoFollows: also } : {}),
    ...flattenDropIns(plannedDropIns(context.loader, draft, then)),
    findings,
    changes,
    inputs: inputsOf(
      [unit, ...(follow.isStandIn ? [] : [readFromSource(files, follow.unit, context)])],
      [...written, ...draft.stale, ...watchFiles(draft)].map(({ path, bytes }) => inputOf(path, bytes)),
    ),
    changed: changes.length > 0,
    ties: tiesOf(context, then),
    coverage: coverageOf(draft.courses),
    ...(context.options.coverageBefore === true
      ? { coverageBefore: coverageOf(coursesIn(context, current, context.healInPlace)) }
      : {}),
  };
}

function tiesOf({ unit, follow }: PlanContext, then: Transactions): Plan['ties'] {
  if (follow.isStandIn) return { before: [], after: [] };
  return {
    before: relationsOf(unit, [follow.unit]),
    after: relationsOf(then.load(unit.id), [then.load(follow.unit.id)]),
  };
}

function draftOf(context: PlanContext): Draft {
  const { files, request, options, unit, follow, ownFiles, current, withoutOurs } = context;
  const { template, relation, noStartLimit = false, comeBack = false } = request;
  const systemctl = relation === 'hook' ? findSystemctl(files) : undefined;
  const parts = dropInsOf(files, unit, follow.unit, {
    template,
    relation,
    dropIn: ownFiles.dropIn(),
    isAlone: follow.isStandIn === true,
    path: follow.path,
    noStartLimit,
    comeBack,
    hasOldStartLimit: liftsLimit({ relation, noStartLimit }) && hasOldStartLimit(files, options),
    systemctl: systemctl ?? USUAL_SYSTEMCTL,
    canReload: hasReload(withoutOurs.load(follow.unit.id)),
  });
  const wanted = parts.map(({ own }) => own);
  const stale = [...ownFiles.staleHooks(wanted), ...ownFiles.staleFiles(wanted)];
  const removable = ours(stale, request);
  const own = {
    ours: pathsOf([...removable, ...ours(wanted, request)]),
    stale: pathsOf(removable),
  };
  const dropIns = parts.map((part) => planDropIn(part, own));
  const heal = healOf(request);
  const watch = planWatch(files, template, unit.id, heal, (file) => ours([file], request).length > 0);
  const written = dropIns.flatMap(({ change }) => change ?? []);
  // What is wanted comes after what it needs, and goes before it.
  const changes = [
    ...(heal === undefined ? [...written, ...watch.changes] : [...watch.changes, ...written]),
    ...removable.flatMap(removalOf),
  ];
  const planned = current.planned(changes);
  return {
    systemctl,
    dropIns,
    stale,
    watch,
    changes,
    planned,
    courses: coursesIn(context, planned, heal),
  };
}

/** How the rules are brought back; undefined without a watch. */
function healOf({ relation, heal = HEALS[0] }: ResolvedRequest): Heal | undefined {
  return relation === 'watch' ? heal : undefined;
}

function watchFiles({ watch }: Draft): readonly OwnFile[] {
  return [...watch.wanted.map(({ own }) => own), ...watch.stale];
}

function coursesIn(
  { files, request: { template }, unit, follow }: PlanContext,
  planned: Transactions,
  heal: Heal | undefined,
): Courses {
  const hasNoUnit = follow.path !== undefined && follow.unit.loadState === 'not-found';
  const names = { unit: unit.id, follow: follow.unit.id, isAlone: follow.isStandIn === true || hasNoUnit };
  return new Courses({ files, template, planned, ...names, heal });
}

/** The files that are ours to replace or remove; an edited one only with `--force`. */
function ours(files: readonly OwnFile[], { force = [] }: ResolvedRequest): OwnFile[] {
  return files.filter(({ owner }) => owner === 'ours' || (owner === 'edited' && force.includes('edited')));
}

function pathsOf(files: readonly OwnFile[]): ReadonlySet<OwnFile['path']> {
  return new Set(files.map(({ path }) => path));
}

function findingsOf(context: PlanContext, draft: Draft, refusedWith: CheckContext['refusedWith']): Finding[] {
  const { request, options, follow } = context;
  const { template, relation, comeBack = false, force } = request;
  return runChecks(
    'follow',
    {
      ...context,
      ...draft,
      template,
      relation,
      comeBack,
      follow: follow.unit,
      followedPath: follow.path,
      refusedWith,
      systemd: options.systemd,
    },
    force,
  );
}

/**
 * The codes that would refuse another relation or another followed unit; only worked out if a refusal looks for a way
 * out. A request that cannot be planned at all counts as refused.
 */
function refusalsWith(context: PlanContext, other: OtherRequest): readonly string[] {
  // Without a firewall there is nothing to follow, by any other relation.
  const { relation = 'watch', follow } = other;
  if (context.follow.isStandIn && follow === undefined && relation !== 'watch') return ['no-candidate'];
  try {
    const trial = contextWith(context, other);
    return refusals({ findings: findingsOf(trial, draftOf(trial), () => []) });
  } catch (error) {
    if (error instanceof UnitPatchError) return [error.code];
    throw error;
  }
}

function contextWith(context: PlanContext, other: OtherRequest): PlanContext {
  const { loader, ownFiles } = context;
  const request = { ...context.request, ...other };
  if (other.follow === undefined) return { ...context, request };
  const unit = loader.load(other.follow);
  const follow = { asked: other.follow, unit, why: 'a way out' };
  return { ...context, request, follow, ownFiles: ownFiles.forFollow(unit) };
}
