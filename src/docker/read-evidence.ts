import { EXIT, UnitPatchError } from '../errors.js';
import type { DaemonFacts } from '../firewalls/dockerd/daemon-json.js';
import { CONTENTS_SHAPE, DAEMON_SHAPE, documentOf, PROTECTION_SHAPE } from './evidence-shapes.js';
import type { Contents, Evidence, JournalLine, Protection, WatchState } from './evidence.js';
import { readJournalEvents } from './journal.js';
import { FILES } from './questions.js';
import { guessNetworks, readContainers, readNetworks } from './read-networks.js';
import { RuleSet, whyNoRules } from './rules.js';
import { readTriggers } from './triggers.js';
import type { UnitState } from './unit-times.js';

/** The answers of the machine, file by file: they are saved, and a diagnosis is made from them. */
export interface RawEvidence {
  readonly contents: Contents;
  readonly texts: Readonly<Record<string, string>>;
}

/** The file of the table of contents. */
export const CONTENTS = 'evidence.json';

/** The evidence as files to be saved. */
export function toFiles({ contents, texts }: RawEvidence): Record<string, string> {
  return { [CONTENTS]: `${JSON.stringify(contents, null, 2)}\n`, ...texts };
}

/**
 * The evidence from files that were saved.
 * @param files what was found in the directory
 * @throws UnitPatchError `bad-evidence` if it is not ours, or not whole
 */
export function fromFiles(
  directory: string,
  files: Readonly<Record<string, string>> | undefined,
): RawEvidence {
  const text = files?.[CONTENTS];
  if (files === undefined || text === undefined) throw bad(`${directory} holds no ${CONTENTS}`);
  const contents = contentsOf(text, directory);
  const found = new Map(Object.entries(files));
  for (const { file, length } of contents.files) {
    const text = found.get(file);
    if (text === undefined) throw bad(`${directory}/${file} is missing`);
    if (text.length !== length)
      throw bad(`${directory}/${file} is not as it was saved: ${text.length} characters, not ${length}`);
  }
  return { contents, texts: files };
}

function contentsOf(text: string, directory: string): Contents {
  try {
    return documentOf(text, CONTENTS_SHAPE) as Contents;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw bad(`${directory}/${CONTENTS} is not what doctor --save writes: ${why}`);
  }
}

/** An error about evidence that cannot be used. */
export function bad(message: string): UnitPatchError {
  return new UnitPatchError(
    'bad-evidence',
    message,
    EXIT.usage,
    'save it again: unit-patch doctor docker --save DIR',
  );
}

/**
 * Interprets the answers of the machine.
 * @throws UnitPatchError `bad-evidence` if a file holds something else, `no-rules` and `no-answer` if the rules in
 *   force, or those that should be, cannot be seen
 */
export function readEvidence({ contents, texts }: RawEvidence): Evidence {
  const answered = (file: string): string | undefined =>
    contents.files.find((one) => one.file === file)?.status === 0 ? texts[file] : undefined;
  const read = <Result>(file: string, parse: (text: string) => Result): Result => {
    try {
      return parse(answered(file) ?? '');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw bad(`${file} is not what doctor --save writes: ${why}`);
    }
  };
  const daemon = read(FILES.daemon, (text) => documentOf(text, DAEMON_SHAPE) as DaemonFacts);
  const [first] = FILES.rules;
  if (answered(first) === undefined && !daemon.usesNftables) throw noRules(contents.files, first);
  const ruleSet = (files: readonly string[]): RuleSet => {
    const outputs = files.map((file) => ({ file, text: answered(file) ?? '' }));
    for (const { file, text } of outputs) {
      const why = whyNoRules(text);
      if (why !== undefined) throw bad(`${file} ${why}`);
    }
    return new RuleSet(outputs.map(({ text }) => text));
  };
  const version = answered(FILES.version);
  for (const { file, status, why } of contents.files)
    if ((file === FILES.networks || file === FILES.containers) && status !== 0) throw noAnswer(why);
  const networks =
    version === undefined ? read(FILES.interfaces, guessNetworks) : read(FILES.networks, readNetworks);
  const jobs = answered(FILES.jobs);
  const protection = read(FILES.protection, (text) => documentOf(text, PROTECTION_SHAPE) as Protection);
  return {
    unit: contents.unit,
    rules: { ip: ruleSet(FILES.rules), ip6: ruleSet(FILES.rules6) },
    nft: answered(FILES.nft),
    daemonAnswers: version !== undefined,
    majorVersion: Number(/^\d+/.exec(version ?? '')?.[0] ?? 0),
    networks,
    containers: read(FILES.containers, readContainers),
    daemon,
    units: readUnits(answered(FILES.units) ?? '').slice(0, MOST),
    journal: readJournal(lastLines(answered(FILES.journal))),
    jobs: jobs === undefined ? undefined : readJournalEvents(lastLines(jobs)),
    triggers: readTriggers(lastLines(answered(FILES.triggers))),
    protection,
    watch: watchIn(protection, answered(FILES.watch), answered(FILES.watchJournal)),
  };
}

/** As many units, and lines of the journal, as a machine is asked for; evidence of somebody else may hold more. */
const MOST = 1000;

function lastLines(text = ''): string {
  return text
    .split('\n')
    .slice(-MOST - 1)
    .join('\n');
}

function watchIn({ watch }: Protection, unit?: string, journal?: string): WatchState | undefined {
  const state = readUnits(unit ?? '').find(({ Id }) => Id === watch?.service);
  if (!watch || !state) return undefined;
  return { service: watch.service, unit: state, lines: readJournal(lastLines(journal)) };
}

/** The blocks of `systemctl show`; a unit under two names comes once. */
export function readUnits(text: string): UnitState[] {
  const blocks = text.split(/\n\n+/).map((block) => {
    const pairs = block.split('\n').map((line) => /^(\w+)=(.*)$/.exec(line) ?? []);
    return Object.fromEntries(
      pairs.flatMap(([, key, value]) => (key === undefined ? [] : [[key, value ?? '']])),
    );
  });
  const units = new Map(blocks.flatMap((unit) => (unit.Id === undefined ? [] : [[unit.Id, unit]])));
  return [...units.values()];
}

/** The last moment that has a date, in seconds since the epoch. */
const LATEST = 8.64e12;

/** Lines of `journalctl --output=short-unix --no-hostname`. */
export function readJournal(text: string): JournalLine[] {
  return text.split('\n').flatMap((line) => {
    const [, time, said] = /^(\d+\.\d+) (.*)$/.exec(line) ?? [];
    const at = Number(time);
    return said === undefined || at > LATEST ? [] : [{ time: at, text: said }];
  });
}

function noAnswer(why: string): UnitPatchError {
  const message = `docker does not say what it has: ${why}`;
  return new UnitPatchError(
    'no-answer',
    message,
    EXIT.usage,
    'try again; what it has may have changed meanwhile',
  );
}

function noRules(files: RawEvidence['contents']['files'], name: string): UnitPatchError {
  const why = files.find(({ file }) => file === name)?.why ?? 'there is no answer';
  return new UnitPatchError(
    'no-rules',
    `the rules in force cannot be read: ${why}`,
    EXIT.usage,
    'install iptables, and run it as root',
  );
}
