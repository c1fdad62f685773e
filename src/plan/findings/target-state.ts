import type { Files, RootPath } from '../../system/files.js';
import type { UnitLoader } from '../../units/loader.js';
import type { Unit } from '../../units/unit.js';
import { whyNotLoaded } from '../usable.js';
import { refuse } from './finding.js';
import { wayToGet } from './packages.js';
import { outcomeOf, type Look, type Situation } from './situation.js';

/** The unit to follow, or one that it requires, does not exist in this root. */
export const targetMissing: Look = (situation) => {
  const { follow } = situation;
  if (follow.loadState === 'not-found') {
    const text = `${follow.asked} does not exist here, so ${outcomeOf(situation)}`;
    return [refuse('target-missing', text, wayToGet(situation, follow.asked))];
  }
  return needed(situation, 'not-found').map(({ id }) =>
    refuse(
      'target-missing',
      `${follow.id} requires ${id}, which does not exist here, so ${outcomeOf(situation)}`,
      wayToGet(situation, id),
    ),
  );
};

/** The unit to follow, or one that it requires, is a link to /dev/null: systemd refuses to start what requires it. */
export const targetMasked: Look = (situation) => {
  const { follow, files } = situation;
  const masked = [...(follow.loadState === 'masked' ? [follow] : []), ...needed(situation, 'masked')];
  return masked
    .filter(({ fragment }) => !isEmptyFile(files, fragment))
    .map((unit) => {
      const which = unit === follow ? follow.asked : `${follow.id} requires ${unit.id}, which`;
      const by = situation.facts.isExcerpt ? 'there' : `by ${unit.fragment ?? 'a link'}`;
      const text = `${which} is masked ${by}, so ${outcomeOf(situation)}`;
      return refuse('target-masked', text, `unmask it first: systemctl unmask ${unit.asked}`);
    });
};

/** What the unit to follow requires, as far as it is in that state; with PartOf= nothing is started. */
function needed({ follow, relation, without, facts }: Situation, state: Unit['loadState']): readonly Unit[] {
  if (relation !== 'requires' || follow.loadState !== 'loaded') return [];
  // Of what was not printed nothing is known, and it is not missing for that.
  if (facts.isExcerpt && state === 'not-found') return [];
  return without.needsOf(follow.id).filter(({ loadState }) => loadState === state);
}

/** The same by an empty file, which `systemctl unmask` does not take away. */
export const targetEmpty: Look = (situation) => {
  const { follow, files } = situation;
  if (follow.loadState !== 'masked' || !isEmptyFile(files, follow.fragment)) return [];
  const text = `${follow.fragment ?? follow.asked} is empty, which masks ${follow.asked}, so ${outcomeOf(situation)}`;
  return [
    refuse('target-empty', text, 'remove the empty file, or install the package that it belongs to again'),
  ];
};

/** systemd cannot load the unit to follow. */
export const targetBroken: Look = (situation) => {
  const { follow } = situation;
  if (follow.loadState !== 'error' && follow.loadState !== 'bad-setting') return [];
  const text = `systemd cannot load ${follow.asked} from ${follow.fragment ?? 'its drop-ins'}, so ${outcomeOf(situation)}`;
  return [refuse('target-broken', text, `mend it first: ${whyNotLoaded(follow)}`)];
};

/**
 * The unit to follow is a link out of the load path to what another unit has as its file too: two units for systemd,
 * and a restart of the other one reaches nobody. Debian 11's iptables.service is one.
 */
export const targetLinked: Look = (situation) => {
  const { follow, files, without } = situation;
  if (follow.loadState !== 'loaded' || !follow.fragment) return [];
  const twin = unitOfTheSameFile(files, without.loader, follow, follow.fragment);
  if (twin === undefined) return [];
  const text =
    `${follow.fragment} is a link to the file of ${twin}; systemd takes them for two units, ` +
    `so a restart of ${twin} would not reach ${situation.unit.id}`;
  return [refuse('target-linked', text, `follow the real one: --follow ${twin}`)];
};

function unitOfTheSameFile(
  files: Files,
  loader: UnitLoader,
  unit: Unit,
  fragment: RootPath,
): string | undefined {
  if (files.lstat(fragment)?.kind !== 'link') return undefined;
  const file = files.follow(fragment).path;
  for (const name of loader.map.entries.keys()) {
    const entry = loader.map.entries.get(name);
    if (unit.names.includes(name) || !entry || !('path' in entry)) continue;
    if (files.follow(entry.path).path === file) return loader.load(name).id;
  }
  return undefined;
}

function isEmptyFile(files: Files, fragment: RootPath | null): boolean {
  if (fragment === null) return false;
  const { path, info } = files.follow(fragment);
  return path !== '/dev/null' && info?.kind === 'file';
}
