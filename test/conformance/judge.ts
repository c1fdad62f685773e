import { DEPENDENCIES, findReading, parseDump, type Reading } from './dump.js';
import { baseName, file, type Root, templateOf } from './root.js';
import { PROBE, SystemdSandbox, writeProbe } from './systemd-sandbox.js';

/** systemd did not live to answer: it met an assertion of its own (`%J` in `a-.service`), or did not end. */
export class NoAnswer extends Error {}

/** Asks one version of systemd what it makes of the units of a root. */
export class Judge {
  private readonly baselines = new Map<string, Reading>();

  private constructor(
    private readonly sandbox: SystemdSandbox,
    /** The version of systemd that answers, as its first number. */
    readonly version: number,
  ) {}

  /** The directory that holds the root put up last. */
  get image(): string {
    return this.sandbox.image;
  }

  /** Opens a judge with the systemd of a tree; `/` is this machine's own. Close it in the end. */
  static async open(base = '/'): Promise<Judge> {
    const sandbox = await SystemdSandbox.open(base);
    return new Judge(sandbox, await sandbox.version());
  }

  /** Writes a root to the image, which both sides then read. */
  show(root: Root): void {
    this.sandbox.fill(root);
  }

  /**
   * Says what systemd made of each of these units of the root on show. The name by which a unit is
   * first loaded matters to systemd, so what is a link somewhere is asked in a run of its own.
   */
  async ask(root: Root, units: readonly string[]): Promise<Map<string, Reading>> {
    const links = new Set(root.filter((entry) => entry.kind === 'link').map((entry) => baseName(entry.path)));
    const isLink = (unit: string): boolean => links.has(unit) || links.has(templateOf(unit));
    const groups = [units.filter((unit) => !isLink(unit)), ...units.filter(isLink).map((unit) => [unit])];
    const answers = new Map<string, Reading>();
    for (const group of groups.filter(({ length }) => length > 0)) {
      for (const [unit, reading] of await this.load(group)) answers.set(unit, reading);
    }
    return answers;
  }

  /** What systemd says of a plain unit of this name: all that it adds by itself. Replaces the root on show. */
  async baseline(unit: string): Promise<Reading> {
    const known = this.baselines.get(unit);
    if (known) return known;
    this.sandbox.fill(plainRoot(unit));
    const reading = (await this.load([unit])).get(unit);
    if (!reading) throw new Error(`systemd says nothing of a plain ${unit}`);
    this.baselines.set(unit, reading);
    return reading;
  }

  /** Ends the systemd side, and removes what it wrote. */
  close(): Promise<void> {
    return this.sandbox.close();
  }

  private async load(units: readonly string[]): Promise<Map<string, Reading>> {
    writeProbe(this.sandbox.image, units);
    const { status, dump, log } = await this.sandbox.run(PROBE);
    if (status > 128) throw new NoAnswer(`systemd died of signal ${status - 128}:\n${log.slice(-2000)}`);
    const readings = parseDump(dump);
    const answers = units.map((unit) => [unit, findReading(readings, unit)] as const);
    const silent = answers.find(([, reading]) => !reading);
    if (silent)
      throw new Error(`systemd (exit status ${status}) says nothing of ${silent[0]}:\n${log.slice(-2000)}`);
    return new Map(answers.filter((answer): answer is readonly [string, Reading] => answer[1] !== undefined));
  }
}

/** Takes out of a reading the dependencies that a plain unit of the same name has too. */
export function withoutBaseline(reading: Reading, baseline: Reading): Reading {
  const dependencies: Record<string, readonly string[]> = {};
  for (const type of DEPENDENCIES) {
    const automatic = baseline.dependencies[type] ?? [];
    const units = (reading.dependencies[type] ?? []).filter((unit) => !automatic.includes(unit));
    if (units.length > 0) dependencies[type] = units;
  }
  return { ...reading, dependencies };
}

// Enough of a unit for systemd to load it, and nothing more.
const PLAIN: Readonly<Record<string, string>> = {
  service: '[Service]\nExecStart=/bin/true\n',
  socket: '[Socket]\nListenStream=12345\n',
  target: '[Unit]\n',
  timer: '[Timer]\nOnBootSec=1\n',
  path: '[Path]\nPathExists=/\n',
  mount: '[Mount]\nWhat=/dev/null\n',
  automount: '[Automount]\n',
};

function plainRoot(unit: string): Root {
  const text = PLAIN[unit.slice(unit.lastIndexOf('.') + 1)];
  return text === undefined ? [] : [file(`usr/lib/systemd/system/${unit}`, text)];
}
