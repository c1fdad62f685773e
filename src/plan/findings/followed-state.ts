import type { Files, RootPath } from '../../files/files.js';
import { forgottenScript } from '../../units/generated/generated.js';
import type { UnitLoader } from '../../units/loader.js';
import type { Unit } from '../../units/unit.js';
import { whyNotLoaded } from '../usable.js';
import {
  type Blocker,
  blockersOfFollow,
  isEmptyFile,
  stateInWords,
  wayInWords,
  waysPast,
} from './cannot-start.js';
import { type Finding, type Look, outcomeOf, refuse, type Situation } from './finding.js';
import { otherCandidate, packageWays, wayToGet } from './packages.js';
import { either, leadsOut } from './ways-out.js';

/** The unit to follow, or one that it requires, does not exist in this root. */
export const targetMissing: Look = (situation) => {
  const { follow } = situation;
  if (follow.loadState === 'not-found') {
    const script = forgottenScript(situation.files, follow.asked, situation.systemd);
    const why =
      script === undefined ? '' : ` (${script} is a System V script, which systemd 260 and later do not run)`;
    const text = `${follow.asked} does not exist here${why}, so ${outcomeOf(situation)}`;
    return [refuse('target-missing', text, wayToGet(situation, follow.asked))];
  }
  return blockersOfFollow(situation)
    .filter(({ state }) => state === 'missing')
    .map((blocker) => {
      const others = otherCandidate(situation, 'target-missing');
      const packages = packageWays(situation.template, situation.files, blocker.unit.id);
      return needed(situation, 'target-missing', blocker, [...others, ...packages]);
    });
};

/** The unit to follow, or one that it requires, is a link to /dev/null: systemd refuses to start what requires it. */
export const targetMasked: Look = (situation) => {
  const { follow, files, facts } = situation;
  if (follow.loadState === 'masked' && !isEmptyFile(files, follow.fragment)) {
    const by = facts.isExcerpt ? 'there' : `by ${follow.fragment ?? 'a link'}`;
    const text = `${follow.asked} is masked ${by}, so ${outcomeOf(situation)}`;
    return [refuse('target-masked', text, `unmask it first: systemctl unmask ${follow.asked}`)];
  }
  return blockersOfFollow(situation)
    .filter(({ state, unit }) => state === 'masked' && !isEmptyFile(files, unit.fragment))
    .map((blocker) => needed(situation, 'target-masked', blocker));
};

/** The same of a unit that the followed one requires: with the line that says so. */
function needed(
  situation: Situation,
  code: string,
  blocker: Blocker,
  otherWays: readonly string[] = [],
): Finding {
  const why = `${wayInWords(blocker.way)}, ${stateInWords(situation, blocker)}`;
  const ways = [...otherWays, ...waysPast(situation, blocker)];
  return refuse(code, `${why}, so ${outcomeOf(situation)}`, either(...ways));
}

/** The same by an empty file, which `systemctl unmask` does not take away. */
export const targetEmpty: Look = (situation) => {
  const { follow, files } = situation;
  if (follow.loadState !== 'masked' || !isEmptyFile(files, follow.fragment))
    return blockersOfFollow(situation)
      .filter(({ state, unit }) => state === 'masked' && isEmptyFile(files, unit.fragment))
      .map((blocker) => needed(situation, 'target-empty', blocker));
  const text = `${follow.fragment ?? follow.asked} is empty, which masks ${follow.asked}, so ${outcomeOf(situation)}`;
  return [
    refuse('target-empty', text, 'remove the empty file, or install the package that it belongs to again'),
  ];
};

/** systemd cannot load the unit to follow. */
export const targetBroken: Look = (situation) => {
  const { follow } = situation;
  if (follow.loadState !== 'error' && follow.loadState !== 'bad-setting')
    return blockersOfFollow(situation)
      .filter(({ state }) => state === 'broken')
      .map((blocker) => needed(situation, 'target-broken', blocker));
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
  const isWayOut = leadsOut(situation, 'target-linked', { follow: twin });
  return [
    refuse(
      'target-linked',
      text,
      isWayOut ? `follow the real one: --follow ${twin}` : `remove the link ${follow.fragment}`,
    ),
  ];
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
