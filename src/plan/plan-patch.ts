import { type Follow, standIn } from '../firewalls/choose.js';
import { type Daemon, readDaemon } from '../firewalls/dockerd/daemon-json.js';
import { engineElsewhere } from '../firewalls/engines.js';
import { factsOf, NOTHING_RUNS } from '../firewalls/facts.js';
import { templateFor } from '../firewalls/in-use.js';
import type { Relation } from '../firewalls/template.js';
import type { System } from '../system/system.js';
import { Transactions } from '../transactions/transactions.js';
import { UnitLoader } from '../units/loader.js';
import { mustBeReadable } from '../units/problems.js';
import type { Unit } from '../units/unit.js';
import { buildPlan, type PlanContext } from './build-plan.js';
import type { NothingContext } from './findings/check.js';
import type { Finding } from './findings/finding.js';
import { runChecks } from './findings/index.js';
import { lookAround, type Surroundings, type Task } from './look-around.js';
import { whyManagerDisagrees } from './manager-agrees.js';
import { type OwnFile, ownFiles } from './own-file.js';
import { OwnFiles, type OwnDropIn, ownDropIns } from './own-files.js';
import { flattenDropIns, inputsOf, isRefused, type Plan } from './plan.js';
import { isSystem, loadedAsIn, type PlanSource } from './plan-source.js';
import { isWatched, relationInPlace } from './relation-in-place.js';
import { type PatchRequest, type PlanOptions, resolve, savedRequest } from './request.js';
import { followsItself, mustBeUsable, mustNotBeElsewhere } from './usable.js';
import { healInPlace } from './watch-files.js';
import { whyNotWatching } from './watch-running.js';

/**
 * Works out what has to be written so that a unit follows another one, and nothing more. Reads, never writes.
 * @param source a system, see openSystem(); or the files of a root alone, see openRoot()
 * @param options how units are loaded; by default as the running manager does
 * @returns the plan; one with a finding of level `refuse` must not be applied, and has no changes
 * @throws UnitPatchError `no-such-unit`, `unit-masked`, `unit-broken`, `unreadable`, `no-candidate`, `no-follow`,
 *   `bad-unit-name`, `follows-itself`
 * @example
 * ```ts
 * import { findTemplate, openRoot, openSystem, planPatch } from 'unit-patch';
 *
 * const plan = planPatch(openSystem('examples/centos-7'), { template: findTemplate('docker') });
 * assert.equal(plan.follow.unit, 'iptables.service');
 * assert.equal(plan.relation, 'requires'); // the default, or the one that is in place
 * assert.deepEqual(plan.missing, ['Requires=iptables.service', 'After=iptables.service']);
 * assert.deepEqual(planPatch(openRoot('examples/centos-7'), { template: findTemplate('docker') }), plan);
 * ```
 */
export function planPatch(
  source: PlanSource,
  request: PatchRequest,
  options: PlanOptions = loadedAsIn(source),
): Plan {
  return plannerOf(source, request, options)(request.relation);
}

/**
 * Plans one request with any relation, as planPatch() does; what does not depend on the relation is read once.
 * @returns the function that plans with one relation; undefined chooses it as planPatch() does
 */
export function plannerOf(
  source: PlanSource,
  request: PatchRequest,
  options: PlanOptions = loadedAsIn(source),
): (relation: Relation | undefined) => Plan {
  if (!isSystem(source))
    return plannerIn({ files: source, request, options, facts: options.facts ?? NOTHING_RUNS });
  const plan = plannerIn({
    files: source.files(),
    request,
    options,
    facts: options.facts ?? factsOf(source),
  });
  return (relation) => {
    const planned = plan(relation);
    return { ...planned, findings: [...planned.findings, ...notLoadedBy(source, planned)] };
  };
}

function plannerIn(task: Task): (relation: Relation | undefined) => Plan {
  let found: Found | undefined;
  return (relation) => {
    found ??= find(task);
    return planWith({ ...task, request: { ...task.request, relation } }, found);
  };
}

/** The unit to patch, and either the daemon that writes no rules or all that is around the unit. */
type Found = { readonly unit: Unit; readonly ours: readonly OwnFile[]; readonly loader: UnitLoader } & (
  { readonly daemon: Daemon } | { readonly daemon: undefined; readonly root: Surroundings }
);

/** Reads all that a plan needs, whatever its relation. */
function find(task: Task): Found {
  const { files, options } = task;
  const loader = new UnitLoader(files, options);
  const unit = unitToPatch(task, loader);
  const ours = ownFiles(files, unit.id);
  const daemon = daemonWithoutRules(task, unit);
  return daemon
    ? { unit, ours, loader, daemon }
    : { unit, ours, loader, daemon, root: lookAround(task, unit, ours, loader) };
}

function planWith(task: Task, found: Found): Plan {
  const { unit, ours, loader, daemon } = found;
  if (daemon) return nothingToFollow(task, unit, ownDropIns(ours, [], loader), { daemon });
  const { root } = found;
  const { choice, own } = root;
  if ('follow' in choice) return buildPlan(contextOf(task, unit, choice.follow, root));
  // A watch sees what removes rules besides the firewall, too, and needs no firewall.
  const isWatch = (task.request.relation ?? watchInPlace(task, unit, own)) === 'watch';
  if ('nobody' in choice) {
    if (!isWatch) throw choice.nobody;
    return buildPlan(contextOf(task, unit, standIn(root.transactions), root));
  }
  if (!isWatch) return nothingToFollow(task, unit, own, { choice });
  const follow = { asked: null, unit: root.loader.load(choice.noNeed.unit), why: choice.why };
  return buildPlan(contextOf(task, unit, follow, root));
}

function watchInPlace({ request }: Task, unit: Unit, own: readonly OwnDropIn[]): 'watch' | undefined {
  return own.some((one) => isWatched(unit, one, request.template.watch)) ? 'watch' : undefined;
}

/** Files may hold what systemd has not read yet: a drop-in without a daemon-reload does nothing. */
function notLoadedBy({ manager }: System, plan: Plan): Finding[] {
  if (!manager || plan.changed || isRefused(plan) || plan.parts.length === 0) return [];
  const why = whyManagerDisagrees(manager, plan);
  if (why !== undefined) return runChecks('disagrees', { why });
  const idle = whyNotWatching(manager, plan);
  return idle === undefined ? [] : runChecks('inactive', { why: idle, service: plan.service?.unit ?? '' });
}

/** @throws UnitPatchError if it is not there, or systemd would not start it */
function unitToPatch({ files, request: { template }, facts }: Task, loader: UnitLoader): Unit {
  const unit = loader.load(template.unit);
  if (['not-found', 'masked'].includes(unit.loadState) && template.daemonFile !== undefined) {
    const elsewhere = engineElsewhere(Transactions.of(loader, facts.activeUnits()), template, facts);
    if (elsewhere) throw elsewhere;
  }
  mustNotBeElsewhere(unit, template, loader);
  mustBeUsable(unit, files, loader.map.entries.keys());
  return unit;
}

/** dockerd, if it is set up so that no firewall removes its rules; not read if a unit to follow is named. */
function daemonWithoutRules({ files, request }: Task, unit: Unit): Daemon | undefined {
  const { template, follow } = request;
  if (follow !== undefined || template.daemonFile === undefined) return undefined;
  const daemon = readDaemon(files, unit, template.daemonFile);
  return daemon.writesRules ? undefined : daemon;
}

/** The plan that changes nothing, since the unit has nothing to follow. */
function nothingToFollow(
  { files, request }: Task,
  unit: Unit,
  own: readonly OwnDropIn[],
  why: Pick<NothingContext, 'daemon' | 'choice'>,
): Plan {
  const also = own.flatMap(({ file, follow }) =>
    follow === undefined ? [] : [{ unit: follow, dropIn: file.path }],
  );
  const resolved = { ...request, relation: request.relation ?? request.template.relation };
  return {
    schema: 'unit-patch/plan@1',
    root: files.root,
    asked: savedRequest(resolved),
    unit: unit.id,
    follow: null,
    relation: resolved.relation,
    ...(also.length > 0 ? { alsoFollows: also } : {}),
    ...flattenDropIns([]),
    ties: { before: [], after: [] },
    findings: runChecks('nothing', { template: request.template, unit, ...why }),
    changes: [],
    inputs: inputsOf([unit], []),
    changed: false,
    coverage: [],
  };
}

/** All that the plan is made from, once it is known which unit is followed. */
function contextOf(task: Task, unit: Unit, chosen: Follow, root: Surroundings): PlanContext {
  const { files, request, options, facts } = task;
  const { loader, transactions: current, generated, hooks, own, withoutOurs } = root;
  mustBeReadable(chosen.unit);
  if (chosen.unit.id === unit.id) throw followsItself(unit.id);
  // As it is, and not as it would be without a drop-in of ours on it.
  const { isStandIn } = chosen;
  const follow = isStandIn ? chosen : { ...chosen, unit: loader.load(chosen.unit.asked) };
  const template = isStandIn ? request.template : templateFor(files, request.template, unit, follow.unit);
  const ownFiles = new OwnFiles({
    files,
    template,
    firewallDropIn: request.template.dropIn,
    isNamed: request.follow !== undefined,
    unit,
    follow: follow.unit,
    own,
    hooks,
    withoutOurs,
    facts,
  });
  const path = chosen.path ?? own.find((one) => one.follow === follow.unit.id)?.path;
  // Also if our file is written anew for another unit, since the one that it is for is gone.
  const there = ownFiles.current();
  const before = loader.load(there?.follow ?? follow.unit.id);
  const inPlace = relationInPlace(unit, before, there, hooks, request.template.watch);
  const heal = inPlace === 'watch' ? healInPlace(files, request.template.watch) : undefined;
  return {
    files,
    request: resolve(request, template, { relation: inPlace, heal, comeBack: ownFiles.comesBack() }),
    options,
    facts,
    loader,
    generated,
    unit,
    follow: { ...follow, path },
    ownFiles,
    inPlace: before.id === follow.unit.id ? inPlace : undefined,
    healInPlace: heal,
    current,
    withoutOurs,
  };
}
