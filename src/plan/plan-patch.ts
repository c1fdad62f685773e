import type { Files } from '../files/files.js';
import type { OverlayFile } from '../files/overlay-files.js';
import { type FirewallChoice, chooseFollow, type Follow } from '../firewalls/choose.js';
import { readDaemon } from '../firewalls/dockerd/daemon-json.js';
import { engineElsewhere } from '../firewalls/engines.js';
import { type Facts, NOTHING_RUNS } from '../firewalls/facts.js';
import { templateFor } from '../firewalls/in-use.js';
import { RELATIONS } from '../firewalls/template.js';
import { Transactions } from '../transactions/transactions.js';
import { UnitLoader } from '../units/loader.js';
import { mustBeReadable } from '../units/problems.js';
import type { Unit } from '../units/unit.js';
import { Planning } from './build-plan.js';
import { writesNoRules } from './findings/docker.js';
import { type Finding, info } from './findings/finding.js';
import { hookFiles, type OwnFile, ownFiles } from './own-file.js';
import { type OwnFollow, ownFollows, OwnFiles } from './own-places.js';
import { inputsOf, type Plan, flattenDropIns } from './plan.js';
import { relationInPlace } from './relation-in-place.js';
import { savedRequest, type PatchRequest, type PlanOptions } from './request.js';
import { followsItself, mustBeUsable } from './usable.js';
import { type WithGenerated, withGenerated } from './with-generated.js';

/**
 * Works out what has to be written so that a unit follows another one, and nothing more. Reads, never writes.
 * @param files the root to plan for, see openRoot()
 * @returns the plan; where it holds a finding of level `refuse` it must not be applied, and has no changes
 * @throws UnitPatchError `no-such-unit`, `unit-masked`, `unit-broken`, `unreadable`, `no-candidate`, `no-follow`,
 *   `bad-unit-name`, `follows-itself`
 * @example
 * ```ts
 * import { openRoot, parseTemplate, planPatch, readTemplate } from 'unit-patch';
 *
 * const request = { template: parseTemplate(readTemplate('docker')), follow: undefined, relation: 'requires' };
 * const plan = planPatch(openRoot('examples/centos-7'), request);
 * assert.equal(plan.follow.unit, 'iptables.service');
 * assert.deepEqual(plan.missing, ['Requires=iptables.service', 'After=iptables.service']);
 * ```
 */
export function planPatch(files: Files, request: PatchRequest, options: PlanOptions = {}): Plan {
  const task: Task = { files, request, options, facts: options.facts ?? NOTHING_RUNS };
  const asInFiles = new UnitLoader(files, options);
  const unit = unitToPatch(task, asInFiles);
  const ours = ownFiles(files, unit.id);
  const noRules = whyNoRules(task, unit);
  if (noRules) return nothingNeeded(task, unit, noRules, ownFollows(ours, [], asInFiles));
  const looked = lookAround(task, unit, ours, asInFiles);
  const { choice } = looked;
  if ('noNeed' in choice) return nothingNeeded(task, unit, whyNoNeed(task, unit, choice), looked.own);
  return planToFollow(task, unit, choice.follow, looked);
}

/** What planPatch() was called with. */
interface Task {
  readonly files: Files;
  readonly request: PatchRequest;
  readonly options: PlanOptions;
  readonly facts: Facts;
}

/** @throws UnitPatchError where it is not there, or systemd would not start it */
function unitToPatch({ files, request: { template }, facts }: Task, loader: UnitLoader): Unit {
  const unit = loader.load(template.unit);
  if (['not-found', 'masked'].includes(unit.loadState) && template.daemonFile !== undefined) {
    const elsewhere = engineElsewhere(Transactions.of(loader, facts.activeUnits()), template, facts);
    if (elsewhere) throw elsewhere;
  }
  mustBeUsable(unit, files);
  return unit;
}

/** Why no firewall takes anything from the daemon, as it is set up; asked only where none is named. */
function whyNoRules({ files, request: { template, follow } }: Task, unit: Unit): Finding | undefined {
  if (follow !== undefined || template.daemonFile === undefined) return undefined;
  const daemon = readDaemon(files, unit, template.daemonFile);
  return daemon.writesRules ? undefined : writesNoRules(unit.id, daemon);
}

/** Looks for the unit to follow, once more where generators will make units that it or the patched one needs. */
function lookAround(task: Task, unit: Unit, ours: readonly OwnFile[], asInFiles: UnitLoader): Looked {
  const { files, options, facts } = task;
  const active = facts.activeUnits();
  const before: WithGenerated = {
    loader: asInFiles,
    transactions: Transactions.of(asInFiles, active),
    generated: new Map(),
  };
  const first = look(task, unit, ours, before);
  const names = [unit.id, ...('follow' in first.choice ? [first.choice.follow.unit.id] : [])];
  const after = withGenerated(files, options, before, names, active);
  return after.generated.size > 0 ? look(task, unit, ours, after) : { ...first, ...after };
}

function look(task: Task, unit: Unit, ours: readonly OwnFile[], root: WithGenerated): Looked {
  const { files, request, options, facts } = task;
  const hooks = hookFiles(files, unit.id, mayHaveHooks(root.transactions, unit, request));
  const own = ownFollows(ours, hooks, root.loader);
  const withoutOurs = root.transactions.planned(takenAway([...ours, ...hooks]));
  const choose = options.choose ?? chooseFollow;
  return {
    ...root,
    hooks,
    own,
    withoutOurs: withoutOurs,
    choice: choose(withoutOurs, request.template, request.follow, facts, own),
  };
}

function whyNoNeed(
  { request: { template } }: Task,
  unit: Unit,
  { noNeed, why }: Extract<FirewallChoice, { readonly noNeed: unknown }>,
): Finding {
  const text = `${unit.id} needs nothing here: the firewall is ${noNeed.unit} (${why}), and ${noNeed.why}`;
  const hint = `to have it follow another unit all the same: unit-patch ${template.name} --follow UNIT`;
  return info('no-need', text, hint);
}

function planToFollow(task: Task, unit: Unit, follow: Follow, looked: Looked): Plan {
  const { files, request, options, facts } = task;
  const { loader, transactions: current, generated, hooks, own, withoutOurs: withoutOurs } = looked;
  mustBeReadable(follow.unit);
  if (follow.unit.id === unit.id) throw followsItself(unit.id);
  // As it is, and not as it would be without a drop-in of ours on it.
  const asIs = { ...follow, unit: loader.load(follow.unit.asked) };
  const fitting = templateFor(files, request.template, unit, asIs.unit);
  const ownFiles = new OwnFiles({
    files,
    template: fitting,
    slot: request.template.dropIn,
    isNamed: request.follow !== undefined,
    unit,
    follow: asIs.unit,
    own,
    hooks,
    withoutOurs: withoutOurs,
    facts,
  });
  // Also where our file is written anew for another unit, since the one that it is for is gone.
  const there = ownFiles.current();
  const before = loader.load(there?.follow ?? asIs.unit.id);
  const inPlace = relationInPlace(unit, before, there, hooks);
  const relation = request.relation ?? inPlace ?? RELATIONS[0];
  const resolved = { ...request, template: fitting, relation };
  return new Planning({
    files,
    request: resolved,
    loader,
    unit,
    follow: asIs,
    ownFiles: ownFiles,
    inPlace: before.id === asIs.unit.id ? inPlace : undefined,
    current: current,
    withoutOurs: withoutOurs,
    facts,
    generated,
    loading: options,
  }).plan();
}

/** What was found before the parts of a plan are put together. */
interface Looked extends WithGenerated {
  readonly hooks: readonly OwnFile[];
  readonly own: readonly OwnFollow[];
  /** the root without anything of ours */
  readonly withoutOurs: Transactions;
  readonly choice: FirewallChoice;
}

/**
 * The units that may have this one restarted by a hook of ours. It comes with an order, which the unit says or the
 * other: so it is one that the unit names, one that is started with the system, or one that somebody may choose.
 */
function mayHaveHooks(current: Transactions, unit: Unit, { template, follow }: PatchRequest): Set<string> {
  const chosen = [...template.candidates, ...(follow === undefined ? [] : [follow])];
  const named = unit.dependencies.map((dependency) => dependency.unit);
  return new Set([...chosen.map((name) => current.loader.realName(name)), ...named, ...current.atBoot()]);
}

/** The root as it would be had we never written anything for this unit. */
function takenAway(ours: readonly OwnFile[]): OverlayFile[] {
  return ours.map(({ path }) => ({ path, after: null }));
}

function nothingNeeded(
  { files, request: asked }: Task,
  unit: Unit,
  why: Finding,
  own: readonly OwnFollow[],
): Plan {
  const also = own.flatMap(({ file, follow }) =>
    follow === undefined ? [] : [{ unit: follow, dropIn: file.path }],
  );
  const request = { ...asked, relation: asked.relation ?? RELATIONS[0] };
  return {
    schema: 'unit-patch/plan@1',
    root: files.root,
    asked: savedRequest(request),
    unit: unit.id,
    follow: null,
    relation: request.relation,
    ...(also.length > 0 ? { alsoFollows: also } : {}),
    ...flattenDropIns([]),
    ties: { before: [], after: [] },
    findings: [why],
    changes: [],
    inputs: inputsOf([unit], []),
    changed: false,
    coverage: [],
  };
}
