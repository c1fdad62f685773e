import { Jobs } from '../jobs/jobs.js';
import { baseName, type Files } from '../system/files.js';
import type { PlannedFile } from '../system/planned-files.js';
import { UnitLoader, type LoadOptions } from '../units/loader.js';
import type { Unit } from '../units/unit.js';
import type { Asked } from './asked.js';
import { chooseFollow, type Follow } from './choose-follow.js';
import { coverageOf } from './coverage.js';
import { readDaemon } from './daemon-json.js';
import { dependenciesIn, dropInText, fillIn, written, type Wanted } from './drop-in-text.js';
import { NOTHING_RUNS, type Facts } from './facts.js';
import { writesNoRules } from './findings/docker.js';
import { info, type Finding } from './findings/finding.js';
import { shadowed, staleFollow } from './findings/own-file.js';
import type { Situation } from './findings/situation.js';
import { findingsOf, forcedBy } from './findings/table.js';
import { followsItself } from './follows-itself.js';
import { notIn, placesInForce, type InForce } from './in-force.js';
import { findOwnFile, obstacles, ownFiles, type OwnFile } from './own-file.js';
import { changeOf, goneBetween, inputsOf, sha256, type Change, type Plan } from './plan.js';
import { tiesOf } from './ties.js';
import { mustBeReadable, mustBeUsable } from './usable.js';
import type { Relation, Template } from './template.js';

/** What is asked for. */
export interface PatchRequest {
  readonly template: Template;
  readonly follow?: string | undefined;
  readonly relation: Relation;
  /** codes of findings that are not to stop the plan */
  readonly force?: readonly string[] | undefined;
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
  const loader = new UnitLoader(files, options);
  const unit = loader.load(template.unit);
  mustBeUsable(unit, files);
  if (asked === undefined && template.daemonFile !== undefined) {
    const daemon = readDaemon(files, unit, template.daemonFile);
    if (!daemon.writesRules) return nothingNeeded(files, unit, request, writesNoRules(unit.id, daemon));
  }
  const facts = options.facts ?? NOTHING_RUNS;
  const now = Jobs.of(loader, facts.activeUnits());
  const without = now.planned(withoutOurs(files, unit.id));
  const choice = (options.choose ?? chooseFollow)(without, template, asked, facts);
  if ('noNeed' in choice) {
    const { noNeed, why } = choice;
    const text = `${unit.id} needs nothing here: the firewall is ${noNeed.unit} (${why}), and ${noNeed.why}`;
    const hint = `to have it follow another unit all the same: unit-patch ${template.name} --follow UNIT`;
    return nothingNeeded(files, unit, request, info('no-need', text, hint));
  }
  const { follow } = choice;
  mustBeReadable(follow.unit);
  if (follow.unit.id === unit.id) throw followsItself(unit.id);
  return new Planning(files, request, unit, follow, options, now, without).plan();
}

/** Something wanted, and the places that say it already. */
interface Wish {
  readonly wanted: Wanted;
  readonly places: readonly InForce[];
}

class Planning {
  private readonly template: string;
  private readonly wanted: readonly Wanted[];
  private readonly own: OwnFile;
  /** whether the file of our name is ours to rewrite */
  private readonly isOurs: boolean;
  private readonly facts: Facts;

  constructor(
    private readonly files: Files,
    private readonly request: PatchRequest,
    private readonly unit: Unit,
    private readonly follow: Follow,
    options: PlanOptions,
    private readonly now: Jobs,
    private readonly without: Jobs,
  ) {
    const { texts, dropIn } = request.template;
    this.template = fillIn(texts[request.relation], unit.id, follow.unit.id);
    this.wanted = dependenciesIn(this.template);
    this.own = findOwnFile(files, unit.id, fillIn(dropIn, unit.id, follow.unit.id));
    this.facts = options.facts ?? NOTHING_RUNS;
    const { owner } = this.own;
    this.isOurs = owner === 'ours' || (owner === 'edited' && this.forces('edited'));
  }

  plan(): Plan {
    const places = this.wanted.map((wanted) => ({
      wanted,
      places: placesInForce(wanted, this.unit, this.follow.unit),
    }));
    // What a file of ours says is not a reason to keep it; what anybody else says is not written again.
    const others = places.map((one) => ({
      wanted: one.wanted,
      places: this.isOurs ? notIn(this.own.path, one.places) : one.places,
    }));
    const missing = others.filter((one) => one.places.length === 0).map(({ wanted }) => wanted);
    const keep = this.isOurs ? this.saysAll(missing) && this.saysNothingElse() : missing.length === 0;
    const change = keep ? undefined : this.change(missing);
    const planned = this.now.planned(change ? [change] : []);
    const findings = forcedBy(this.request.force ?? [], this.findings(keep, planned));
    const isRefused = findings.some(({ level }) => level === 'refuse');
    const { unit, follow } = this;
    const before = tiesOf(unit, [follow.unit]);
    const then = planned.load(unit.id);
    return {
      ...this.asPlan(keep ? places : others, keep ? [] : missing, findings, isRefused ? undefined : change),
      gone: isRefused ? [] : goneBetween(unit, then),
      ties: { before, after: isRefused ? before : tiesOf(then, [planned.load(follow.unit.id)]) },
    };
  }

  private asPlan(
    wishes: readonly Wish[],
    missing: readonly Wanted[],
    findings: readonly Finding[],
    change: Change | undefined,
  ): Omit<Plan, 'gone' | 'ties'> {
    const { own, follow } = this;
    return {
      schema: 'unit-patch/plan@1',
      root: this.files.root,
      asked: askedBy(this.request),
      unit: this.unit.id,
      follow: { asked: follow.asked, unit: follow.unit.id, why: follow.why },
      relation: this.request.relation,
      inForce: wishes.flatMap((one) => one.places),
      missing: missing.map(written),
      findings,
      changes: change ? [change] : [],
      inputs: inputsOf(
        [this.unit, follow.unit],
        [{ path: own.path, sha256: own.bytes ? sha256(own.bytes) : null }],
      ),
      changed: change !== undefined,
      coverage: coverageOf(this.files, this.request.template, this.request.relation, this.unit, follow.unit),
    };
  }

  private findings(keep: boolean, planned: Jobs): Finding[] {
    const { files, facts, unit, own } = this;
    const { template, relation } = this.request;
    const situation: Situation = {
      files,
      template,
      relation,
      unit,
      follow: this.follow.unit,
      without: this.without,
      planned,
      facts,
    };
    const inTheWay = keep ? [] : obstacles(files, unit.id, own);
    return [
      ...findingsOf(situation),
      ...(own.owner === 'ours' ? staleFollow(situation, own.path, this.ownSays()) : []),
      ...inTheWay,
      ...(inTheWay.length === 0 ? this.effect(planned) : []),
    ];
  }

  private forces(code: string): boolean {
    return this.request.force?.includes(code) ?? false;
  }

  /** What our drop-in says now, as far as systemd reads it. */
  private ownSays(): Wanted[] {
    return this.unit.dependencies.filter(({ from }) => from.some(({ file }) => file === this.own.path));
  }

  private saysAll(missing: readonly Wanted[]): boolean {
    const says = this.ownSays().map(written);
    return missing.every((wanted) => says.includes(written(wanted)));
  }

  private saysNothingElse(): boolean {
    const wanted = this.wanted.map(written);
    return this.ownSays().every((said) => wanted.includes(written(said)));
  }

  /** What would have to be written, had nobody anything against it. */
  private change(missing: readonly Wanted[]): Change | undefined {
    const { path, owner, bytes, directories } = this.own;
    if (owner === 'theirs' || owner === 'not a file') return undefined;
    const after = missing.length > 0 ? dropInText(this.template, missing, directories.length) : null;
    return changeOf(path, bytes?.toString() ?? null, after, directories);
  }

  /** Looks at the unit as it would be then: what is written, or stands there already, must count. */
  private effect(planned: Jobs): Finding[] {
    const unit = planned.load(this.unit.id);
    const follow = planned.load(this.follow.unit.id);
    if (this.wanted.every((wanted) => placesInForce(wanted, unit, follow).length > 0)) return [];
    const { path } = this.own;
    const replaced = unit.problems.find(({ code, file }) => code === 'replaced-drop-in' && file === path);
    const by = unit.dropIns.find((one) => baseName(one) === baseName(path));
    return [shadowed(path, replaced && by)];
  }
}

/** The root as it would be had we never written anything for this unit. */
function withoutOurs(files: Files, unit: string): PlannedFile[] {
  return ownFiles(files, unit).map(({ path }) => ({ path, after: null }));
}

function askedBy({ template, follow, relation, force = [] }: PatchRequest): Asked {
  return { command: 'patch', name: template.name, follow: follow ?? null, relation, force };
}

function nothingNeeded(files: Files, unit: Unit, request: PatchRequest, why: Finding): Plan {
  return {
    schema: 'unit-patch/plan@1',
    root: files.root,
    asked: askedBy(request),
    unit: unit.id,
    follow: null,
    relation: request.relation,
    inForce: [],
    missing: [],
    gone: [],
    ties: { before: [], after: [] },
    findings: [why],
    changes: [],
    inputs: inputsOf([unit], []),
    changed: false,
    coverage: [],
  };
}
