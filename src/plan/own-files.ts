import { baseName, type Files } from '../files/files.js';
import type { Facts } from '../firewalls/facts.js';
import { isFirewall } from '../firewalls/in-use.js';
import { GENERAL_DROP_IN, type Template } from '../firewalls/template.js';
import type { Transactions } from '../transactions/transactions.js';
import type { UnitLoader } from '../units/loader.js';
import { parseUnitName } from '../units/name.js';
import type { Unit } from '../units/unit.js';
import { fillIn, softRelation } from './drop-in-text.js';
import { isHook, type OwnFile } from './own-file.js';
import type { AlsoFollows } from './plan.js';
import { isDependency, REQUIRES_MOUNTS, settingsIn } from './settings.js';
import { startLimitOf } from './start-limit.js';

/** A drop-in of ours on the unit that follows, with the unit that it follows: each followed unit has one of its own. */
export interface OwnDropIn {
  readonly file: OwnFile;
  /** the real name of the followed unit; undefined if nothing names it */
  readonly follow: string | undefined;
  /** the path whose mount that is, if the file names the path */
  readonly path?: string | undefined;
}

/**
 * The drop-ins of ours, each with its followed unit. One that adds no dependency, since other files have it, is
 * recognised by its name, or by the hook that is its other half.
 * @param own the result of ownFiles()
 * @param hooks the result of hookFiles()
 */
export function ownDropIns(
  own: readonly OwnFile[],
  hooks: readonly OwnFile[],
  loader: UnitLoader,
): OwnDropIn[] {
  const named = own.filter(isRead).map((file) => {
    const name = unitIn(file) ?? unitInNameOf(file);
    return { file, follow: name === undefined ? undefined : loader.realName(name), path: pathIn(file) };
  });
  const [hook, ...others] = hooks.filter(({ unit }) => !named.some(({ follow }) => follow === unit));
  // One lifted start limit serves several hooks.
  const only = others.length === 0 ? hook?.unit : undefined;
  return named.map((one) => ({ ...one, follow: one.follow ?? only }));
}

/** systemd.unit(5): only `*.conf`. A temporary file of another run, or one that was moved aside, follows nothing. */
function isRead({ path }: OwnFile): boolean {
  const name = baseName(path);
  return name.endsWith('.conf') && !name.startsWith('.');
}

/** An edited file may name several units: the one that it depends on most comes first. */
function unitIn({ bytes }: OwnFile): string | undefined {
  const text = bytes?.toString() ?? '';
  const dependencies = settingsIn(text).filter(isDependency);
  // The Wants= of a watch is about its service.
  const keys = ['Requires', 'PartOf', ...(softRelation(text) === 'wants' ? ['Wants'] : []), 'After'];
  return keys.flatMap((key) => dependencies.filter((one) => one.key === key))[0]?.value;
}

function pathIn({ bytes }: OwnFile): string | undefined {
  return settingsIn(bytes?.toString() ?? '').find(({ key }) => key === REQUIRES_MOUNTS)?.value;
}

function unitInNameOf({ path }: OwnFile): string | undefined {
  const name = /^50-follow-(.+)\.conf$/.exec(baseName(path))?.[1];
  return name !== undefined && parseUnitName(name) ? name : undefined;
}

/** The facts about the files of ours before planning. */
export interface OwnFilesContext {
  readonly files: Files;
  /** with the texts and the file name that fit the followed unit */
  readonly template: Template;
  /** the template's file name for the firewall; it holds `@follow@` if there is no such name */
  readonly firewallDropIn: string;
  /** whether the followed unit was named, and not chosen */
  readonly isNamed: boolean;
  readonly unit: Unit;
  readonly follow: Unit;
  readonly own: readonly OwnDropIn[];
  readonly hooks: readonly OwnFile[];
  readonly withoutOurs: Transactions;
  readonly facts: Facts;
}

/** Which files of ours a plan writes, keeps and removes: each followed unit has a file of its own. */
export class OwnFiles {
  constructor(private readonly context: OwnFilesContext) {}

  /** The same for another followed unit, as if that one were named. */
  forFollow(follow: Unit): OwnFiles {
    return follow === this.context.follow ? this : new OwnFiles({ ...this.context, follow, isNamed: true });
  }

  /** The file name for the followed unit: a file that follows it already keeps its name. */
  dropIn(): string {
    const { own, unit, follow, template } = this.context;
    const inPlace = own.find((one) => one.follow === follow.id);
    if (inPlace) return baseName(inPlace.file.path);
    const names = { unit: unit.id, follow: follow.id };
    const name = fillIn(template.dropIn, names);
    const taken = own.find(({ file }) => baseName(file.path) === name)?.follow;
    return taken !== undefined && this.isStillFollowed(taken) ? fillIn(GENERAL_DROP_IN, names) : name;
  }

  /** The file of ours that the plan keeps or rewrites, if there is one. */
  current(): OwnDropIn | undefined {
    const name = this.dropIn();
    return this.context.own.find(({ file }) => baseName(file.path) === name);
  }

  /** The unit that a file of ours follows; none if it is not one of those on the unit that follows. */
  followOf(path: string): string[] {
    return this.context.own.flatMap(({ file, follow }) =>
      file.path === path && follow !== undefined ? [follow] : [],
    );
  }

  /** The firewall's file if its firewall is gone, and another file is written or kept. */
  staleFiles(written: readonly OwnFile[]): OwnFile[] {
    const { own, firewallDropIn, follow } = this.context;
    return own
      .filter(
        (one) =>
          baseName(one.file.path) === firewallDropIn && one.follow !== undefined && one.follow !== follow.id,
      )
      .filter((one) => !hasPath(written, one.file) && !this.isStillFollowed(one.follow ?? ''))
      .map(({ file }) => file);
  }

  /** Hooks that this relation, or this followed unit, does not need. */
  staleHooks(written: readonly OwnFile[]): OwnFile[] {
    const removed = this.staleFiles(written);
    return this.context.hooks.filter(
      (hook) => !hasPath(written, hook) && this.isStale(hook, [...written, ...removed]),
    );
  }

  /** Hooks of ours that stay, though these files go. */
  hooksBeside(stale: readonly OwnFile[]): OwnFile[] {
    return this.context.hooks.filter((hook) => !hasPath(stale, hook));
  }

  /** Whether a file of ours makes a start of the followed unit start this one. */
  comesBack(): boolean {
    const { hooks, follow } = this.context;
    return hooks.some((hook) => hook.unit === follow.id && !isHook(hook));
  }

  /** The other units that files of ours make the unit follow. */
  alsoFollowed(written: readonly OwnFile[], stale: readonly OwnFile[]): AlsoFollows[] {
    const { own, hooks, follow } = this.context;
    const all = [
      ...own.map(({ file, follow: unit }) => ({ file, unit })),
      ...hooks.map((file) => ({ file, unit: file.unit })),
    ];
    const others = all.flatMap(({ file, unit }) =>
      unit === undefined || unit === follow.id || hasPath([...written, ...stale], file)
        ? []
        : [{ unit, dropIn: file.path }],
    );
    return others.filter(({ unit }, at) => others.findIndex((one) => one.unit === unit) === at);
  }

  private isStale(hook: OwnFile, replaced: readonly OwnFile[]): boolean {
    const { own, firewallDropIn, unit, follow } = this.context;
    if (hook.unit === follow.id) return true;
    // A unit without a template may follow several by hooks alone.
    if (firewallDropIn.includes('@follow@')) return false;
    const half = own.find((one) => one.follow === hook.unit);
    if (half) return hasPath(replaced, half.file);
    if (!isHook(hook)) return false;
    const isAfter =
      hasDependency(unit, 'After', hook.unit) ||
      hasDependency(this.context.withoutOurs.load(hook.unit), 'Before', unit.id);
    return !isAfter || startLimitOf(unit).liftedBy === undefined;
  }

  /**
   * Whether the unit of a file of ours is still followed. A firewall that the system has replaced by the chosen one is
   * not.
   */
  private isStillFollowed(name: string): boolean {
    const { files, template, withoutOurs: withoutOurs, facts, isNamed } = this.context;
    const unit = withoutOurs.load(name);
    if (unit.loadState === 'not-found' || unit.loadState === 'masked') return false;
    if (isNamed || !isFirewall(files, template, unit)) return true;
    return withoutOurs.atBoot().has(unit.id) || facts.isActive(unit.id);
  }
}

function hasPath(files: readonly OwnFile[], { path }: OwnFile): boolean {
  return files.some((file) => file.path === path);
}

function hasDependency({ dependencies }: Unit, type: string, other: string): boolean {
  return dependencies.some((one) => one.type === type && one.unit === other);
}
