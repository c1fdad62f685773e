import { parseUnitName, unitOfPath } from '../../units/name.js';
import { lastValue } from '../../units/unit.js';
import type { Check, CheckContext } from './check.js';
import { info, type Report, warn } from './finding.js';

/** The setting is written all the same: it counts from the day on which something mounts the path. */
export const mountMissing: Check = {
  code: 'mount-missing',
  level: 'warn',
  docs: {
    title: 'nothing mounts that path',
    meaning:
      'No mount unit and no line of `/etc/fstab` mounts the path or a directory above it, so the drop-in requires nothing yet, and data goes to the directory itself.',
    wayOut: 'Add the mount to `/etc/fstab`, or name the path below which it is mounted.',
  },
  run: {
    follow: ({ follow, followedPath, unit }) =>
      followedPath === undefined || follow.loadState !== 'not-found'
        ? []
        : [
            warn(
              `nothing mounts ${followedPath} here: neither /etc/fstab nor a mount unit, so ${unit.id} starts without it`,
              `add a line for it to /etc/fstab, or name the directory that is mounted: findmnt -T ${followedPath} shows it`,
            ),
          ],
  },
};

/** What the options of fstab(5) mean for a unit that requires the mount: systemd.mount(5), "FSTAB". */
const MEANINGS: Readonly<Record<string, (unit: string) => string>> = {
  nofail: (unit) => `nofail: the boot goes on without the mount, and then ${unit} does not start`,
  noauto: (unit) => `noauto: nothing mounts it at boot but the start of ${unit}`,
  _netdev: (unit) => `_netdev: it waits for the network, and so does ${unit}`,
  'x-systemd.automount': (unit) => `x-systemd.automount: ${mountedBy(unit)}`,
};

function mountedBy(unit: string): string {
  return `the start of ${unit} mounts it, not the first access`;
}

/** Options of the mount that decide when it comes, or whether. */
export const mountOptions: Check = {
  code: 'mount-options',
  level: 'info',
  docs: {
    title: 'options of the mount decide when it comes',
    meaning:
      'Options such as `nofail`, `noauto`, `_netdev` and `x-systemd.automount` say whether a boot waits for the mount; what requires it waits for it in any case.',
    wayOut: 'Nothing to do, if that is what is meant.',
    measured: ['test/lab/mount.test.ts'],
  },
  run: { follow: optionsOf },
};

function optionsOf(context: CheckContext): Report[] {
  const { follow, unit, withoutOurs } = context;
  if (parseUnitName(follow.id)?.type !== 'mount') return [];
  const options = lastValue(follow, 'Mount', 'Options')?.split(',') ?? [];
  const said = options.flatMap((option) => MEANINGS[option]?.(unit.id) ?? []);
  const automount = withoutOurs.load(follow.id.replace(/mount$/, 'automount'));
  const reports = said.length === 0 ? [] : [`${placeOf(context)} says ${said.join('; ')}`];
  if (automount.loadState === 'loaded')
    reports.push(`${automount.id} waits for an access, but ${mountedBy(unit.id)}`);
  return reports.map((text) => info(text, 'nothing to do, if that is what is meant'));
}

/** The line of fstab, or the mount unit's own file. */
function placeOf({ follow, generated }: CheckContext): string {
  const source = generated.get(follow.id)?.source;
  if (source) return `${source.file}:${source.line ?? 1}`;
  return lastValue(follow, 'Unit', 'SourcePath') ?? follow.fragment ?? follow.id;
}

/**
 * The path that somebody may have meant by the name of a mount unit which can never exist: in such a name a dash stands
 * for a slash, and a dash of the path is escaped.
 * @param mounts the paths that fstab mounts
 */
export function pathMeantBy(name: string, mounts: readonly string[]): string | undefined {
  return mounts.find((path) => {
    const [unit = '', meant] = [unitOfPath(path, 'mount'), `${path.slice(1).replaceAll('/', '-')}.mount`];
    return unit !== name && meant === name;
  });
}
