import { differences, ownReadings, printReading } from './compare.js';
import type { Reading } from './dump.js';
import { type Judge, withoutBaseline } from './judge.js';
import { baseName, isUnit, type Root } from './root.js';
import { printRoot } from './txtar.js';

// Which of two aliases lends a drop-in depends on systemd's random hashes, with even odds each time it loads the
// unit. So a difference is asked again before it counts. Eight times were too few: among thousands of roots some
// give the same answer eight times by chance.
const REPEATS = 40;
const MAX_LINKS = 2;

/** The units of a root to ask about: those with a file in it, and those that need no file. */
export function unitsToAsk(root: Root): string[] {
  const units = root.filter(isUnit);
  const names = (isLink: boolean): string[] =>
    units.filter(({ kind }) => (kind === 'link') === isLink).map(({ path }) => instanceOf(baseName(path)));
  const owners = root.map(
    ({ path }) => /([^/]+)\.(?:d|wants|requires|upholds)(?:\/|$)/.exec(path)?.[1] ?? '',
  );
  const bare = owners.filter((name) => /\.(?:device|slice)$/.test(name));
  // A link is asked in a run of its own, and each takes its time.
  return [...new Set([...names(false), ...bare, ...names(true).slice(0, MAX_LINKS)])];
}

/** The differences between systemd and our reading of a root, printed with the root; empty if they agree. */
export async function disagreement(judge: Judge, root: Root): Promise<string> {
  judge.show(root);
  const asked = unitsToAsk(root);
  const answers = await judge.ask(root, asked);
  const own = ownReadings(judge.image, asked, judge.version);
  const found: string[] = [];
  for (const [unit, answer] of answers) {
    const ours = own.get(unit);
    if (!ours) continue;
    const baseline = await judge.baseline(answer.id);
    const differ = (one: Reading): string =>
      differences(withoutBaseline(one, baseline), withoutBaseline(ours, baseline));
    if (differ(answer) === '') continue;
    const settled = await settle(judge, root, unit);
    if (!settled || differ(settled) === '') continue;
    found.push(
      `${unit}\n${differ(settled)}\n\nsystemd:\n${printReading(settled)}ours:\n${printReading(ours)}`,
    );
  }
  return found.length === 0 ? '' : `${printRoot(root)}-- ask --\n${found.join('\n')}`;
}

/** The answer of systemd for one unit alone, if it is always the same. */
async function settle(judge: Judge, root: Root, unit: string): Promise<Reading | undefined> {
  const ask = async (): Promise<Reading | undefined> => {
    judge.show(root);
    return (await judge.ask(root, [unit])).get(unit);
  };
  const first = await ask();
  const aliases = root.filter((entry) => entry.kind === 'link' && isUnit(entry));
  if (!first || aliases.length < 2) return first;
  for (let i = 1; i < REPEATS; i += 1) {
    const again = await ask();
    if (!again || printReading(again) !== printReading(first)) return undefined;
  }
  return first;
}

function instanceOf(name: string): string {
  const instance = name.startsWith('foo-bar') ? 'i-j' : 'i';
  return name.replace('@.', `@${instance}.`);
}
