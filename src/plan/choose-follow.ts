import { EXIT, UnitPatchError } from '../errors.js';
import { rootPath, type Files } from '../system/files.js';
import { enablingLink } from '../units/enabled.js';
import type { Jobs } from '../jobs/jobs.js';
import { badUnitName } from '../units/loader.js';
import { parseUnitName } from '../units/name.js';
import type { Unit } from '../units/unit.js';
import { assigned } from './assigned.js';
import type { Facts } from './facts.js';
import type { NoNeed, Template } from './template.js';
import { mustBeReadable } from './usable.js';

/** The unit to follow, and how it was chosen. */
export interface Follow {
  /** the name that was asked for; null where nobody named one */
  readonly asked: string | null;
  readonly unit: Unit;
  readonly why: string;
}

/** Either a unit to follow, or the reason why none has to be followed. */
export type Choice = { readonly follow: Follow } | { readonly noNeed: NoNeed; readonly why: string };

/**
 * Chooses the unit to follow: the one that was named, or the first of the template's candidates that this
 * system uses.
 * @throws UnitPatchError `no-candidate` where the system uses none of them, `unreadable`, `bad-unit-name`, `no-follow`
 */
export function chooseFollow(
  jobs: Jobs,
  template: Template,
  asked: string | undefined,
  facts: Pick<Facts, 'isActive'>,
): Choice {
  if (asked !== undefined) return { follow: named(jobs, asked) };
  if (template.candidates.length === 0)
    throw new UnitPatchError(
      'no-follow',
      `there is no template for ${template.unit}, so it has to be said which unit it is to follow`,
      EXIT.usage,
      `unit-patch ${template.unit} --follow UNIT`,
    );
  for (const candidate of template.candidates) {
    const unit = jobs.load(candidate);
    mustBeReadable(unit);
    const why = whyUsed(jobs, template, unit, facts);
    if (why !== undefined) return { follow: { asked: null, unit, why: viaAlias(candidate, unit) + why } };
  }
  for (const noNeed of template.noNeed) {
    const unit = jobs.load(noNeed.unit);
    const why = whyUsed(jobs, template, unit, facts);
    if (why === undefined) continue;
    if (!noNeed.unless || !holds(jobs.loader.files, noNeed.unless)) return { noNeed, why };
    const because = `${why}, and ${noNeed.unless.file} says ${noNeed.unless.setting}`;
    return { follow: { asked: null, unit, why: because } };
  }
  throw noCandidate(jobs, template);
}

function named(jobs: Jobs, asked: string): Follow {
  if (!parseUnitName(asked)) throw badUnitName(asked);
  const unit = jobs.load(asked);
  return { asked, unit, why: `${viaAlias(asked, unit)}named by --follow` };
}

function viaAlias(name: string, unit: Unit): string {
  return unit.id === name ? '' : `the real name of ${name}; `;
}

/** Only a unit that can be loaded is in use; a masked one is not, whatever links there are. */
function whyUsed(
  jobs: Jobs,
  template: Template,
  unit: Unit,
  facts: Pick<Facts, 'isActive'>,
): string | undefined {
  if (unit.loadState !== 'loaded' && unit.loadState !== 'bad-setting') return undefined;
  const link = enablingLink(jobs.loader.files, jobs.loader.map, unit.names);
  const enabled = link === undefined ? 'started by what the boot starts' : `enabled by ${link}`;
  // A link may enable it for a target that no boot reaches; and what does not load is in no transaction.
  const isStarted =
    unit.loadState === 'loaded'
      ? jobs.atBoot().has(unit.id) || jobs.startOf([template.unit]).has(unit.id)
      : link !== undefined;
  if (isStarted) return enabled;
  return facts.isActive(unit.id) ? 'active' : undefined;
}

/**
 * Whether a file of shell-like assignments has this one, the last one counting.
 * @throws UnitPatchError where the file is there and cannot be read: then it cannot be known
 */
function holds(files: Files, { file, setting }: { file: string; setting: string }): boolean {
  const path = rootPath(file);
  if (files.follow(path).info?.kind !== 'file') return false;
  const [key = '', value] = setting.split('=');
  return assigned(files.read(path).toString(), key) === value;
}

function noCandidate(jobs: Jobs, template: Template): UnitPatchError {
  const units = template.candidates.map((name) => ({ name, loadState: jobs.load(name).loadState }));
  const states = units.map(
    ({ name, loadState }) => `${name} (${loadState === 'loaded' ? 'neither enabled nor active' : loadState})`,
  );
  const there = units.find(({ loadState }) => loadState === 'loaded');
  const named = `name the one that is meant: unit-patch ${template.name} --follow ${there?.name ?? 'UNIT'}`;
  return new UnitPatchError(
    'no-candidate',
    `this system uses none of the units that ${template.unit} may have to follow: ${states.join(', ')}`,
    EXIT.usage,
    there ? `enable it (systemctl enable ${there.name}), or ${named}` : named,
  );
}
