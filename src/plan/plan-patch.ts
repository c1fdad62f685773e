import { EXIT, UnitPatchError } from '../errors.js';
import { baseName, inDirectory, type Files, type RootPath } from '../system/files.js';
import { ADMIN_DIRECTORY } from '../units/load-path.js';
import { UnitLoader, type LoadOptions } from '../units/loader.js';
import type { Unit } from '../units/unit.js';
import { chooseFollow, type Choice, type Facts, type Follow } from './choose-follow.js';
import { dependenciesIn, dropInText, fillIn, ownerOf, written, type Wanted } from './drop-in-text.js';
import { edited, nameTaken, shadowed, targetFindings } from './findings.js';
import { notIn, placesInForce } from './in-force.js';
import { inputsOf, sha256, type Change, type Finding, type Plan } from './plan.js';
import { PlannedFiles } from './planned-files.js';
import { mustBeReadable, mustBeUsable } from './usable.js';
import type { Relation, Template } from './template.js';

/** What is asked for. */
export interface PatchRequest {
  readonly template: Template;
  readonly follow?: string | undefined;
  readonly relation: Relation;
}

/** What planning may look at besides files. */
export interface PlanOptions extends LoadOptions {
  readonly facts?: Facts;
}

/** The file of our drop-in's name: whose it is, and what it holds. */
interface OwnFile {
  readonly owner: 'ours' | 'edited' | 'theirs' | 'nobody' | 'not a file';
  readonly bytes?: Buffer;
}

const nothingActive: Facts = { isActive: () => false };

/**
 * Works out what has to be written so that a unit follows another one, and nothing more. Reads, never writes.
 * @param files the root to plan for, see openRoot()
 * @returns the plan; where it holds a finding of level `refuse` it must not be applied, and has no changes
 * @throws UnitPatchError `no-such-unit`, `unit-masked`, `unit-broken`, `unreadable`, `no-candidate`, `no-follow`,
 *   `bad-unit-name`, `follows-itself`
 */
export function planPatch(files: Files, request: PatchRequest, options: PlanOptions = {}): Plan {
  const loader = new UnitLoader(files, options);
  const unit = loader.load(request.template.unit);
  mustBeUsable(unit, files);
  const choice = chooseFollow(loader, request.template, request.follow, options.facts ?? nothingActive);
  if ('noNeed' in choice) return nothingNeeded(files, unit, request, choice);
  const { follow } = choice;
  mustBeReadable(follow.unit);
  if (follow.unit.id === unit.id)
    throw new UnitPatchError(
      'follows-itself',
      `${unit.id} cannot follow itself`,
      EXIT.usage,
      'name another unit: --follow UNIT',
    );
  return new Planning(files, request, unit, follow, options).plan();
}

class Planning {
  private readonly template: string;
  private readonly wanted: readonly Wanted[];
  private readonly ownPath: RootPath;

  constructor(
    private readonly files: Files,
    private readonly request: PatchRequest,
    private readonly unit: Unit,
    private readonly follow: Follow,
    private readonly options: PlanOptions,
  ) {
    const { texts, dropIn } = request.template;
    this.template = fillIn(texts[request.relation], unit.id, follow.unit.id);
    this.wanted = dependenciesIn(this.template);
    const directory = inDirectory(ADMIN_DIRECTORY, `${unit.id}.d`);
    // Links in the way are followed now, so that the plan names the file that will really be written.
    this.ownPath = inDirectory(files.follow(directory).path, fillIn(dropIn, unit.id, follow.unit.id));
  }

  plan(): Plan {
    const own = this.ownFile();
    const places = this.wanted.map((wanted) => ({
      wanted,
      places: placesInForce(wanted, this.unit, this.follow.unit),
    }));
    // What a file of ours says is not a reason to keep it; what anybody else says is not written again.
    const others = places.map((one) => ({
      wanted: one.wanted,
      places: own.owner === 'ours' ? notIn(this.ownPath, one.places) : one.places,
    }));
    const missing = others.filter((one) => one.places.length === 0).map(({ wanted }) => wanted);
    const keep =
      own.owner === 'ours' ? this.saysAll(missing) && this.saysNothingElse() : missing.length === 0;
    const blocked = [
      ...targetFindings(this.unit, this.follow.unit, this.request.relation),
      ...(keep ? [] : this.obstacles(own)),
    ];
    const change = keep || blocked.length > 0 ? undefined : this.change(own, missing);
    const findings = keep || blocked.length > 0 ? blocked : this.effectOf(change ? [change] : []);
    const changes = change && findings.length === 0 ? [change] : [];
    return {
      schema: 'unit-patch/plan@1',
      root: this.files.root,
      unit: this.unit.id,
      follow: { asked: this.follow.asked, unit: this.follow.unit.id, why: this.follow.why },
      relation: this.request.relation,
      inForce: (keep ? places : others).flatMap((one) => one.places),
      missing: keep ? [] : missing.map(written),
      findings,
      changes,
      inputs: inputsOf([this.unit, this.follow.unit], {
        path: this.ownPath,
        sha256: own.bytes ? sha256(own.bytes) : null,
      }),
      changed: changes.length > 0,
    };
  }

  /** What our drop-in says now, as far as systemd reads it. */
  private ownSays(): string[] {
    return this.unit.dependencies
      .filter(({ from }) => from.some(({ file }) => file === this.ownPath))
      .map(written);
  }

  private saysAll(missing: readonly Wanted[]): boolean {
    const says = this.ownSays();
    return missing.every((wanted) => says.includes(written(wanted)));
  }

  private saysNothingElse(): boolean {
    const wanted = this.wanted.map(written);
    return this.ownSays().every((said) => wanted.includes(said));
  }

  /** What stands where our drop-in belongs. */
  private ownFile(): OwnFile {
    const info = this.files.lstat(this.ownPath);
    if (!info) return { owner: 'nobody' };
    if (info.kind !== 'file') return { owner: 'not a file' };
    const bytes = this.files.read(this.ownPath);
    return { owner: ownerOf(bytes), bytes };
  }

  private obstacles({ owner }: OwnFile): Finding[] {
    switch (owner) {
      case 'nobody':
        return this.directoryObstacles();
      case 'not a file':
        return [nameTaken(this.ownPath, 'is not a regular file')];
      case 'theirs':
        return [nameTaken(this.ownPath, 'exists already')];
      case 'edited':
        return [edited(this.ownPath)];
      case 'ours':
        return [];
    }
  }

  private directoryObstacles(): Finding[] {
    const asked = inDirectory(ADMIN_DIRECTORY, `${this.unit.id}.d`);
    if (this.files.lstat(asked)?.kind === 'link' && !this.files.follow(asked).info)
      return [nameTaken(asked, 'is a link that leads nowhere')];
    for (let at = this.ownPath.lastIndexOf('/'); at > 0; at = this.ownPath.lastIndexOf('/', at - 1)) {
      const directory = this.ownPath.slice(0, at) as RootPath;
      const info = this.files.lstat(directory);
      if (info) return info.kind === 'directory' ? [] : [nameTaken(directory, 'is not a directory')];
    }
    return [];
  }

  private change(own: OwnFile, missing: readonly Wanted[]): Change | undefined {
    const before = own.bytes?.toString() ?? null;
    const after = missing.length > 0 ? dropInText(this.template, missing) : null;
    if (before === after) return undefined;
    const action = before === null ? 'create' : after === null ? 'delete' : 'modify';
    return { path: this.ownPath, action, before, after };
  }

  /** Reads the unit again as it would be then: what is written, or stands there already, must count. */
  private effectOf(changes: readonly Change[]): Finding[] {
    const loader = new UnitLoader(new PlannedFiles(this.files, changes), this.options);
    const unit = loader.load(this.unit.id);
    const follow = loader.load(this.follow.unit.id);
    if (this.wanted.every((wanted) => placesInForce(wanted, unit, follow).length > 0)) return [];
    const replaced = unit.problems.find(
      ({ code, file }) => code === 'replaced-drop-in' && file === this.ownPath,
    );
    const by = unit.dropIns.find((path) => baseName(path) === baseName(this.ownPath));
    return [shadowed(this.ownPath, replaced && by)];
  }
}

function nothingNeeded(
  files: Files,
  unit: Unit,
  request: PatchRequest,
  choice: Extract<Choice, { noNeed: unknown }>,
): Plan {
  const { noNeed, why } = choice;
  return {
    schema: 'unit-patch/plan@1',
    root: files.root,
    unit: unit.id,
    follow: null,
    relation: request.relation,
    inForce: [],
    missing: [],
    findings: [
      {
        code: 'no-need',
        level: 'info',
        text: `${unit.id} needs nothing here: the firewall is ${noNeed.unit} (${why}), and ${noNeed.why}`,
        hint: `to have it follow another unit all the same: unit-patch ${request.template.name} --follow UNIT`,
      },
    ],
    changes: [],
    inputs: inputsOf([unit], { path: unit.fragment ?? ADMIN_DIRECTORY, sha256: null }).filter(
      (input) => input.sha256 !== null,
    ),
    changed: false,
  };
}
