import { openRoot } from '../../src/files/open-root.js';
import { behaviorIn } from '../../src/firewalls/commands/behavior.js';
import type { Behavior } from '../../src/transactions/behavior.js';
import { DependencyGraph } from '../../src/transactions/dependency-graph.js';
import { SimulatedManager } from '../../src/transactions/simulated-manager.js';
import { SCHEDULES } from '../../src/transactions/schedules.js';
import { UnitLoader } from '../../src/units/loader.js';
import { makeRoot } from '../helpers/tree.js';
import { filesOf, nameOf, type SmallSystem } from './small-systems.js';

/** What became of each unit after each step: its state, and whether it runs anew. */
export type Seen = Readonly<Record<string, string>>;

/** What the simulation says of each step of a system, up to one after which it hangs on chance. */
export function simulate(system: number, small: SmallSystem, systemd: number): Seen[] {
  const tree = Object.fromEntries(
    [...filesOf(system, small)].map(([name, text]) => [`usr/lib/systemd/system/${name}`, text]),
  );
  const files = openRoot(makeRoot(tree));
  const loader = new UnitLoader(files);
  const [first, ...others] = SCHEDULES.map((schedule) => {
    const broken = new Set<string>();
    const usual = behaviorIn(files);
    const behavior: Behavior = {
      ...usual,
      fails: (unit, setting) =>
        setting.key === 'ExecStartPre' ? broken.has(unit.id) : usual.fails(unit, setting),
    };
    const manager = new SimulatedManager({
      graph: new DependencyGraph((name) => loader.load(name)),
      behavior,
      active: new Set<string>(),
      chooses: schedule(),
      systemd,
    });
    return small.steps.map(({ verb, unit }): Seen | undefined => {
      const name = nameOf(system, small.units, unit);
      const before = manager.happened.length;
      if (verb === 'break') broken.add(name);
      else if (verb === 'mend') broken.delete(name);
      else manager.ask(verb, name);
      if (manager.settle() !== 'settled' || manager.isUnsure) return undefined;
      const started = new Set(
        manager.happened.slice(before).flatMap((one) => (one.what === 'starts' ? one.unit : [])),
      );
      return Object.fromEntries(
        small.units.map((_, at) => {
          const id = nameOf(system, small.units, at);
          return [id, seen(manager.stateOf(id), started.has(id))];
        }),
      );
    });
  });
  const sure: Seen[] = [];
  for (const [at, one] of (first ?? []).entries()) {
    if (!one || others.some((other) => JSON.stringify(other[at]) !== JSON.stringify(one))) break;
    sure.push(one);
  }
  return sure;
}

/** A state, and whether it is of a run that began with this step; of what is down only the state counts. */
export function seen(state: string, isNew: boolean): string {
  return state === 'active' && isNew ? 'active anew' : state;
}
