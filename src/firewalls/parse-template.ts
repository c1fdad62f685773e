import ini from 'ini';
import type { TemplateFiles } from '../system/package-files.js';
import {
  type Condition,
  GENERAL_DROP_IN,
  type NoNeed,
  type OwnTables,
  type Package,
  RELATIONS,
  type Template,
  type TemplateTexts,
} from './template.js';

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
  firewalls,
  texts,
  generalTexts,
  watchTexts,
}: TemplateFiles): Template {
  const values: TemplateValues = { ...ini.parse(firewalls ?? ''), ...ini.parse(description ?? '') };
  const unit = text(values, 'unit');
  const short = unit.replace(/\.service$/, '');
  const general = (): TemplateTexts => textsOf(generalTexts?.() ?? texts);
  return {
    name,
    unit,
    purpose: text(values, 'purpose'),
    relation: RELATIONS.find((one) => one === values.relation) ?? RELATIONS[0],
    dropIn: textOr(values, 'drop-in') ?? '50-follow-firewall.conf',
    hookDropIn: textOr(values, 'hook-drop-in') ?? `50-restart-${short}.conf`,
    comeBackDropIn: textOr(values, 'come-back-drop-in') ?? `50-start-${short}.conf`,
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
      busName: textOr(section(values, 'bus'), unit),
    })),
    packages: Object.entries(section(values, 'packages')).flatMap(([distribution, units]) =>
      Object.entries(units as TemplateValues).map(([wanted, value]) =>
        packageOf(distribution, wanted, String(value)),
      ),
    ),
    comeBack: values['come-back'] === 'yes',
    ownTables: ownTablesOf(section(values, 'own-tables')),
    elsewhere: textOr(values, 'elsewhere'),
    daemonFile: textOr(values, 'daemon-file'),
    ...('requires' in texts ? textsOf(texts) : withReason(general(), list(values, 'why'))),
    watch: watchTexts && {
      service: text(values, 'watch-service'),
      script: text(values, 'watch-script'),
      texts: watchTexts,
    },
    general,
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
    relation: RELATIONS[0],
    comeBack: false,
    ownTables: undefined,
    elsewhere: undefined,
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
    // Only the one that is used is read.
    texts: {
      get requires() {
        return textOf('requires');
      },
      get 'part-of'() {
        return textOf('part-of');
      },
      get hook() {
        return textOf('hook');
      },
      get wants() {
        return textOf('wants');
      },
      get order() {
        return textOf('order');
      },
    },
    hookText: textOf('hook-follow'),
    comeBackText: textOf('come-back'),
    mountText: texts.mount ?? '',
  };
}

/** The texts that fit any followed unit, each with the reason of this template above it. */
function withReason({ texts, ...others }: TemplateTexts, reason: readonly string[]): TemplateTexts {
  const add = (text: string): string => reason.map((line) => `# ${line}\n`).join('') + text;
  const each = Object.entries(texts).map(([relation, text]) => [relation, add(text)] as const);
  return {
    texts: Object.fromEntries(each) as TemplateTexts['texts'],
    hookText: add(others.hookText),
    comeBackText: add(others.comeBackText),
    mountText: others.mountText,
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

function textOr(values: TemplateValues, key: string): string | undefined {
  return values[key] === undefined ? undefined : text(values, key);
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

function ownTablesOf(values: TemplateValues): OwnTables | undefined {
  const conditions = (key: string): Condition[] =>
    list(values, key).map((one) => {
      const [file = '', setting] = one.split(' ');
      return { file, setting };
    });
  return values.if === undefined ? undefined : { if: conditions('if'), unless: conditions('unless') };
}
