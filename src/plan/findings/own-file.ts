import { baseName, type Files, type RootPath } from '../../files/files.js';
import type { Transactions } from '../../transactions/transactions.js';
import type { Unit } from '../../units/unit.js';
import type { DropIn, DropInPlan } from '../drop-in.js';
import { ownDirectory, type OwnFile } from '../own-file.js';
import { isDependency, placesInForce, written } from '../settings.js';
import type { Check, CheckContext } from './check.js';
import { refuse, type Report } from './finding.js';
import { isReadOnly } from './read-only-tree.js';

/** The name of our drop-in is in use by something that we did not write. */
export const nameTaken: Check = {
  code: 'name-taken',
  level: 'refuse',
  // Not a byte of a file that we did not write is lost.
  mayBeForced: false,
  docs: {
    title: 'a file of somebody else has that name',
    meaning: 'Something that unit-patch did not write has the name of its file.',
    wayOut: 'Move it out of the way.',
    measured: ['test/harm/own-file.test.ts'],
  },
  run: {
    follow: (context) => [
      ...writtenBy(context).flatMap((own) => {
        const taken = takenBy(context.files, own);
        return taken
          ? [
              refuse(
                `${taken.path} ${taken.what}, and was not written by unit-patch`,
                'move it out of the way, or put its content into a file of another name',
              ),
            ]
          : [];
      }),
      ...serviceOfOthers(context),
    ],
  },
};

/** The files that the plan writes. */
function writtenBy({ dropIns, watch }: CheckContext): OwnFile[] {
  const changed = new Set(watch.changes.map(({ path }) => path));
  const others = watch.wanted.filter(({ own }) => changed.has(own.path) || own.owner !== 'ours');
  return [...toWrite(dropIns).map(({ part }) => part.own), ...others.map(({ own }) => own)];
}

/** A package may bring a unit of the name of ours, which ours would hide. */
function serviceOfOthers({ watch, current }: CheckContext): Report[] {
  return watch.wanted
    .filter(({ own }) => own.owner === 'nobody' && own.path.endsWith(`/${own.unit}`))
    .flatMap(({ own }) => {
      const { fragment } = current.load(own.unit);
      return fragment === null
        ? []
        : [
            refuse(
              `${own.unit} is a unit of somebody else's already (${fragment}), which the file of unit-patch would replace`,
              'rename that unit, or choose another relation',
            ),
          ];
    });
}

/** Our drop-in was changed by somebody since it was written. */
export const edited: Check = {
  code: 'edited',
  level: 'refuse',
  mayBeForced: true,
  docs: {
    title: 'the file was edited since it was written',
    meaning: 'The file of unit-patch was edited since, and the edit would be lost.',
    wayOut: 'Move the edited lines to a drop-in of your own.',
  },
  run: {
    follow: (context) => [
      ...editsIn([...context.stale, ...context.watch.stale], 'removing it'),
      ...editsIn(writtenBy(context), 'replacing it'),
    ],
    revert: ({ own }) => editsIn(own, 'removing it'),
  },
};

function editsIn(files: readonly OwnFile[], what: string): Report[] {
  return files
    .filter(({ owner }) => owner === 'edited')
    .map(({ path }) =>
      refuse(
        `${path} was edited since unit-patch wrote it, and ${what} would lose that`,
        'move the edited lines to a drop-in of your own, and remove this one',
      ),
    );
}

/** The file that is written, or is there already, does not count. */
export const shadowed: Check = {
  code: 'shadowed',
  level: 'refuse',
  // A setting without effect is not worth writing.
  mayBeForced: false,
  docs: {
    title: 'the file would have no effect',
    meaning:
      'The file of unit-patch would have no effect: one of the same name in a stronger directory hides it, or a later drop-in resets what it sets.',
    wayOut: 'Remove that file, or that line.',
    measured: ['test/harm/own-file.test.ts'],
  },
  run: {
    follow: ({ files, dropIns, planned }: CheckContext) =>
      dropIns
        .filter((one) => one.keep || isFree(files, one.part))
        .flatMap(({ part }) => effectOf(part, planned)),
  },
};

/** Looks at the unit as it would be then. */
function effectOf({ own: { path }, wanted, unit, other }: DropIn, planned: Transactions): Report[] {
  const then = planned.load(unit.id);
  const lost = wanted.find((one) => placesInForce(one, then, planned.load(other.id)).length === 0);
  if (!lost) return [];
  const later = dropInsAfter(then, path);
  if (later.length > 0 && !isDependency(lost))
    return [
      refuse(
        `${written(lost)} in ${path} would have no effect: a drop-in that comes after it overrides it (${later.join(', ')})`,
        'take that line out of the later file',
      ),
    ];
  const isReplaced = then.problems.some(({ code, file }) => code === 'replaced-drop-in' && file === path);
  const by = isReplaced ? then.dropIns.find((one) => baseName(one) === baseName(path)) : undefined;
  const why =
    by === undefined ? 'systemd would not read it there' : `${by} has the same name and comes first`;
  return [
    refuse(`${path} would have no effect: ${why}`, `remove ${by ?? 'what keeps systemd from reading it'}`),
  ];
}

/** The drop-ins that systemd reads after this one; none if it does not read this one. */
function dropInsAfter({ dropIns }: Unit, path: RootPath): readonly RootPath[] {
  const at = dropIns.indexOf(path);
  return at === -1 ? [] : dropIns.slice(at + 1);
}

function toWrite(dropIns: readonly DropInPlan[]): readonly DropInPlan[] {
  return dropIns.filter(({ keep }) => !keep);
}

/** Whether nothing keeps our file from being written. */
function isFree(files: Files, { own }: DropIn): boolean {
  return own.owner !== 'edited' && !takenBy(files, own) && !isReadOnly(files, own.path);
}

/** The file that has the name of ours, or of a directory above it. */
function takenBy(files: Files, { unit, path, owner }: OwnFile): { path: RootPath; what: string } | undefined {
  if (owner === 'not a file') return { path, what: 'is not a regular file' };
  if (owner === 'theirs') return { path, what: 'exists already' };
  if (owner !== 'nobody') return undefined;
  const own = ownDirectory(unit);
  if (files.lstat(own)?.kind === 'link' && !files.follow(own).info)
    return { path: own, what: 'is a link that leads nowhere' };
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const directory = path.slice(0, at) as RootPath;
    const info = files.lstat(directory);
    if (info) return info.kind === 'directory' ? undefined : { path: directory, what: 'is not a directory' };
  }
  return undefined;
}
