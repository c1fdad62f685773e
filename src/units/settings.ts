import type { UnitType } from './name.js';
import { DEPENDENCY_KEYS, NEVER_EMPTY, SECTION_NAMES, settingsIn } from './settings-table.js';
import type { Setting } from './unit.js';

/** Old spellings that systemd still accepts. */
const OLD_SPELLINGS = new Map([
  ['BindTo', 'BindsTo'],
  ['PropagateReloadTo', 'PropagatesReloadTo'],
  ['PropagateReloadFrom', 'ReloadPropagatedFrom'],
  ['RequiresOverridable', 'Requires'],
  ['RequisiteOverridable', 'Requisite'],
]);

/** Settings that add up; every other one replaces what an earlier line said. */
const listSettings = new Set(
  `Documentation
  ExecCondition ExecStartPre ExecStart ExecStartPost ExecReload ExecReloadPost ExecStop ExecStopPre ExecStopPost
  RestartPreventExitStatus RestartForceExitStatus SuccessExitStatus Sockets OpenFile
  Environment EnvironmentFile PassEnvironment UnsetEnvironment ExecSearchPath SupplementaryGroups
  RootImageOptions RootHash ExtensionDirectories ExtensionImages MountImages
  CPUAffinity NUMAMask AllowedCPUs StartupAllowedCPUs AllowedMemoryNodes StartupAllowedMemoryNodes
  StandardInputText StandardInputData LogExtraFields LogFilterPatterns SecureBits CapabilityBoundingSet
  AmbientCapabilities SystemCallFilter SystemCallArchitectures SystemCallLog RestrictNamespaces
  RestrictAddressFamilies RestrictFileSystems RestrictNetworkInterfaces
  ReadWriteDirectories ReadOnlyDirectories InaccessibleDirectories ReadWritePaths ReadOnlyPaths
  InaccessiblePaths ExecPaths NoExecPaths BindPaths BindReadOnlyPaths TemporaryFileSystem
  RuntimeDirectory StateDirectory CacheDirectory LogsDirectory ConfigurationDirectory
  SetCredential SetCredentialEncrypted LoadCredential LoadCredentialEncrypted ImportCredential
  DeviceAllow IODeviceWeight IOReadBandwidthMax IOWriteBandwidthMax IOReadIOPSMax IOWriteIOPSMax
  IODeviceLatencyTargetSec BlockIODeviceWeight BlockIOReadBandwidth BlockIOWriteBandwidth
  Delegate DisableControllers IPAddressAllow IPAddressDeny IPIngressFilterPath IPEgressFilterPath
  BPFProgram SocketBindAllow SocketBindDeny NFTSet Symlinks
  Alias WantedBy RequiredBy UpheldBy Also`.split(/\s+/),
);

/** Lists that an empty assignment does not reset, as it does not reset dependencies: config_parse_unit_mounts_for(). */
const addsUp = new Set(['Unit.RequiresMountsFor', 'Unit.WantsMountsFor']);

/** Families in which an empty assignment of one key resets all of them. */
const families: readonly [section: string, family: string, pattern: RegExp][] = [
  ['Unit', 'Condition', /^Condition/],
  ['Unit', 'Assert', /^Assert/],
  ['Socket', 'Listen', /^Listen/],
  ['Timer', 'On', /^On(?:Calendar|ActiveSec|BootSec|StartupSec|UnitActiveSec|UnitInactiveSec)$/],
  ['Path', 'Path', /^(?:Path(?:Exists|ExistsGlob|Changed|Modified)|DirectoryNotEmpty)$/],
];

/** How an assignment of a setting meets the ones before it. */
export type Merging =
  | { readonly how: 'adds' }
  | { readonly how: 'replaces'; readonly group: string; readonly neverEmpty: boolean }
  | { readonly how: 'list'; readonly group: string };

/** The canonical name of a dependency setting (`BindsTo` for `BindTo`); undefined for any other setting. */
export function dependencyType(section: string | undefined, key: string): string | undefined {
  if (section !== 'Unit' || !DEPENDENCY_KEYS.has(key)) return undefined;
  return OLD_SPELLINGS.get(key) ?? key;
}

/** Whether an empty assignment resets what came before, and of which settings. */
export function mergingOf(section: string, key: string): Merging {
  if (dependencyType(section, key) !== undefined || addsUp.has(`${section}.${key}`)) return { how: 'adds' };
  const family = families.find(([where, , pattern]) => where === section && pattern.test(key));
  if (family) return { how: 'list', group: `${section}.${family[1]}…` };
  const group = `${section}.${key}`;
  if (listSettings.has(key)) return { how: 'list', group };
  return { how: 'replaces', group, neverEmpty: NEVER_EMPTY.has(key) };
}

/** The sections that a unit of this type may have; any other is ignored. */
export function sectionsOf(type: UnitType): readonly string[] {
  return ['Unit', 'Install', type.charAt(0).toUpperCase() + type.slice(1)];
}

/** Whether systemd knows this setting in this section. */
export function isKnownSetting(section: string, key: string): boolean {
  return settingsIn(section)?.has(key) ?? false;
}

/** The first version that knows a setting, for those that matter here: NEWS of systemd 229, 230 and 256. */
const SINCE: Readonly<Record<string, number>> = {
  'Unit.StartLimitInterval': 229,
  'Unit.StartLimitBurst': 229,
  'Unit.StartLimitIntervalSec': 230,
  'Unit.WantsMountsFor': 256,
};

/** Whether a version of systemd is too old for a setting. */
export function isTooNew(section: string, key: string, systemd: number): boolean {
  return systemd < (SINCE[`${section}.${key}`] ?? 0);
}

/** The sections in which systemd would know this key. */
export function sectionsKnowing(key: string): readonly string[] {
  return SECTION_NAMES.filter((section) => isKnownSetting(section, key));
}

/**
 * The settings that are in force once all files are read: an empty assignment resets a list (and, for
 * conditions, listen, timer and path settings, the whole family); a setting that is not a list is replaced by
 * the next one; dependencies only add up, so their empty assignments say nothing.
 * @param settings every assignment, in the order in which systemd reads them
 */
export function inForce(settings: readonly Setting[]): Setting[] {
  const kept: Setting[] = [];
  /** the groups that a later assignment has reset */
  const reset = new Set<string>();
  for (const setting of settings.toReversed()) {
    const merging = mergingOf(setting.section, setting.key);
    const isEmpty = setting.value === '';
    if (!isEmpty && (merging.how === 'adds' || !reset.has(merging.group))) kept.push(setting);
    if (merging.how === 'adds') continue;
    const resets = merging.how === 'list' ? isEmpty : !(isEmpty && merging.neverEmpty);
    if (resets) reset.add(merging.group);
  }
  return kept.reverse();
}

/** Whether a setting is a command to run. */
export function isCommand({ section, key }: { readonly section: string; readonly key: string }): boolean {
  return section === 'Service' && key.startsWith('Exec');
}
