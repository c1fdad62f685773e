import { Jobs } from '../jobs/jobs.js';
import type { Files } from '../system/files.js';
import type { PlannedFile } from '../system/planned-files.js';
import { UnitLoader, type LoadOptions } from '../units/loader.js';
import type { Unit } from '../units/unit.js';
import { askedBy } from './asked.js';
import { chooseFollow, type Choice } from './choose-follow.js';
import { readDaemon } from './daemon-json.js';
import { engineElsewhere } from './engines.js';
import { NOTHING_RUNS, type Facts } from './facts.js';
import { writesNoRules } from './findings/docker.js';
import { info, type Finding } from './findings/finding.js';
import { followsItself } from './follows-itself.js';
import { templateFor } from './is-firewall.js';
import { hookFiles, ownFiles, type OwnFile } from './own-file.js';
import { ownFollows, type OwnFollow } from './own-follows.js';
import { OwnPlaces } from './own-places.js';
import { inputsOf, together, type Plan } from './plan.js';
import { Planning } from './planning.js';
import { mustBeReadable, mustBeUsable } from './usable.js';
import { relationInPlace } from './relation-in-place.js';
import { RELATIONS, type Relation, type Template } from './template.js';
import { withGenerated } from './with-generated.js';

/** What is asked for. */
export interface PatchRequest {
  readonly template: Template;
  readonly follow?: string | undefined;
  /** without one: that of the drop-in of ours which is in place, else the first of RELATIONS */
  readonly relation?: Relation | undefined;
  /** codes of findings that are not to stop the plan */
  readonly force?: readonly string[] | undefined;
  /** lift the start limit of the unit that follows, which the relation hook does in any case */
  readonly noStartLimit?: boolean | undefined;
}

/** The same once it is known which relation that means. */
export interface ResolvedRequest extends PatchRequest {
  readonly relation: Relation;
}

/** What planning may look at besides files. */
export interface PlanOptions extends LoadOptions {
  readonly facts?: Facts;
  /** how the unit to follow is chosen, where files do not tell what the system uses */
  readonly choose?: typeof chooseFollow;
}

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
  const { template, follow: asked } = request;
  const facts = options.facts ?? NOTHING_RUNS;
  const asInFiles = new UnitLoader(files, options);
  const unit = asInFiles.load(template.unit);
  if (['not-found', 'masked'].includes(unit.loadState) && template.daemonFile !== undefined) {
    const elsewhere = engineElsewhere(Jobs.of(asInFiles, facts.activeUnits()), template, facts);
    if (elsewhere) throw elsewhere;
  }
  mustBeUsable(unit, files);
  const ownFilesThere = ownFiles(files, unit.id);
  if (asked === undefined && template.daemonFile !== undefined) {
    const daemon = readDaemon(files, unit, template.daemonFile);
    const also = ownFollows(ownFilesThere, [], asInFiles);
    if (!daemon.writesRules) return nothingNeeded(files, unit, request, writesNoRules(unit.id, daemon), also);
  }
  const active = facts.activeUnits();
  const look = (loader: UnitLoader, now: Jobs): Looked => {
    const hooks = hookFiles(files, unit.id, mayHaveHooks(now, unit, request));
    const own = ownFollows(ownFilesThere, hooks, loader);
    const without = now.planned(takenAway([...ownFilesThere, ...hooks]));
    return {
      hooks,
      own,
      without,
      choice: (options.choose ?? chooseFollow)(without, template, asked, facts, own),
    };
  };
  const withoutGenerators = { loader: asInFiles, jobs: Jobs.of(asInFiles, active) };
  const first = look(asInFiles, withoutGenerators.jobs);
  const names = [unit.id, ...('follow' in first.choice ? [first.choice.follow.unit.id] : [])];
  const { loader, jobs: now, generated } = withGenerated(files, options, withoutGenerators, names, active);
  const { hooks, own, without, choice } = generated.size > 0 ? look(loader, now) : first;
  if ('noNeed' in choice) {
    const { noNeed, why } = choice;
    const text = `${unit.id} needs nothing here: the firewall is ${noNeed.unit} (${why}), and ${noNeed.why}`;
    const hint = `to have it follow another unit all the same: unit-patch ${template.name} --follow UNIT`;
    return nothingNeeded(files, unit, request, info('no-need', text, hint), own);
  }
  const { follow } = choice;
  mustBeReadable(follow.unit);
  if (follow.unit.id === unit.id) throw followsItself(unit.id);
  // As it is, and not as it would be without a drop-in of ours on it.
  const asIs = { ...follow, unit: loader.load(follow.unit.asked) };
  const fitting = templateFor(files, template, unit, asIs.unit);
  const places = new OwnPlaces({
    files,
    template: fitting,
    slot: template.dropIn,
    isNamed: asked !== undefined,
    unit,
    follow: asIs.unit,
    own,
    hooks,
    without,
    facts,
  });
  // Also where our file is written anew for another unit, since the one that it is for is gone.
  const there = places.current();
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
    places,
    inPlace: before.id === asIs.unit.id ? inPlace : undefined,
    now,
    without,
    facts,
    generated,
    loading: options,
  }).plan();
}

/** What was found before the parts of a plan are put together. */
interface Looked {
  readonly hooks: readonly OwnFile[];
  readonly own: readonly OwnFollow[];
  /** the root without anything of ours */
  readonly without: Jobs;
  readonly choice: Choice;
}

/**
 * The units that may have this one restarted by a hook of ours. It comes with an order, which the unit says or the
 * other: so it is one that the unit names, one that is started with the system, or one that somebody may choose.
 */
function mayHaveHooks(now: Jobs, unit: Unit, { template, follow }: PatchRequest): Set<string> {
  const chosen = [...template.candidates, ...(follow === undefined ? [] : [follow])];
  const named = unit.dependencies.map((dependency) => dependency.unit);
  return new Set([...chosen.map((name) => now.loader.realName(name)), ...named, ...now.atBoot()]);
}

/** The root as it would be had we never written anything for this unit. */
function takenAway(ours: readonly OwnFile[]): PlannedFile[] {
  return ours.map(({ path }) => ({ path, after: null }));
}

function nothingNeeded(
  files: Files,
  unit: Unit,
  asked: PatchRequest,
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
    asked: askedBy(request),
    unit: unit.id,
    follow: null,
    relation: request.relation,
    ...(also.length > 0 ? { alsoFollows: also } : {}),
    ...together([]),
    ties: { before: [], after: [] },
    findings: [why],
    changes: [],
    inputs: inputsOf([unit], []),
    changed: false,
    coverage: [],
  };
}
