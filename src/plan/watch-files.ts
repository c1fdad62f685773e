import { type Files, inDirectory, rootPath } from '../files/files.js';
import { type Heal, HEALS, type Template, type Watch } from '../firewalls/template.js';
import { ADMIN_DIRECTORY } from '../units/load-path.js';
import { fillIn, newDirectoryOf, wholeText } from './drop-in-text.js';
import { watchOf } from './drop-in.js';
import { findWholeFile, type OwnFile } from './own-file.js';
import { type Change, changeOf, type ServiceAction } from './plan.js';

/** A whole file of the relation watch, as it should be. */
export interface WatchFile {
  readonly own: OwnFile;
  readonly text: string;
}

/** What is done with the service and the script of a watch. */
export interface WatchPlan {
  /** the files that a watch needs; none with another relation */
  readonly wanted: readonly WatchFile[];
  /** files of ours that are there, and that another relation has no use for */
  readonly stale: readonly OwnFile[];
  /** the changes, if no finding refuses them */
  readonly changes: readonly Change[];
  readonly service: ServiceAction | undefined;
}

const NO_WATCH: WatchPlan = { wanted: [], stale: [], changes: [], service: undefined };

/**
 * Works out what to do with the service and the script of a watch.
 * @param unit the real name of the unit whose rules are watched
 * @param heal how it is to heal; undefined with another relation
 * @param isOurs whether a file is ours to replace or to remove
 */
export function planWatch(
  files: Files,
  template: Template,
  unit: string,
  heal: Heal | undefined,
  isOurs: (file: OwnFile) => boolean,
): WatchPlan {
  if (heal === undefined) return removedWatch(files, template.watch, isOurs);
  const wanted = watchFiles(files, template, unit, heal);
  const changes = wanted.flatMap(({ own, text }) => {
    if (own.owner !== 'nobody' && !isOurs(own)) return [];
    return changeOf(own.path, own.bytes?.toString() ?? null, text, own.directories, own.isExecutable) ?? [];
  });
  const isNew = changes.every(({ action }) => action === 'create');
  const { service } = watchOf(template);
  return { wanted, stale: [], changes, service: { unit: service, action: isNew ? 'start' : 'restart' } };
}

/** The files of ours that a watch has left, the service first. */
export function watchFilesOf(files: Files, watch: Watch): OwnFile[] {
  return placesOf(files, watch).filter(({ owner }) => owner === 'ours' || owner === 'edited');
}

/** How the watch that is in place heals; undefined if there is none of ours. */
export function healInPlace(files: Files, watch: Watch | undefined): Heal | undefined {
  const [service] = watch ? watchFilesOf(files, watch) : [];
  const line = /^ExecStart=.* (\S+)$/m.exec(service?.bytes?.toString() ?? '');
  return HEALS.find((heal) => heal === line?.[1]);
}

/** Nearly every system has none, and its directory of units was listed already. */
function removedWatch(files: Files, watch: Watch | undefined, isOurs: (file: OwnFile) => boolean): WatchPlan {
  if (!watch || files.list(ADMIN_DIRECTORY)?.kind(watch.service) === undefined) return NO_WATCH;
  const stale = watchFilesOf(files, watch);
  if (stale.length === 0) return NO_WATCH;
  return {
    wanted: [],
    stale,
    changes: stale.filter(isOurs).flatMap(removalOf),
    service: { unit: watch.service, action: 'stop' },
  };
}

/** The change that removes a file of ours; none if it is not there. */
export function removalOf({ path, bytes, directories, isExecutable }: OwnFile): Change[] {
  const change = changeOf(path, bytes?.toString() ?? null, null, directories, isExecutable);
  return change ? [change] : [];
}

function watchFiles(files: Files, template: Template, unit: string, heal: Heal): WatchFile[] {
  const watch = watchOf(template);
  const [service, script] = placesOf(files, watch);
  if (!service || !script) throw new TypeError('a watch is two files');
  const texts = watch.texts();
  const names = {
    unit,
    follow: '',
    script: watch.script,
    name: watch.service.replace(/\.service$/, ''),
    heal,
  };
  const about = { revertName: template.name };
  const [made] = script.owner === 'nobody' ? script.directories : [];
  const newDirectory = made ?? (script.bytes && newDirectoryOf(script.bytes));
  // The service comes last: it is of no use without its script.
  return [
    { own: script, text: wholeText(texts.sh, { ...about, newDirectory }) },
    { own: service, text: wholeText(fillIn(texts.service, names), about) },
  ];
}

function placesOf(files: Files, { service, script }: Watch): OwnFile[] {
  return [
    findWholeFile(files, service, inDirectory(ADMIN_DIRECTORY, service)),
    { ...findWholeFile(files, service, rootPath(script)), isExecutable: true },
  ];
}
