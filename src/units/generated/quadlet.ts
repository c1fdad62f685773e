import { baseName, type Files, inDirectory, rootPath, type RootPath } from '../../files/files.js';
import { parseUnit } from '../../syntax/parse.js';
import { words } from '../../syntax/scan.js';
import type { Assignment } from '../../syntax/unit-file.js';
import { type GeneratedUnit, isDirectory, pathsIn, textOf } from './generated-unit.js';

const DIRECTORY = rootPath('/run/systemd/generator');

/** Where the system's quadlets lie, the strongest first: podman-systemd.unit(5). */
const PLACES = ['/run/containers/systemd', '/etc/containers/systemd', '/usr/share/containers/systemd'];
/** How deep directories below them are read, and how many files. */
const DEPTH_MAX = 3;
const FILES_MAX = 500;

/** The unit that each kind of quadlet becomes: podman-systemd.unit(5). */
interface Kind {
  readonly suffix: string;
  readonly section: string;
  readonly service: readonly string[];
}

const ONESHOT = ['Type=oneshot', 'RemainAfterExit=yes'];
const KINDS: Readonly<Record<string, Kind>> = {
  container: {
    suffix: '',
    section: 'Container',
    service: ['Type=notify', 'NotifyAccess=all', 'KillMode=mixed'],
  },
  kube: { suffix: '', section: 'Kube', service: ['Type=notify', 'NotifyAccess=all', 'KillMode=mixed'] },
  pod: { suffix: '-pod', section: 'Pod', service: ['Type=forking', 'Restart=on-failure'] },
  volume: { suffix: '-volume', section: 'Volume', service: ONESHOT },
  network: { suffix: '-network', section: 'Network', service: ONESHOT },
  image: { suffix: '-image', section: 'Image', service: ONESHOT },
  build: { suffix: '-build', section: 'Build', service: ONESHOT },
};

/** The service that podman's generator makes under a name. */
export function fromQuadlet(files: Files, name: string): GeneratedUnit | undefined {
  for (const path of quadlets(files)) {
    const kind = kindOf(path);
    const settings = kind && settingsOf(files, path);
    if (kind && settings && serviceOf(path, settings) === name) return generated(path, kind, settings, name);
  }
  return undefined;
}

/** If two files have one name, the one in the stronger place counts. */
function quadlets(files: Files): RootPath[] {
  const found = new Map<string, RootPath>();
  for (const place of PLACES)
    for (const path of filesBelow(files, place, DEPTH_MAX))
      if (!found.has(baseName(path)) && found.size < FILES_MAX) found.set(baseName(path), path);
  return [...found.values()];
}

function filesBelow(files: Files, directory: string, depth: number): RootPath[] {
  return pathsIn(files, directory).flatMap((path) => {
    if (baseName(path).startsWith('.') || baseName(path) === 'users' || path.endsWith('.d')) return [];
    if (kindOf(path)) return [path];
    return depth > 0 && isDirectory(files, path) ? filesBelow(files, path, depth - 1) : [];
  });
}

function kindOf(path: string): Kind | undefined {
  return KINDS[path.slice(path.lastIndexOf('.') + 1)];
}

function settingsOf(files: Files, path: RootPath): Assignment[] | undefined {
  const text = textOf(files, path);
  if (text === undefined) return undefined;
  const dropIns = pathsIn(files, `${path}.d`).filter((one) => one.endsWith('.conf'));
  const texts = [text, ...dropIns.map((one) => textOf(files, one) ?? '')];
  return texts.flatMap((one) =>
    parseUnit(Buffer.from(one)).nodes.filter((node) => node.kind === 'assignment'),
  );
}

function valuesOf(settings: readonly Assignment[], section: string, ...keys: readonly string[]): string[] {
  return settings
    .filter((one) => one.section === section && keys.includes(one.key))
    .map(({ value }) => value)
    .filter((value) => value !== '');
}

/** The service of a quadlet: by ServiceName=, or by its file's name. */
function serviceOf(path: string, settings: readonly Assignment[]): string {
  const file = baseName(path);
  const stem = file.slice(0, file.lastIndexOf('.'));
  const kind = kindOf(path);
  const named = kind && valuesOf(settings, kind.section, 'ServiceName').at(-1);
  if (named !== undefined) return named.endsWith('.service') ? named : `${named}.service`;
  const suffix = kind?.suffix ?? '';
  return `${stem.includes('@') ? stem.replace('@', `${suffix}@`) : stem + suffix}.service`;
}

function generated(path: RootPath, kind: Kind, settings: readonly Assignment[], name: string): GeneratedUnit {
  const lines = (section: string): string[] =>
    settings.filter((one) => one.section === section).map(({ key, value }) => `${key}=${value}`);
  const text = [
    '[Unit]',
    `SourcePath=${path}`,
    ...(valuesOf(settings, 'Quadlet', 'DefaultDependencies').at(-1) === 'false'
      ? []
      : ['Wants=network-online.target', 'After=network-online.target']),
    'RequiresMountsFor=%t/containers',
    ...needed(kind, settings),
    ...lines('Unit'),
    '',
    '[Service]',
    ...kind.service,
    ...lines('Service'),
    'ExecStart=/usr/bin/podman start',
    '',
    '[Install]',
    ...lines('Install'),
    '',
  ];
  return {
    name,
    source: { file: path, line: null },
    path: inDirectory(DIRECTORY, name),
    text: text.join('\n'),
    links: [
      ...valuesOf(settings, 'Install', 'WantedBy')
        .flatMap(words)
        .map((unit) => `${unit}.wants/${name}`),
      ...valuesOf(settings, 'Install', 'RequiredBy')
        .flatMap(words)
        .map((unit) => `${unit}.requires/${name}`),
      ...valuesOf(settings, 'Install', 'Alias').flatMap(words),
    ],
  };
}

/** Another quadlet that is named is started first, and its failure is a failure. */
function needed({ section }: Kind, settings: readonly Assignment[]): string[] {
  const named = valuesOf(settings, section, 'Network', 'Volume', 'Image', 'Pod').flatMap(
    (value) => /^[\w@.-]+\.(?:network|volume|image|build|pod)(?=$|:)/.exec(value)?.[0] ?? [],
  );
  return named.flatMap((file) => {
    const service = serviceOf(file, []);
    return [`${file.endsWith('.pod') ? 'BindsTo' : 'Requires'}=${service}`, `After=${service}`];
  });
}
