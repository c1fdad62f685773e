import { UnitPatchError } from '../errors.js';
import type { Files } from '../files/files.js';
import type { Follow } from '../firewalls/choose.js';
import { findSystemctl, USUAL_SYSTEMCTL } from '../firewalls/commands/unit-calls.js';
import type { Facts } from '../firewalls/facts.js';
import type { Relation } from '../firewalls/template.js';
import type { Transactions } from '../transactions/transactions.js';
import type { GeneratedUnit } from '../units/generated/generated-unit.js';
import type { LoadOptions, UnitLoader } from '../units/loader.js';
import { hasOldStartLimit } from '../units/systemd-version.js';
import { hasReload, type Unit } from '../units/unit.js';
import { coverageOf } from './coverage.js';
import { effectOf, liftsLimit, ownSays, type DropInPlan, dropInsOf, planDropIn } from './drop-in.js';
import type { Finding, OtherRequest, CheckContext } from './findings/finding.js';
import { hookNeedsService, noSystemctl } from './findings/hook.js';
import { edited, obstacles, relationChanges, staleFollow } from './findings/own-file.js';
import { readOnlyTree } from './findings/read-only-tree.js';
import { findingsOf, forcedBy } from './findings/table.js';
import type { OwnFile } from './own-file.js';
import type { OwnFiles } from './own-places.js';
import { type Change, changeOf, goneBetween, inputOf, inputsOf, type Plan, flattenDropIns } from './plan.js';
import { savedRequest, type ResolvedRequest } from './request.js';
import { isDependency, relationsOf, written } from './settings.js';
import { readFromSource } from './with-generated.js';

/** All that a plan is made from. */
export interface PlanContext {
  readonly files: Files;
  /** with the texts and the file name that fit the followed unit */
  readonly request: ResolvedRequest;
  readonly loader: UnitLoader;
  readonly unit: Unit;
  readonly follow: Follow;
  readonly ownFiles: OwnFiles;
  /** the relation that files of ours set up between the two already */
  readonly inPlace: Relation | undefined;
  /** what starts together in this root as it is, and without anything of ours */
  readonly current: Transactions;
  readonly withoutOurs: Transactions;
  readonly facts: Facts;
  /** whether only the refusals are asked for, to see where a way out leads */
  readonly isTrial?: true;
  readonly loading: LoadOptions;
  /** units that are not there yet, but will be once generators have run */
  readonly generated: ReadonlyMap<string, GeneratedUnit>;
}

/** One plan in the making. */
export class Planning {
  private readonly systemctl: string | undefined;
  private readonly parts: readonly DropInPlan[];
  /** files of ours that this relation, or this followed unit, has no use for */
  private readonly stale: readonly OwnFile[];
  private readonly tried = new Map<string, readonly string[]>();

  constructor(private readonly context: PlanContext) {
    const { files, request, unit, follow, ownFiles: ownFiles, withoutOurs: withoutOurs, facts } = context;
    const { template, relation, noStartLimit = false } = request;
    // What was not printed cannot be looked for; nearly every system has it in its usual place.
    this.systemctl = relation === 'hook' && !facts.isExcerpt ? findSystemctl(files) : undefined;
    const parts = dropInsOf(files, unit, follow.unit, {
      template,
      relation,
      dropIn: ownFiles.dropIn(),
      noStartLimit,
      hasOldStartLimit: liftsLimit({ relation, noStartLimit }) && hasOldStartLimit(files, context.loading),
      systemctl: this.systemctl ?? USUAL_SYSTEMCTL,
      canReload: hasReload(withoutOurs.load(follow.unit.id)),
    });
    const written = parts.map(({ own }) => own);
    this.stale = [...ownFiles.staleHooks(written), ...ownFiles.staleFiles(written)];
    const isOurs = (own: OwnFile): boolean => own.owner === 'ours' || this.mayReplace(own);
    const stale = new Set(this.stale.filter(isOurs).map(({ path }) => path));
    const ours = new Set([
      ...stale,
      ...parts
        .map(({ own }) => own)
        .filter(isOurs)
        .map(({ path }) => path),
    ]);
    this.parts = parts.map((part) => planDropIn(part, { ours, stale }));
  }

  plan(): Plan {
    const { files, request, unit, follow } = this.context;
    const changes = this.changes();
    const planned = this.context.current.planned(changes);
    const findings = forcedBy(request.force ?? [], this.findings(planned));
    const isRefused = findings.some(({ level }) => level === 'refuse');
    const before = relationsOf(unit, [follow.unit]);
    const after = isRefused ? before : relationsOf(planned.load(unit.id), [planned.load(follow.unit.id)]);
    const written = this.parts.map(({ part }) => part.own);
    const own = [...written, ...this.stale];
    const also = this.context.ownFiles.alsoFollowed(written, this.stale);
    return {
      schema: 'unit-patch/plan@1',
      root: files.root,
      asked: savedRequest(request),
      unit: unit.id,
      follow: { asked: follow.asked, unit: follow.unit.id, why: follow.why },
      relation: request.relation,
      ...(also.length > 0 ? { alsoFollows: also } : {}),
      ...flattenDropIns(this.unitParts(isRefused ? undefined : planned)),
      findings,
      changes: isRefused ? [] : changes,
      inputs: inputsOf(
        [unit, readFromSource(files, follow.unit, this.context)],
        own.map(({ path, bytes }) => inputOf(path, bytes)),
      ),
      changed: !isRefused && changes.length > 0,
      ties: { before, after },
      coverage: coverageOf(files, request.template, request.relation, unit, follow.unit, {
        isStopCancelled: findings.some(({ code }) => code === 'hook-cancels-stop'),
      }),
    };
  }

  /** @param planned the root as the plan leaves it; undefined where it leaves it as it is */
  private unitParts(planned: Transactions | undefined): Plan['parts'] {
    const gone = (now: Unit): string[] => (planned ? goneBetween(now, planned.load(now.id)) : []);
    const isOnPart = ({ unit }: OwnFile): boolean => this.parts.some(({ part }) => part.unit.id === unit);
    return [
      ...this.parts.map(({ part, inForce, missing }) => ({
        unit: part.unit.id,
        dropIns: [part.own, ...this.stale.filter(({ unit }) => unit === part.unit.id)].map(
          ({ path }) => path,
        ),
        inForce,
        missing: missing.map(written),
        gone: gone(part.unit),
      })),
      ...this.stale
        .filter((own) => !isOnPart(own))
        .map(({ unit, path }) => ({
          unit,
          dropIns: [path],
          inForce: [],
          missing: [],
          gone: gone(this.context.loader.load(unit)),
        })),
    ];
  }

  private changes(): Change[] {
    return [...this.parts.flatMap(({ change }) => change ?? []), ...this.removals()];
  }

  private removals(): Change[] {
    return this.stale
      .filter((own) => own.owner === 'ours' || this.mayReplace(own))
      .flatMap(
        ({ path, bytes, directories }) => changeOf(path, bytes?.toString() ?? null, null, directories) ?? [],
      );
  }

  private mayReplace({ owner }: OwnFile): boolean {
    return owner === 'edited' && (this.context.request.force?.includes('edited') ?? false);
  }

  private findings(planned: Transactions): Finding[] {
    const {
      files,
      request,
      unit,
      follow,
      ownFiles: ownFiles,
      withoutOurs: withoutOurs,
      facts,
      inPlace,
      generated,
      loading,
    } = this.context;
    const { template, relation } = request;
    const context: CheckContext = {
      files,
      template,
      relation,
      unit,
      follow: follow.unit,
      withoutOurs: withoutOurs,
      planned,
      facts,
      refusedWith: (other) => this.refusedWith(other),
      generated,
      systemd: loading.systemd,
    };
    const final = hookNeedsService(context);
    if (final.length > 0) return final;
    return [
      ...findingsOf(context),
      ...relationChanges(context, inPlace),
      ...noSystemctl(context, this.systemctl),
      ...this.stale
        .filter(({ owner }) => owner === 'edited')
        .map(({ path }) => edited(path, 'taking it back')),
      ...this.stale.flatMap(({ path }) => staleFollow(context, path, ownFiles.followOf(path))),
      ...this.parts.flatMap((one) => this.partFindings(context, one, planned)),
    ];
  }

  /** The codes of what refuses the plan. */
  refusals(): string[] {
    const { current: current, request } = this.context;
    return forcedBy(request.force ?? [], this.findings(current.planned(this.changes())))
      .filter(({ level }) => level === 'refuse')
      .map(({ code }) => code);
  }

  /** Only a plan that is refused asks, and what it tries asks no further. */
  private refusedWith({ relation, follow }: OtherRequest): readonly string[] {
    const { context: context } = this;
    if (context.isTrial) return [];
    const key = `${relation ?? ''} ${follow ?? ''}`;
    const known = this.tried.get(key);
    if (known) return known;
    const other = follow === undefined ? {} : { follow };
    const request = { ...context.request, ...(relation && { relation }), ...other };
    const followed =
      follow === undefined
        ? context.follow
        : { asked: follow, unit: context.loader.load(follow), why: 'a way out' };
    const ownFiles = context.ownFiles.forFollow(followed.unit);
    const codes = refusalsOf({ ...context, request, follow: followed, ownFiles: ownFiles, isTrial: true });
    this.tried.set(key, codes);
    return codes;
  }

  private partFindings(
    context: CheckContext,
    { part, keep, missing }: DropInPlan,
    planned: Transactions,
  ): Finding[] {
    const { own } = part;
    const says = own.owner === 'ours' ? ownSays(part).filter(isDependency) : [];
    const names = part.unit === context.unit ? says.map(({ value }) => value) : [];
    const { files } = this.context;
    const inTheWay = keep
      ? []
      : [...readOnlyTree(files, own.path, part.unit.id, missing), ...obstacles(files, own)];
    return [
      ...staleFollow(context, own.path, names),
      ...inTheWay,
      ...(inTheWay.length === 0 ? effectOf(part, planned) : []),
    ];
  }
}

/** What cannot be planned at all is refused too. */
function refusalsOf(context: PlanContext): readonly string[] {
  try {
    return new Planning(context).refusals();
  } catch (error) {
    if (error instanceof UnitPatchError) return [error.code];
    throw error;
  }
}
