import { EXIT, UnitPatchError } from '../errors.js';
import { type RootPath, rootPath } from '../files/files.js';
import { type TextOrLink, TextFiles } from '../files/text-files.js';
import { type FirewallChoice, chooseFollow } from '../firewalls/choose.js';
import { ONLY_TEXTS } from '../firewalls/facts.js';
import type { Template } from '../firewalls/template.js';
import type { Transactions } from '../transactions/transactions.js';
import { type CatOutput, readCatOutput } from '../units/cat-output.js';
import { badOutput } from '../units/cat-text.js';
import { ADMIN_DIRECTORY, everyDirectory } from '../units/load-path.js';
import { badUnitName, type LoadOptions, UnitLoader } from '../units/loader.js';
import { parseUnitName } from '../units/name.js';
import { placed } from '../units/problems.js';
import type { Unit } from '../units/unit.js';
import { planPatch } from './plan-patch.js';
import type { Plan } from './plan.js';
import type { PatchRequest } from './request.js';

/** A plan, and the files that it was made from. */
export interface PlanFromCat {
  readonly files: TextFiles;
  readonly plan: Plan;
}

/**
 * Plans from the output of `systemctl cat`, from any machine. The plan says what is unknown because it is not printed.
 * @param bytes what it printed
 * @param source what the bytes come from: the name of a file, or `-`
 * @throws UnitPatchError `bad-cat-output`, `not-printed`, and what planPatch() throws
 */
export function planFromCat(
  bytes: Buffer,
  source: string,
  request: PatchRequest,
  options: LoadOptions = {},
): PlanFromCat {
  const directories = everyDirectory(options.unitPath);
  const name = source === '-' ? 'standard input' : source;
  const output = readCatOutput(bytes, name, directories);
  const files = new TextFiles(`from-cat:${source}`, givenBy(output), directories);
  const { template, follow } = request;
  if (follow !== undefined && !parseUnitName(follow)) throw badUnitName(follow);
  mustBePrinted(output, name, template, template.unit);
  if (follow !== undefined && !output.missing.includes(follow) && !output.masked.includes(follow))
    mustBePrinted(output, name, template, follow);
  const loader = new UnitLoader(files, options);
  mustBeInOrder(output, name, loader);
  mustBeLoadable(loader.load(template.unit), name);
  const choose = (
    transactions: Transactions,
    _: Template,
    requestedName: string | undefined,
  ): FirewallChoice =>
    requestedName === undefined && template.candidates.length > 0
      ? chooseAmong(output, name, transactions, template)
      : chooseFollow(transactions, template, requestedName, ONLY_TEXTS);
  const { outdated, isTerminated } = output;
  const excerpt = { source: name, outdated, isTerminated };
  return { files, plan: planPatch(files, request, { ...options, facts: ONLY_TEXTS, choose, excerpt }) };
}

/** The files, and the links that the output tells of: masks, and aliases whose drop-ins were printed. */
function givenBy({ files, units, masked }: CatOutput): Map<RootPath, TextOrLink> {
  const given = new Map<RootPath, TextOrLink>(files.map(({ path, bytes }) => [path, bytes]));
  const addLink = (name: string, link: RootPath): void => {
    given.set(rootPath(`${ADMIN_DIRECTORY}/${name}`), { link });
  };
  for (const name of masked) addLink(name, rootPath('/dev/null'));
  for (const { path, aliases } of units) for (const alias of aliases) addLink(alias, path);
  return given;
}

function mustBePrinted(output: CatOutput, source: string, template: Template, name: string): void {
  const { units, masked, broken, missing } = output;
  if (units.some((unit) => unit.name === name || unit.aliases.includes(name) || isInstance(name, unit.name)))
    return;
  const others = units.map((unit) => unit.name);
  const why = masked.includes(name)
    ? `${name} is masked there, so no drop-in of it would count`
    : broken.includes(name)
      ? `systemd cannot load ${name} there`
      : missing.includes(name)
        ? `there is no ${name} there`
        : `${source} holds no ${name}, only ${others.length > 0 ? others.join(', ') : 'remarks'}`;
  throw new UnitPatchError(
    'not-printed',
    why,
    EXIT.usage,
    masked.includes(name)
      ? `unmask it first: systemctl unmask ${name}`
      : `print both units: ${howToPrint(template, name)}; an alias is printed by its real name`,
  );
}

/** `getty@tty1.service` is printed as `getty@.service`. */
function isInstance(name: string, printed: string): boolean {
  return printed.includes('@.') && name.replace(/@.*(?=\.)/, '@') === printed;
}

function howToPrint({ unit, candidates }: Template, name: string): string {
  const other = name === unit ? (candidates[0] ?? 'UNIT') : name;
  return `systemctl cat ${unit} ${other}`;
}

/** The one firewall that was printed: whether it is in use, its text does not say. */
function chooseAmong(
  output: CatOutput,
  source: string,
  transactions: Transactions,
  template: Template,
): FirewallChoice {
  const printed = (name: string): boolean => {
    const { loadState } = transactions.load(name);
    return loadState === 'loaded' || loadState === 'bad-setting';
  };
  const candidates = [
    ...new Set(template.candidates.filter(printed).map((name) => transactions.load(name).id)),
  ];
  const noNeed = template.noNeed.filter(({ unit }) => printed(unit));
  const names = [...candidates, ...noNeed.map(({ unit }) => unit)];
  const why = `the only one in ${source} that ${template.unit} may have to follow; whether it is in use is unknown`;
  const [first, ...more] = names;
  if (first === undefined) throw noneOf(output, source, template);
  if (more.length > 0)
    throw new UnitPatchError(
      'no-candidate',
      `${source} does not show which of ${names.join(', ')} is in use`,
      EXIT.usage,
      `name it: unit-patch ${template.name} --follow ${first}`,
    );
  const [none] = noNeed;
  if (!none) return { follow: { asked: null, unit: transactions.load(first), why } };
  const { onlyIf } = none;
  const when = onlyIf ? `, if ${onlyIf.file} says ${onlyIf.settings[0]}` : '';
  const unless = none.unless ? `, unless ${none.unless.file} says ${none.unless.setting}` : '';
  return { noNeed: { ...none, why: `${none.why}${when}${unless}` }, why };
}

function noneOf({ masked, missing }: CatOutput, source: string, template: Template): UnitPatchError {
  const { unit, candidates } = template;
  const state = (name: string): string =>
    missing.includes(name) ? ' (not-found)' : masked.includes(name) ? ' (masked)' : '';
  return new UnitPatchError(
    'no-candidate',
    `${source} holds none of the units that ${unit} may have to follow: ${candidates.map((name) => name + state(name)).join(', ')}`,
    EXIT.usage,
    `print the one in use along with it: systemctl cat ${unit} ${candidates[0] ?? 'UNIT'}`,
  );
}

/** systemctl prints the drop-ins that count, in the order in which they do. */
function mustBeInOrder({ units }: CatOutput, source: string, loader: UnitLoader): void {
  for (const { name, path, dropIns } of units) {
    const unit = loader.load(name);
    if (unit.loadState === 'masked' || (unit.fragment === path && sameItems(unit.dropIns, dropIns))) continue;
    throw badOutput(
      `${source} has the drop-ins of ${name} in another order than systemd: ${dropIns.join(', ') || 'none'}`,
      'take the output of one systemctl cat as it is, from a system whose files have not changed since it was loaded',
    );
  }
}

/** systemctl prints no unit that systemd would not load. */
function mustBeLoadable({ id, loadState, problems }: Unit, source: string): void {
  if (loadState !== 'bad-setting') return;
  const problem = problems.find(({ code }) => code === 'bad-setting');
  throw badOutput(
    `systemd would not load ${id} as it is in ${source}${problem ? `: ${placed(problem)}` : ''}`,
    'take the whole output: a part of it may have been cut off',
  );
}

function sameItems(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((item, at) => item === others[at]);
}
