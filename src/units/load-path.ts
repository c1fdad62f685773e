import { type Files, rootPath, type RootPath } from '../files/files.js';

/** The load path of the system manager, first wins: systemd.unit(5), "Unit File Load Path". */
const SYSTEM_LOAD_PATH = [
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/run/systemd/generator.early',
  '/etc/systemd/system',
  '/etc/systemd/system.attached',
  '/run/systemd/system',
  '/run/systemd/system.attached',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
];
const SPLIT_USR = '/lib/systemd/system';
const LAST = '/run/systemd/generator.late';

/** Where an administrator's own units and drop-ins live. */
export const ADMIN_DIRECTORY = rootPath('/etc/systemd/system');

/**
 * The directories that systemd would read units from in this root.
 * @param unitPath `$SYSTEMD_UNIT_PATH`, or the manager's `UnitPath` with `:` between its entries: it replaces the
 *   default, and a trailing `:` appends it
 * @returns absolute paths inside the root, the strongest first
 */
export function loadPath(files: Files, unitPath?: string): readonly RootPath[] {
  return directories(hasSplitUsr(files), unitPath);
}

/** Every directory that systemd may read units from, on any machine; see loadPath(). */
export function everyDirectory(unitPath?: string): readonly RootPath[] {
  return directories(true, unitPath);
}

function directories(isSplitUsr: boolean, unitPath?: string): readonly RootPath[] {
  const standard = [...SYSTEM_LOAD_PATH, ...(isSplitUsr ? [SPLIT_USR] : []), LAST].map(rootPath);
  if (!unitPath) return standard;
  const named = unitPath
    .split(':')
    .filter((directory) => directory.startsWith('/'))
    .map((directory) => rootPath(directory.replace(/(?<=.)\/+$/, '')));
  return unitPath.endsWith(':') ? [...named, ...standard] : named;
}

/** On a merged /usr, /lib is a link to usr/lib, and the same files would be met twice. */
function hasSplitUsr(files: Files): boolean {
  return files.lstat(rootPath('/lib'))?.kind === 'directory';
}
