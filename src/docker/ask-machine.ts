import type { DaemonFacts } from '../firewalls/dockerd/daemon-json.js';
import type { CommandResult, Machine } from '../system/system.js';
import type { Answered, Protection } from './evidence.js';
import { readJournalEvents, reduceJournal, stateLines } from './journal.js';
import {
  CONTAINER_IDS,
  containersOf,
  FILES,
  INTERFACES,
  jobsQuestion,
  JOURNAL,
  journalQuestion,
  LEGACY_TABLES,
  NETWORK_IDS,
  networksOf,
  type Question,
  ruleQuestions,
  unitQuestion,
  VERSION,
  watchQuestions,
  withOthers,
} from './questions.js';
import { type RawEvidence, readUnits } from './read-evidence.js';
import { bridgesIn } from './read-networks.js';
import {
  BEFORE_S,
  firewallEvents,
  LINES_MAX,
  packageAtWork,
  type Trigger,
  triggerOf,
  TRUSTED,
  writeTriggers,
} from './triggers.js';
import { type UnitEvent, type UnitState, upSince } from './unit-times.js';

/** The facts that are known before the machine is asked. */
export interface DockerSetup {
  readonly unit: string;
  /** the firewalls whose times count */
  readonly firewalls: readonly string[];
  readonly daemon: DaemonFacts;
  readonly protection: Protection;
  /** the version of its systemd, if it is known */
  readonly systemd?: number | undefined;
}

/**
 * Asks a running machine for all that a diagnosis needs. Reads only.
 * @param withJournal without it the causes are not known, and it takes less time
 */
export async function askMachine(
  machine: Machine,
  setup: DockerSetup,
  now: Date,
  withJournal = true,
): Promise<RawEvidence> {
  const asking = new Asking(machine);
  const hasTables = (file: string): boolean => (machine.read(file)?.trim() ?? '') !== '';
  const legacy = { ip: hasTables(LEGACY_TABLES.ip), ip6: hasTables(LEGACY_TABLES.ip6) };
  for (const question of ruleQuestions(legacy, setup.daemon.usesNftables)) await asking.ask(question);
  const units = [setup.unit, 'docker.socket', ...setup.firewalls];
  await asking.ask(unitQuestion(units));
  const states = readUnits(asking.texts[FILES.units] ?? '');
  const docker = states.find(({ Id }) => Id === setup.unit);
  if (withJournal) {
    await asking.ask(journalQuestion(units), (text) => stateLines(text, withOthers(units)));
    const known = [...units, ...states.map(({ Id = '' }) => Id)];
    await asking.ask(jobsQuestion(known, setup.systemd), reduceJournal);
    const jobs = readJournalEvents(asking.texts[FILES.jobs] ?? '');
    const events = docker ? firewallEvents(states, docker, jobs) : [];
    asking.note(FILES.triggers, writeTriggers(docker ? await triggersOf(machine, events, docker, now) : []));
  }
  if (withJournal) for (const question of watchQuestions(setup.protection)) await asking.ask(question);
  // A question to a daemon that is down starts it, through its socket.
  const isUp = docker?.ActiveState === 'active' || docker?.ActiveState === 'reloading';
  if (isUp && (await asking.ask(VERSION)).status === 0) {
    await asking.askAbout(NETWORK_IDS, networksOf);
    await asking.askAbout(CONTAINER_IDS, containersOf);
  } else await asking.ask(INTERFACES, (text) => json(bridgesIn(text)));
  asking.note(FILES.daemon, json(setup.daemon));
  asking.note(FILES.protection, json(setup.protection));
  const contents = { schema: 'unit-patch/evidence@1', unit: setup.unit, taken: now.toISOString() } as const;
  return { contents: { ...contents, files: asking.answered }, texts: asking.texts };
}

class Asking {
  readonly answered: Answered[] = [];
  readonly texts: Record<string, string> = {};

  constructor(private readonly machine: Machine) {}

  async ask({ file, command }: Question, reduce = (text: string): string => text): Promise<CommandResult> {
    const result = await this.machine.ask(command);
    const text = result.status === 0 ? reduced(result.stdout, reduce) : '';
    const failed = lastLine(result.stderr) || `${command[0] ?? ''} failed`;
    const why =
      text === undefined ? `${command[0] ?? ''} printed something else` : result.status === 0 ? '' : failed;
    this.texts[file] = text ?? '';
    const status = text === undefined ? null : result.status;
    this.answered.push({ file, status, length: this.texts[file].length, why });
    return { ...result, status };
  }

  /** Asks for ids, and then about each; about none if there are none. */
  async askAbout(ids: readonly string[], question: (ids: readonly string[]) => Question): Promise<void> {
    const { status, stdout } = await this.machine.ask(ids);
    const all = stdout.split('\n').filter(Boolean);
    if (status === 0 && all.length === 0) this.note(question([]).file, '');
    else await this.ask(question(all));
  }

  note(file: string, text: string): void {
    this.texts[file] = text;
    this.answered.push({ file, status: 0, length: text.length, why: '' });
  }
}

/** Who asked systemd to act on firewalls: by the journal around these moments, and the log of the packages. */
async function triggersOf(
  machine: Machine,
  events: readonly UnitEvent[],
  docker: UnitState,
  now: Date,
): Promise<Trigger[]> {
  const boot = now.getTime() / 1000 - machine.now() / 1e6;
  const triggers: Trigger[] = [];
  for (const event of events) {
    const at = boot + event.at / 1e6;
    const times = [`--since=@${Math.floor(at - BEFORE_S)}`, `--until=@${Math.ceil(at + 1)}`];
    const { status, stdout } = await machine.ask([...JOURNAL, ...times, `--lines=${LINES_MAX}`, ...TRUSTED]);
    const lines = status === 0 ? stdout.split('\n').slice(-LINES_MAX) : [];
    const byLine = lines.flatMap((line) => triggerOf(line, event.unit) ?? []).at(-1);
    // It is a hint, so the reader sees what it rests on.
    const text = byLine === undefined ? undefined : `${byLine} (says the journal)`;
    // dpkg's log has the machine's own clock, and the journal's events are in UTC.
    const isSameZone = zoneOf(event.when) === zoneOf(upSince(docker));
    const log = isSameZone ? (machine.read('/var/log/dpkg.log') ?? '') : '';
    const by = text ?? packageAtWork(log, event);
    if (by !== undefined) triggers.push({ unit: event.unit, text: by });
  }
  return triggers;
}

function zoneOf(when: string): string {
  return when.split(' ').at(-1) ?? '';
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The part of an answer that is kept; undefined if the answer is not valid. */
function reduced(text: string, reduce: (text: string) => string): string | undefined {
  try {
    return reduce(text);
  } catch {
    return undefined;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
