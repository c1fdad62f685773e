import { baseName } from '../system/files.js';
import type { UnitLoader } from '../units/loader.js';
import { parseUnitName } from '../units/name.js';
import type { OwnFile } from './own-file.js';
import { isDependency, settingsIn } from './wanted.js';

/** A drop-in of ours on the unit that follows, and the unit that it is for: each followed unit has one of its own. */
export interface OwnFollow {
  readonly file: OwnFile;
  /** the real name of the followed unit; undefined if nothing says which it is */
  readonly follow: string | undefined;
}

/**
 * Which unit each drop-in of ours is for. One that adds no dependency, since others say it, is known by its name, or
 * by the hook that is its other half.
 * @param own what ownFiles() gave
 * @param hooks what hookFiles() gave
 */
export function ownFollows(
  own: readonly OwnFile[],
  hooks: readonly OwnFile[],
  loader: UnitLoader,
): OwnFollow[] {
  const said = own.filter(isRead).map((file) => {
    const name = namedIn(file) ?? namedBy(file);
    return { file, follow: name === undefined ? undefined : loader.realName(name) };
  });
  const [hook, ...others] = hooks.filter(({ unit }) => !said.some(({ follow }) => follow === unit));
  // A start limit that is lifted serves all of several hooks.
  const only = others.length === 0 ? hook?.unit : undefined;
  return said.map(({ file, follow }) => ({ file, follow: follow ?? only }));
}

/** systemd.unit(5): only `*.conf`. A temporary file of another run, or one that was put aside, has nothing followed. */
function isRead({ path }: OwnFile): boolean {
  const name = baseName(path);
  return name.endsWith('.conf') && !name.startsWith('.');
}

/** An edited file may name other units too: the one that it is tied to comes first. */
function namedIn({ bytes }: OwnFile): string | undefined {
  const dependencies = settingsIn(bytes?.toString() ?? '').filter(isDependency);
  const keys = ['Requires', 'PartOf', 'After'];
  return keys.flatMap((key) => dependencies.filter((one) => one.key === key))[0]?.value;
}

function namedBy({ path }: OwnFile): string | undefined {
  const name = /^50-follow-(.+)\.conf$/.exec(baseName(path))?.[1];
  return name !== undefined && parseUnitName(name) ? name : undefined;
}
