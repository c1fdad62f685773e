import ini from 'ini';
import type { TemplateFiles, WatchTexts } from '../system/package-files.js';

/** The relations that a drop-in can set up: the first one is the default. */
export const RELATIONS = ['requires', 'part-of', 'hook', 'watch', 'wants', 'order'] as const;

/**
 * `requires`: restarted along with the other unit, which it starts. `part-of`: the same, without starting it. `hook`:
 * the other unit makes systemd restart it, after a start, a reload and a stop. `watch`: a service watches Docker's
 * rules, and brings them back whatever removes them. `wants`: started after the other unit, which it starts, and never
 * restarted. `order`: only started after it.
 */
export type Relation = (typeof RELATIONS)[number];

/** A relation that restarts nothing: it is for who asks for it, and never offered. */
export type SoftRelation = 'wants' | 'order';

/** Whether a stop of the followed unit stops this one too, so that it may have to come back. */
export function isStoppedAlong(relation: Relation): boolean {
  return relation === 'requires' || relation === 'part-of';
}

/** Whether a relation restarts nothing. */
export function isSoft(relation: Relation | null): relation is SoftRelation {
  return relation === 'wants' || relation === 'order';
}

/** How a watch brings the rules back: by writing them as they were, or by a restart of Docker. */
export const HEALS = ['put-back', 'restart'] as const;

/** How a watch brings the rules back. */
export type Heal = (typeof HEALS)[number];

/** A template: what it is for, the unit, and the units that it may follow. */
export interface Template {
  readonly name: string;
  readonly unit: string;
  readonly purpose: string;
  /** the file name of the drop-in; it may hold `@follow@` */
  readonly dropIn: string;
  /** that of the drop-in on the followed unit, for the relation hook; it may hold `@unit@` */
  readonly hookDropIn: string;
  /** that of the drop-in by which a start of the followed unit starts this one; it may hold `@unit@` */
  readonly comeBackDropIn: string;
  /** the units that it may follow, the most likely first */
  readonly candidates: readonly string[];
  /** other firewalls that are known by name to wipe rules that somebody else wrote */
  readonly firewalls: readonly string[];
  /** by unit, the tool of its own with which a firewall writes its rules anew */
  readonly tools: Readonly<Record<string, string>>;
  /** those of them for which `systemctl reload` does nothing */
  readonly noReload: readonly string[];
  /** firewalls with which nothing has to be done */
  readonly noNeed: readonly NoNeed[];
  /** the packages that bring the units, by distribution */
  readonly packages: readonly Package[];
  /** where the engine's own configuration lies, in the form of dockerd's daemon.json */
  readonly daemonFile: string | undefined;
  /** the drop-in of each relation but watch, with its placeholders */
  readonly texts: Readonly<Record<Exclude<Relation, 'watch'>, string>>;
  /** the drop-in on the followed unit, for the relation hook */
  readonly hookText: string;
  /** the drop-in by which a start of the followed unit starts this one */
  readonly comeBackText: string;
  /** the drop-in for the mount of a path; only the texts that fit any followed unit have it */
  readonly mountText: string;
  /** the files of the relation watch; undefined if rules of the unit cannot be watched */
  readonly watch: Watch | undefined;
  /** the texts that fit any followed unit */
  readonly general: () => TemplateTexts;
}

/** What the relation watch installs beside its drop-in, and the texts of all three files. */
export interface Watch {
  /** the name of the service that watches */
  readonly service: string;
  /** the path of the script that it runs */
  readonly script: string;
  /** the drop-in with and without a firewall to follow, the service and the script, with their placeholders */
  readonly texts: () => WatchTexts;
}

/** The drop-ins of a template, with their placeholders. */
export type TemplateTexts = Pick<Template, 'texts' | 'hookText' | 'comeBackText' | 'mountText'>;

/** The name of a drop-in that follows any unit: each followed unit has one of its own. */
export const GENERAL_DROP_IN = '50-follow-@follow@.conf';

/** A package that brings a unit. */
export interface Package {
  /** ID of os-release(5), or one of ID_LIKE */
  readonly distribution: string;
  /** the unit that somebody may look for */
  readonly wanted: string;
  readonly name: string;
  /** the unit that the package brings, which may have another name */
  readonly unit: string;
}

/** A firewall with which nothing has to be done, why, and the setting that would change that. */
export interface NoNeed {
  readonly unit: string;
  readonly why: string;
  /** what turns it on; without any of these settings it does nothing, whatever its unit says */
  readonly onlyIf?: { readonly file: string; readonly settings: readonly string[] } | undefined;
  readonly unless: { readonly file: string; readonly setting: string } | undefined;
}

/**
 * Reads a template's description.
 * @throws TypeError if a template of this package lacks what it must say
 * @example
 * ```ts
 * import { parseTemplate, readTemplate } from 'unit-patch';
 *
 * const template = parseTemplate(readTemplate('docker'));
 * assert.equal(template.candidates[0], 'iptables.service');
 * ```
 */
export function parseTemplate({
  name,
  description,
  texts,
  generalTexts,
  watchTexts,
}: TemplateFiles): Template {
  const values = ini.parse(description ?? '');
  return {
    name,
    unit: text(values, 'unit'),
    purpose: text(values, 'purpose'),
    dropIn: text(values, 'drop-in'),
    hookDropIn: text(values, 'hook-drop-in'),
    comeBackDropIn: text(values, 'come-back-drop-in'),
    candidates: list(section(values, 'follow'), 'unit'),
    firewalls: list(section(values, 'firewalls'), 'unit'),
    tools: Object.fromEntries(
      Object.entries(section(values, 'tools')).map(([unit, tool]) => [unit, String(tool)]),
    ),
    noReload: list(section(values, 'no-reload'), 'unit'),
    noNeed: Object.entries(section(values, 'no-need')).map(([unit, why]) => ({
      unit,
      why: String(why),
      onlyIf: switchOf(section(values, 'only-if')[unit]),
      unless: condition(section(values, 'unless')[unit]),
    })),
    packages: Object.entries(section(values, 'packages')).flatMap(([distribution, units]) =>
      Object.entries(units as TemplateValues).map(([wanted, value]) =>
        packageOf(distribution, wanted, String(value)),
      ),
    ),
    daemonFile: typeof values['daemon-file'] === 'string' ? values['daemon-file'] : undefined,
    ...textsOf(texts),
    watch: watchTexts && {
      service: text(values, 'watch-service'),
      script: text(values, 'watch-script'),
      texts: watchTexts,
    },
    general: () => textsOf(generalTexts?.() ?? texts),
  };
}

/** `NAME`, or `NAME UNIT` if the package brings a unit of another name. */
function packageOf(distribution: string, wanted: string, value: string): Package {
  const [name = '', unit = wanted] = value.split(' ');
  return { distribution, wanted, name, unit };
}

/**
 * For a unit that has no template of its own: a drop-in for each unit that it follows.
 * @example
 * ```ts
 * import { readTemplate, templateForUnit } from 'unit-patch';
 *
 * const template = templateForUnit('myapp.service', readTemplate().texts);
 * assert.equal(template.unit, 'myapp.service');
 * ```
 */
export function templateForUnit(unit: string, texts: TemplateFiles['texts']): Template {
  return {
    name: unit,
    unit,
    purpose: `${unit} follows another unit`,
    dropIn: GENERAL_DROP_IN,
    hookDropIn: '50-restart-@unit@.conf',
    comeBackDropIn: '50-start-@unit@.conf',
    candidates: [],
    firewalls: [],
    tools: {},
    noReload: [],
    noNeed: [],
    packages: [],
    daemonFile: undefined,
    watch: undefined,
    ...textsOf(texts),
    general: () => textsOf(texts),
  };
}

function textsOf(texts: TemplateFiles['texts']): TemplateTexts {
  const textOf = (name: string): string => {
    const found = texts[name];
    if (found === undefined) throw new TypeError(`the template has no ${name}.conf`);
    return found;
  };
  return {
    texts: {
      requires: textOf('requires'),
      'part-of': textOf('part-of'),
      hook: textOf('hook'),
      wants: textOf('wants'),
      order: textOf('order'),
    },
    hookText: textOf('hook-follow'),
    comeBackText: textOf('come-back'),
    mountText: texts.mount ?? '',
  };
}

type TemplateValues = Readonly<Record<string, unknown>>;

function section(values: TemplateValues, name: string): TemplateValues {
  const value = values[name];
  return typeof value === 'object' && value !== null ? (value as TemplateValues) : {};
}

function text(values: TemplateValues, key: string): string {
  const value = values[key];
  // ini turns true and null into JavaScript's own; no name or sentence is one of them.
  if (typeof value !== 'string') throw new TypeError(`template.ini has no ${key}=`);
  return value;
}

function list(values: TemplateValues, key: string): string[] {
  const value = values[key];
  return Array.isArray(value) ? value.map(String) : [];
}

function switchOf(value: unknown): NoNeed['onlyIf'] {
  const [file, ...settings] = typeof value === 'string' ? value.split(' ') : [];
  return file !== undefined && settings.length > 0 ? { file, settings } : undefined;
}

function condition(value: unknown): NoNeed['unless'] {
  const [file, setting] = typeof value === 'string' ? value.split(' ') : [];
  return file !== undefined && setting !== undefined ? { file, setting } : undefined;
}
