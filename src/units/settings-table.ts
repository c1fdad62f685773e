/**
 * The settings that systemd knows, by section: all that 252 or 257 lists with
 * `systemd --dump-configuration-items`.
 */
import { words } from '../syntax/scan.js';

/** The tests of Condition…= and Assert…=: systemd.unit(5), "Conditions and Asserts". */
const CHECKS = `
  PathExists PathExistsGlob PathIsDirectory PathIsSymbolicLink PathIsMountPoint PathIsReadWrite
  PathIsEncrypted DirectoryNotEmpty FileNotEmpty FileIsExecutable NeedsUpdate FirstBoot Architecture
  Firmware Virtualization Host KernelCommandLine KernelVersion Credential Security Capability ACPower
  Memory CPUFeature CPUs Environment User Group ControlGroupController OSRelease MemoryPressure
  CPUPressure IOPressure
`;

/** systemd.resource-control(5) */
const RESOURCES = `
  Slice AllowedCPUs StartupAllowedCPUs AllowedMemoryNodes StartupAllowedMemoryNodes CPUAccounting
  CPUWeight StartupCPUWeight CPUShares StartupCPUShares CPUQuota CPUQuotaPeriodSec MemoryAccounting
  MemoryMin DefaultMemoryMin DefaultMemoryLow MemoryLow MemoryHigh MemoryMax MemorySwapMax MemoryLimit
  DeviceAllow DevicePolicy IOAccounting IOWeight StartupIOWeight IODeviceWeight IOReadBandwidthMax
  IOWriteBandwidthMax IOReadIOPSMax IOWriteIOPSMax IODeviceLatencyTargetSec BlockIOAccounting
  BlockIOWeight StartupBlockIOWeight BlockIODeviceWeight BlockIOReadBandwidth BlockIOWriteBandwidth
  TasksAccounting TasksMax Delegate DisableControllers IPAccounting IPAddressAllow IPAddressDeny
  IPIngressFilterPath IPEgressFilterPath ManagedOOMSwap ManagedOOMMemoryPressure
  ManagedOOMMemoryPressureLimit ManagedOOMPreference BPFProgram SocketBindAllow SocketBindDeny
  RestrictNetworkInterfaces DefaultStartupMemoryLow StartupMemoryLow StartupMemoryHigh
  StartupMemoryMax StartupMemorySwapMax MemoryZSwapMax StartupMemoryZSwapMax MemoryZSwapWriteback
  DelegateSubgroup ManagedOOMMemoryPressureDurationSec MemoryPressureThresholdSec MemoryPressureWatch
  NFTSet CoredumpReceive
`;

/** systemd.kill(5) */
const KILL = `
  SendSIGKILL SendSIGHUP KillMode KillSignal RestartKillSignal FinalKillSignal WatchdogSignal
`;

/** systemd.exec(5) */
const EXEC = `
  TimeoutSec WorkingDirectory RootDirectory RootImage RootImageOptions RootHash RootHashSignature
  RootVerity ExtensionDirectories ExtensionImages MountImages User Group SupplementaryGroups Nice
  OOMScoreAdjust CoredumpFilter IOSchedulingClass IOSchedulingPriority CPUSchedulingPolicy
  CPUSchedulingPriority CPUSchedulingResetOnFork CPUAffinity NUMAPolicy NUMAMask UMask Environment
  EnvironmentFile PassEnvironment UnsetEnvironment DynamicUser RemoveIPC StandardInput StandardOutput
  StandardError StandardInputText StandardInputData TTYPath TTYReset TTYVHangup TTYVTDisallocate
  TTYRows TTYColumns SyslogIdentifier SyslogFacility SyslogLevel SyslogLevelPrefix LogLevelMax
  LogRateLimitIntervalSec LogRateLimitBurst LogExtraFields SecureBits CapabilityBoundingSet
  AmbientCapabilities TimerSlackNSec NoNewPrivileges KeyringMode ProtectProc ProcSubset
  SystemCallFilter SystemCallArchitectures SystemCallErrorNumber SystemCallLog MemoryDenyWriteExecute
  RestrictNamespaces RestrictRealtime RestrictSUIDSGID RestrictAddressFamilies LockPersonality
  RestrictFileSystems LimitCPU LimitFSIZE LimitDATA LimitSTACK LimitCORE LimitRSS LimitNOFILE LimitAS
  LimitNPROC LimitMEMLOCK LimitLOCKS LimitSIGPENDING LimitMSGQUEUE LimitNICE LimitRTPRIO LimitRTTIME
  ReadWriteDirectories ReadOnlyDirectories InaccessibleDirectories ReadWritePaths ReadOnlyPaths
  InaccessiblePaths ExecPaths NoExecPaths ExecSearchPath BindPaths BindReadOnlyPaths
  TemporaryFileSystem PrivateTmp PrivateDevices ProtectKernelTunables ProtectKernelModules
  ProtectKernelLogs ProtectClock ProtectControlGroups NetworkNamespacePath IPCNamespacePath
  LogNamespace PrivateNetwork PrivateUsers PrivateMounts PrivateIPC ProtectSystem ProtectHome
  MountFlags MountAPIVFS Personality RuntimeDirectoryPreserve RuntimeDirectoryMode RuntimeDirectory
  StateDirectoryMode StateDirectory CacheDirectoryMode CacheDirectory LogsDirectoryMode LogsDirectory
  ConfigurationDirectoryMode ConfigurationDirectory SetCredential SetCredentialEncrypted
  LoadCredential LoadCredentialEncrypted TimeoutCleanSec PAMName IgnoreSIGPIPE UtmpIdentifier UtmpMode
  SELinuxContext AppArmorProfile SmackProcessLabel ProtectHostname RootImagePolicy RootEphemeral
  ExtensionImagePolicy MountImagePolicy SetLoginEnvironment LogFilterPatterns PrivatePIDs
  BindLogSockets ImportCredential MemoryKSM
`;

/** Dependencies, which only ever add up: systemd.unit(5), and five old spellings. */
const DEPENDENCIES = `
  Requires Requisite Wants BindsTo BindTo Upholds Conflicts Before After OnSuccess OnFailure
  PropagatesReloadTo PropagateReloadTo ReloadPropagatedFrom PropagateReloadFrom PropagatesStopTo
  StopPropagatedFrom PartOf JoinsNamespaceOf RequiresOverridable RequisiteOverridable
`;

const RUNNING = `${EXEC} ${KILL} ${RESOURCES}`;

/** Section to the settings it may hold, as text: most sections are never asked for. */
const SECTIONS = new Map<string, () => string>(
  Object.entries({
    Unit: () => `
      ${DEPENDENCIES} ${conditionsAndAsserts()}
      Description Documentation SourcePath RequiresMountsFor StopWhenUnneeded RefuseManualStart
      RefuseManualStop AllowIsolate DefaultDependencies OnSuccessJobMode OnFailureJobMode OnFailureIsolate
      IgnoreOnIsolate JobTimeoutSec JobRunningTimeoutSec JobTimeoutAction JobTimeoutRebootArgument
      StartLimitIntervalSec StartLimitInterval StartLimitBurst StartLimitAction FailureAction
      SuccessAction FailureActionExitStatus SuccessActionExitStatus RebootArgument CollectMode
      WantsMountsFor SurviveFinalKillSignal
    `,
    Service: () => `
      ${RUNNING}
      PIDFile ExecCondition ExecStartPre ExecStart ExecStartPost ExecReload ExecStop ExecStopPost
      RestartSec TimeoutStartSec TimeoutStopSec TimeoutAbortSec TimeoutStartFailureMode
      TimeoutStopFailureMode RuntimeMaxSec RuntimeRandomizedExtraSec WatchdogSec StartLimitInterval
      StartLimitBurst StartLimitAction FailureAction RebootArgument Type ExitType Restart
      PermissionsStartOnly RootDirectoryStartOnly RemainAfterExit GuessMainPID RestartPreventExitStatus
      RestartForceExitStatus SuccessExitStatus NonBlocking BusName FileDescriptorStoreMax NotifyAccess
      Sockets USBFunctionDescriptors USBFunctionStrings OOMPolicy RestartSteps RestartMaxDelaySec
      RestartMode FileDescriptorStorePreserve OpenFile ReloadSignal
    `,
    Socket: () => `
      ${RUNNING}
      ListenStream ListenDatagram ListenSequentialPacket ListenFIFO ListenNetlink ListenSpecial
      ListenMessageQueue ListenUSBFunction SocketProtocol BindIPv6Only Backlog BindToDevice ExecStartPre
      ExecStartPost ExecStopPre ExecStopPost SocketUser SocketGroup SocketMode DirectoryMode Accept
      FlushPending Writable MaxConnections MaxConnectionsPerSource KeepAlive KeepAliveTimeSec
      KeepAliveIntervalSec KeepAliveProbes DeferAcceptSec NoDelay Priority ReceiveBuffer SendBuffer IPTOS
      IPTTL Mark PipeSize FreeBind Transparent Broadcast PassCredentials PassSecurity PassPacketInfo
      Timestamping TCPCongestion ReusePort MessageQueueMaxMessages MessageQueueMessageSize RemoveOnStop
      Symlinks FileDescriptorName Service TriggerLimitIntervalSec TriggerLimitBurst SmackLabel
      SmackLabelIPIn SmackLabelIPOut SELinuxContextFromNet PassFileDescriptorsToExec PollLimitIntervalSec
      PollLimitBurst
    `,
    Mount: () => `
      ${RUNNING}
      What Where Options Type DirectoryMode SloppyOptions LazyUnmount ForceUnmount ReadWriteOnly
    `,
    Swap: () => `
      ${RUNNING}
      What Priority Options
    `,
    Slice: () => RESOURCES,
    Scope: () => `
      ${KILL} ${RESOURCES}
      RuntimeMaxSec RuntimeRandomizedExtraSec TimeoutStopSec OOMPolicy
    `,
    Automount: () => `
      Where ExtraOptions DirectoryMode TimeoutIdleSec
    `,
    Timer: () => `
      OnCalendar OnActiveSec OnBootSec OnStartupSec OnUnitActiveSec OnUnitInactiveSec OnClockChange
      OnTimezoneChange Persistent WakeSystem RemainAfterElapse FixedRandomDelay AccuracySec
      RandomizedDelaySec Unit DeferReactivation
    `,
    Path: () => `
      PathExists PathExistsGlob PathChanged PathModified DirectoryNotEmpty Unit MakeDirectory
      DirectoryMode TriggerLimitIntervalSec TriggerLimitBurst
    `,
    Install: () => `
      Alias WantedBy RequiredBy Also DefaultInstance UpheldBy
    `,
    Target: () => '',
    Device: () => '',
  }),
);

/** The settings of these tests; 252 and 257 know no AssertFirmware=, although systemd.unit(5) has it. */
function conditionsAndAsserts(): string {
  const keys = words(CHECKS).flatMap((check) => [`Condition${check}`, `Assert${check}`]);
  return keys.filter((key) => key !== 'AssertFirmware').join(' ');
}

/** Every section that a unit file may have. */
export const SECTION_NAMES: readonly string[] = [...SECTIONS.keys()];

/** The sets made from the texts above: without them a plan of 50,000 unit files takes almost three times as long. */
const known = new Map<string, ReadonlySet<string>>();

/** The settings that a section may hold; undefined for one that systemd does not know. */
export function settingsIn(section: string): ReadonlySet<string> | undefined {
  const settings = known.get(section) ?? listed(SECTIONS.get(section));
  if (settings) known.set(section, settings);
  return settings;
}

const listed = (text: (() => string) | undefined): ReadonlySet<string> | undefined =>
  text && new Set(words(text()));

/** Dependencies, which only ever add up. */
export const DEPENDENCY_KEYS: ReadonlySet<string> = new Set(words(DEPENDENCIES));

/** Truth values, numbers, signals and words of a fixed choice: an empty value is invalid, so it is ignored. */
export const NEVER_EMPTY: ReadonlySet<string> = new Set(
  words(`
    StopWhenUnneeded RefuseManualStart RefuseManualStop AllowIsolate DefaultDependencies
    OnFailureIsolate IgnoreOnIsolate JobTimeoutAction StartLimitBurst StartLimitAction FailureAction
    SuccessAction TimeoutStartFailureMode TimeoutStopFailureMode Type ExitType Restart
    PermissionsStartOnly RootDirectoryStartOnly RemainAfterExit GuessMainPID NonBlocking
    FileDescriptorStoreMax NotifyAccess CPUSchedulingResetOnFork DynamicUser RemoveIPC TTYReset
    TTYVHangup TTYVTDisallocate SyslogLevelPrefix LogRateLimitBurst NoNewPrivileges
    MemoryDenyWriteExecute RestrictRealtime RestrictSUIDSGID LockPersonality PrivateTmp PrivateDevices
    ProtectKernelTunables ProtectKernelModules ProtectKernelLogs ProtectClock ProtectControlGroups
    PrivateNetwork PrivateUsers PrivateMounts PrivateIPC IgnoreSIGPIPE ProtectHostname CPUAccounting
    MemoryAccounting IOAccounting BlockIOAccounting TasksAccounting IPAccounting SendSIGKILL SendSIGHUP
    KillMode KillSignal RestartKillSignal FinalKillSignal WatchdogSignal Backlog Accept FlushPending
    Writable MaxConnections MaxConnectionsPerSource KeepAlive KeepAliveProbes NoDelay Priority IPTTL
    Mark FreeBind Transparent Broadcast PassCredentials PassSecurity PassPacketInfo ReusePort
    RemoveOnStop TriggerLimitBurst SELinuxContextFromNet SloppyOptions LazyUnmount ForceUnmount
    ReadWriteOnly OnClockChange OnTimezoneChange Persistent WakeSystem RemainAfterElapse
    FixedRandomDelay MakeDirectory SurviveFinalKillSignal RestartSteps RestartMode ReloadSignal
    RootEphemeral MemoryZSwapWriteback CoredumpReceive PassFileDescriptorsToExec PollLimitBurst
    DeferReactivation
  `),
);
