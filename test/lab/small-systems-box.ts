import { setTimeout as sleep } from 'node:timers/promises';
import fs from 'fs-extra';
import type { Verb } from '../../src/transactions/job.js';
import { addTo } from '../helpers/tree.js';
import type { Box } from './box.js';
import { type ListedUnit, ManagerBus } from './manager-bus.js';
import { seen, type Seen } from './simulated.js';
import { BROKEN, filesOf, nameOf, type SmallSystem } from './small-systems.js';

/** How many systems something happens to at the same time: more would keep the manager busy, and its jobs waiting. */
const AT_ONCE = 32;

/** How long nothing may happen before a system is at rest, and how long it may take to come there, in milliseconds. */
const QUIET = 100;
const PATIENCE = 30_000;

/** org.freedesktop.systemd1(5): the methods behind systemctl's verbs. */
const METHODS: Readonly<Record<Verb, string>> = {
  start: 'StartUnit',
  stop: 'StopUnit',
  reload: 'ReloadUnit',
  restart: 'RestartUnit',
  'try-restart': 'TryRestartUnit',
  'reload-or-restart': 'ReloadOrRestartUnit',
  'try-reload-or-restart': 'ReloadOrTryRestartUnit',
};

/** Many systems side by side in one booted box; each is run under a name of its own, so that none meets another. */
export class SystemsBox {
  private count = 0;

  private readonly bus: ManagerBus;

  /** @param box a booted one */
  constructor(private readonly box: Box) {
    this.bus = new ManagerBus(box.pid);
  }

  close(): void {
    this.bus.close();
  }

  /** Lets everything happen to each system, and says what became of each unit after each step. */
  async run(systems: readonly SmallSystem[]): Promise<Seen[][]> {
    const named = systems.map((small) => ({ small, prefix: `s${this.count++}`, steps: [] as Seen[] }));
    const units = named.flatMap(({ prefix, small }) =>
      small.units.map((_, at) => nameOf(prefix, small.units, at)),
    );
    const directory = this.path('/run/systemd/system');
    fs.ensureDirSync(this.path(BROKEN));
    for (const { prefix, small } of named) addTo(directory, Object.fromEntries(filesOf(prefix, small)));
    // What is down and named by nothing is forgotten, and how often it was started with it.
    addTo(directory, { 'small.target': `[Unit]\n${units.map((name) => `After=${name}\n`).join('')}` });
    await this.box.run('systemctl daemon-reload && systemctl start small.target');
    const left = [...named];
    const work = async (): Promise<void> => {
      for (let one = left.shift(); one; one = left.shift()) one.steps.push(...(await this.runOne(one)));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    await this.clear(units);
    return named.map(({ steps }) => steps);
  }

  private async runOne({ small, prefix }: { small: SmallSystem; prefix: string }): Promise<Seen[]> {
    const names = small.units.map((_, at) => nameOf(prefix, small.units, at));
    const invocations = new Map<string, string>();
    const found: Seen[] = [];
    for (const { verb, unit } of small.steps) {
      const name = names[unit] ?? '';
      if (verb === 'break') fs.writeFileSync(this.path(`${BROKEN}/${name}`), '');
      else if (verb === 'mend') fs.removeSync(this.path(`${BROKEN}/${name}`));
      else await this.bus.ask(METHODS[verb], name, 'replace');
      const states = await this.atRest(small, names);
      const now: [string, string][] = [];
      for (const [at, id] of names.entries()) {
        const state = states.get(id) ?? 'inactive';
        const invocation = state === 'active' ? await this.bus.invocationOf(id) : '';
        now.push([LETTERS[at] ?? '', seen(state, invocation !== '' && invocations.get(id) !== invocation)]);
        if (invocation !== '') invocations.set(id, invocation);
      }
      found.push(Object.fromEntries(now));
    }
    return found;
  }

  /** The states of the units once no job is left, and nothing is about to end by itself. */
  private async atRest(small: SmallSystem, names: readonly string[]): Promise<Map<string, string>> {
    const isShort = (name: string): boolean => small.units[names.indexOf(name)]?.kind === 'short';
    const isBusy = ({ name, state, job }: ListedUnit): boolean =>
      job !== 0 || state.endsWith('ing') || (state === 'active' && isShort(name));
    const deadline = Date.now() + PATIENCE;
    let last = '';
    for (;;) {
      const listed = await this.bus.list(names);
      const states = listed.map(({ name, state }): [string, string] => [name, state]);
      const now = JSON.stringify(states);
      if ((now === last && !listed.some(isBusy)) || Date.now() > deadline) return new Map(states);
      last = now;
      await sleep(QUIET);
    }
  }

  /** Without their files the units are only processes. */
  private async clear(units: readonly string[]): Promise<void> {
    const directory = this.path('/run/systemd/system');
    for (const name of fs.readdirSync(directory))
      if (/^s\d+-/.test(name)) fs.removeSync(`${directory}/${name}`);
    fs.removeSync(this.path(BROKEN));
    await this.box.run('systemctl stop --job-mode=ignore-dependencies small.target; systemctl daemon-reload');
    const up = (await this.bus.list(units)).filter(({ state }) => state !== 'inactive' && state !== 'failed');
    await Promise.all(up.map(({ name }) => this.bus.ask('StopUnit', name, 'replace')));
    await this.box.run('systemctl reset-failed');
  }

  private path(path: string): string {
    return `/proc/${this.box.pid}/root${path}`;
  }
}

/** What the units of a system are called in what is seen. */
const LETTERS = 'abcdefg';
