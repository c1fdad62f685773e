import { baseName, type Files, inDirectory, rootPath, type RootPath } from '../../files/files.js';
import { type GeneratedUnit, isExecutable, pathsIn, textOf } from './generated-unit.js';

const SCRIPTS = rootPath('/etc/init.d');
const DIRECTORY = rootPath('/run/systemd/generator.late');

/** systemd-sysv-generator(8): the runlevels in which a script is started, and the targets that stand for them. */
const RUNLEVELS: readonly (readonly [directory: string, target: string])[] = [
  ['rc2.d', 'multi-user.target'],
  ['rc3.d', 'multi-user.target'],
  ['rc4.d', 'multi-user.target'],
  ['rc5.d', 'graphical.target'],
];

/**
 * The service that systemd-sysv-generator(8) makes from an init script of the same name, or from one that says it
 * provides it.
 */
export function fromInitScript(files: Files, name: string): GeneratedUnit | undefined {
  const stem = name.replace(/\.service$/, '');
  const own = [stem, `${stem}.sh`].map((script) => serviceOf(files, inDirectory(SCRIPTS, script), name));
  const made = own.find((one) => one !== undefined);
  if (made) return made;
  for (const script of pathsIn(files, SCRIPTS)) {
    const service = serviceOf(files, script, nameOf(baseName(script)));
    if (service?.links.includes(name)) return service;
  }
  return undefined;
}

/** sysv_translate_name() */
function nameOf(script: string): string {
  return `${script.replace(/\.sh$/, '')}.service`;
}

function serviceOf(files: Files, script: RootPath, name: string): GeneratedUnit | undefined {
  const text = isExecutable(files, script) ? textOf(files, script) : undefined;
  if (text === undefined) return undefined;
  const header = lsbHeader(text);
  return {
    name,
    source: { file: script, line: null },
    path: inDirectory(DIRECTORY, name),
    text: textFor(script, text, header),
    links: [
      ...enabling(files, name).map((target) => `${target}.wants/${name}`),
      ...namesIn(header, 'Provides').filter((one) => one.endsWith('.service') && one !== name),
    ],
  };
}

/** The targets that start it. */
function enabling(files: Files, name: string): string[] {
  const targets = RUNLEVELS.filter(([directory]) => startedIn(files, directory).includes(name));
  return [...new Set(targets.map(([, target]) => target))];
}

/** The services of the init scripts that a boot starts. */
export function startedScripts(files: Files): string[] {
  return [...new Set(RUNLEVELS.flatMap(([directory]) => startedIn(files, directory)))];
}

/** In each runlevel's directory an `S`, two digits and the script's name. */
function startedIn(files: Files, directory: string): string[] {
  return ['/etc', '/etc/rc.d']
    .flatMap((top) => pathsIn(files, `${top}/${directory}`))
    .flatMap((link) => /^S\d\d(.+)$/.exec(baseName(link))?.[1] ?? [])
    .map(nameOf);
}

/** The lines between `### BEGIN INIT INFO` and its end: systemd reads `Key: value`. */
function lsbHeader(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => line.startsWith('### BEGIN INIT INFO'));
  const end = lines.findIndex((line, at) => at > begin && line.startsWith('### END INIT INFO'));
  const body = begin < 0 || end < 0 ? [] : lines.slice(begin + 1, end);
  return new Map(
    body.flatMap((line) => {
      const [start, key] = /^#\s*([\w-]+):/.exec(line) ?? [''];
      return key === undefined ? [] : [[key, line.slice(start.length).trim()] as const];
    }),
  );
}

/** The unit that a facility stands for, with its `$` or without: sysv_translate_facility(). */
const FACILITIES: Readonly<Record<string, string | null>> = {
  local_fs: null,
  network: 'network-online.target',
  named: 'nss-lookup.target',
  portmap: 'rpcbind.target',
  remote_fs: 'remote-fs.target',
  syslog: null,
  time: 'time-sync.target',
};

function namesIn(header: ReadonlyMap<string, string>, key: string): string[] {
  const words = (header.get(key) ?? '').split(/\s+/).filter((word) => word !== '');
  return words.flatMap((word) => {
    const known = FACILITIES[word.replace(/^\$/, '')];
    if (known !== undefined) return known ?? [];
    return word.startsWith('$') ? `${word.slice(1)}.target` : nameOf(word);
  });
}

function textFor(script: RootPath, text: string, header: ReadonlyMap<string, string>): string {
  const after = [...namesIn(header, 'Required-Start'), ...namesIn(header, 'Should-Start')];
  const before = namesIn(header, 'X-Start-Before');
  const pidFile = header.size > 0 ? undefined : /^#\s*pidfile:\s*(\S+)/m.exec(text)?.[1];
  // A script whose usage names it can reload.
  const reloads = text.split('\n').some(saysReload);
  return [
    '[Unit]',
    'Documentation=man:systemd-sysv-generator(8)',
    `SourcePath=${script}`,
    ...before.map((unit) => `Before=${unit}`),
    ...after.map((unit) => `After=${unit}`),
    ...after.filter((unit) => unit === 'network-online.target').map((unit) => `Wants=${unit}`),
    '',
    '[Service]',
    'Type=forking',
    'Restart=no',
    'TimeoutSec=5min',
    'IgnoreSIGPIPE=no',
    'KillMode=process',
    'GuessMainPID=no',
    `RemainAfterExit=${pidFile === undefined ? 'yes' : 'no'}`,
    ...(pidFile === undefined ? [] : [`PIDFile=${pidFile}`]),
    ...(header.size > 0 ? ['SuccessExitStatus=5 6'] : []),
    `ExecStart=${script} start`,
    `ExecStop=${script} stop`,
    ...(reloads ? [`ExecReload=${script} reload`] : []),
    '',
  ].join('\n');
}

function saysReload(line: string): boolean {
  const usage = line.search(/\busage:/i);
  return usage >= 0 && /\breload\b/i.test(line.slice(usage));
}
