import { type Files, inDirectory, rootPath } from '../../files/files.js';
import { parseUnitName, unitOfPath } from '../name.js';
import { type GeneratedUnit, textOf } from './generated-unit.js';

const FSTAB = rootPath('/etc/fstab');
const DIRECTORY = rootPath('/run/systemd/generator');

/** One line of fstab(5). */
interface Entry {
  readonly line: number;
  readonly what: string;
  readonly where: string;
  readonly type: string;
  readonly options: readonly string[];
}

/**
 * The mount, automount or swap unit that systemd-fstab-generator(8) makes under a name; of two lines the first counts.
 */
export function fromFstab(files: Files, name: string): GeneratedUnit | undefined {
  for (const entry of entriesOf(textOf(files, FSTAB) ?? '')) {
    if (unitOf(entry) === name) return entry.type === 'swap' ? swap(entry, name) : mount(entry, name);
    if (isAutomount(entry) && unitOfPath(entry.where, 'automount') === name) return automount(entry, name);
  }
  return undefined;
}

/** The paths that fstab mounts, in its order. */
export function pathsInFstab(files: Files): string[] {
  return entriesOf(textOf(files, FSTAB) ?? '').flatMap(({ where, type }) => (type === 'swap' ? [] : [where]));
}

function entriesOf(text: string): Entry[] {
  return text.split('\n').flatMap((content, at) => {
    const [what, where, type = 'auto', options = ''] = content
      .trim()
      .split(/[ \t]+/)
      .map(unescaped);
    if (what === undefined || where === undefined || what.startsWith('#')) return [];
    const place = where.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '');
    const entry = { line: at + 1, what: deviceOf(what), where: place, type, options: options.split(',') };
    return isApiMount(place) && type !== 'swap' ? [] : [entry];
  });
}

/** getmntent(3): white space and backslashes are written as octal numbers. */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** fstab_node_to_udev_node() */
function deviceOf(what: string): string {
  const [, tag, value = ''] = /^(LABEL|UUID|PARTUUID|PARTLABEL)=["']?(.*?)["']?$/.exec(what) ?? [];
  return tag === undefined ? what : `/dev/disk/by-${tag.toLowerCase()}/${value}`;
}

/** Paths that systemd mounts by itself, even if fstab has them: mount_point_is_api(). */
function isApiMount(where: string): boolean {
  return /^\/(?:proc|sys|dev|run)\/*$|^\/(?:proc|sys)\/|^\/dev\/(?:shm|pts|mqueue|hugepages)\/*$/.test(where);
}

function unitOf({ what, where, type }: Entry): string | undefined {
  return type === 'swap' ? unitOfPath(what, 'swap') : unitOfPath(where, 'mount');
}

const has = ({ options }: Entry, ...names: readonly string[]): boolean =>
  options.some((option) => names.includes(option));

function isAutomount(entry: Entry): boolean {
  return entry.type !== 'swap' && has(entry, 'x-systemd.automount', 'comment=systemd.automount');
}

/** An NFS mount that goes on in the background may fail as well. */
function mayFail(entry: Entry): boolean {
  return has(entry, 'nofail') || (/^nfs4?$/.test(entry.type) && has(entry, 'bg'));
}

/** Types of servers' file systems: fstype_is_network(). */
const NETWORK =
  /^(?:fuse\.)?(?:afs|ceph|cifs|smb3|smbfs|sshfs|ncpfs|ncp|nfs|nfs4|gfs|gfs2|glusterfs|pvfs2|ocfs2|lustre|davfs)$/;

function targetOf(entry: Entry): string {
  if (entry.type === 'swap') return 'swap.target';
  return has(entry, '_netdev') || NETWORK.test(entry.type) ? 'remote-fs.target' : 'local-fs.target';
}

// The check of the file system (systemd-fsck@.service) and the device are left out: systemd has both by itself.
function mount(entry: Entry, name: string): GeneratedUnit {
  const { what, where, type, options } = entry;
  return generated(entry, name, isAutomount(entry) ? [] : linksTo(entry, name), [
    ...dependencies(entry),
    ...(mayFail(entry) ? [] : [`Before=${targetOf(entry)}`]),
    '',
    '[Mount]',
    `What=${escaped(what)}`,
    `Where=${escaped(where)}`,
    ...(type === 'auto' ? [] : [`Type=${escaped(type)}`]),
    `Options=${escaped(options.join(','))}`,
  ]);
}

function automount(entry: Entry, name: string): GeneratedUnit {
  return generated(entry, name, linksTo(entry, name), ['', '[Automount]', `Where=${escaped(entry.where)}`]);
}

function swap(entry: Entry, name: string): GeneratedUnit {
  return generated(entry, name, linksTo(entry, name), ['', '[Swap]', `What=${escaped(entry.what)}`]);
}

function generated(
  { line }: Entry,
  name: string,
  links: readonly string[],
  lines: readonly string[],
): GeneratedUnit {
  const head = ['[Unit]', 'Documentation=man:fstab(5) man:systemd-fstab-generator(8)', `SourcePath=${FSTAB}`];
  return {
    name,
    source: { file: FSTAB, line },
    path: inDirectory(DIRECTORY, name),
    text: [...head, ...lines, ''].join('\n'),
    links,
  };
}

/** systemd.mount(5), "FSTAB": a target pulls it in, unless other units are named, or it is noauto. */
function linksTo(entry: Entry, name: string): string[] {
  const named = [
    ...values(entry, 'x-systemd.wanted-by').map((unit) => `${unit}.wants/${name}`),
    ...values(entry, 'x-systemd.required-by').map((unit) => `${unit}.requires/${name}`),
  ];
  if (named.length > 0) return named;
  if (has(entry, 'noauto') && !isAutomount(entry)) return [];
  return [`${targetOf(entry)}.${mayFail(entry) ? 'wants' : 'requires'}/${name}`];
}

const DEPENDENCIES: readonly (readonly [option: string, keys: readonly string[]])[] = [
  ['x-systemd.after', ['After']],
  ['x-systemd.requires', ['After', 'Requires']],
  ['x-systemd.wants', ['After', 'Wants']],
  ['x-systemd.before', ['Before']],
];

function dependencies(entry: Entry): string[] {
  const paths = ['x-systemd.requires-mounts-for', 'x-systemd.wants-mounts-for'] as const;
  return [
    ...DEPENDENCIES.flatMap(([option, keys]) =>
      values(entry, option).flatMap((unit) => keys.map((key) => `${key}=${unit}`)),
    ),
    ...values(entry, paths[0], false).map((path) => `RequiresMountsFor=${path}`),
    ...values(entry, paths[1], false).map((path) => `WantsMountsFor=${path}`),
  ];
}

/** The values of an option; a path stands for its device or mount unit. */
function values({ options }: Entry, option: string, isUnit = true): string[] {
  const given = options
    .filter((one) => one.startsWith(`${option}=`))
    .map((one) => one.slice(option.length + 1));
  return isUnit ? given.map(unitNamed) : given;
}

/** unit_name_mangle_with_suffix() */
function unitNamed(word: string): string {
  if (parseUnitName(word)) return word;
  return unitOfPath(word, word.startsWith('/dev/') ? 'device' : 'mount') ?? `${word}.mount`;
}

function escaped(value: string): string {
  return value.replaceAll('%', '%%');
}
