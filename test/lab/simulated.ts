import type { Files } from '../../src/files/files.js';
import { behaviorIn } from '../../src/firewalls/commands/behavior.js';
import type { Behavior } from '../../src/transactions/behavior.js';
import { DependencyGraph } from '../../src/transactions/dependency-graph.js';
import { SimulatedManager } from '../../src/transactions/simulated-manager.js';
import { type Choice, inSeveralOrders } from '../../src/transactions/schedules.js';
import { STANDARD_TARGETS } from '../../src/transactions/standard-targets.js';
import { UnitLoader } from '../../src/units/loader.js';
import { memoryFiles } from '../helpers/memory-files.js';
import { link } from '../helpers/tree.js';
import { filesOf, nameOf, type SmallSystem } from './small-systems.js';

/** What became of each unit after a step, by its letter: its state, and whether it runs anew. */
export type Seen = Readonly<Record<string, string>>;

const PREFIX = 's';
const UNITS = '/usr/lib/systemd/system';
const UP = ['sysinit.target', 'basic.target', 'system.slice', '-.slice'];

/** What the simulation says of each step of a system, up to one after which it hangs on chance. */
export function simulate(small: SmallSystem, systemd: number): Seen[] {
  const files = filesIn(small);
  const loader = new UnitLoader(files, { systemd });
  const usual = behaviorIn(files);
  let sure: Seen[] | undefined;
  for (const found of inSeveralOrders((chooses) => simulateOnce(small, loader, usual, chooses))) {
    const differs = sure?.findIndex((one, at) => JSON.stringify(one) !== JSON.stringify(found[at])) ?? -1;
    sure = differs < 0 ? (sure ?? found) : (sure ?? []).slice(0, differs);
  }
  return sure ?? [];
}

/** Every step up to one that does not come to its end. */
function simulateOnce(small: SmallSystem, loader: UnitLoader, usual: Behavior, chooses: Choice): Seen[] {
  const names = small.units.map((_, at) => nameOf(PREFIX, small.units, at));
  const broken = new Set<string>();
  const manager = new SimulatedManager({
    graph: new DependencyGraph((name) => loader.load(name), [...UP, ...names]),
    behavior: {
      ...usual,
      fails: (unit, setting) =>
        setting.key === 'ExecStartPre' ? broken.has(unit.id) : usual.fails(unit, setting),
    },
    active: new Set(UP),
    chooses,
    systemd: loader.systemd,
  });
  const found: Seen[] = [];
  for (const { verb, unit } of small.steps) {
    const name = names[unit] ?? '';
    const before = manager.happened.length;
    if (verb === 'break') broken.add(name);
    else if (verb === 'mend') broken.delete(name);
    else manager.ask(verb, name);
    if (manager.settle() !== 'settled' || manager.isUnsure) break;
    const started = new Set(
      manager.happened.slice(before).flatMap((one) => (one.what === 'starts' ? one.unit : [])),
    );
    found.push(
      Object.fromEntries<string>(
        names.map((id, at) => ['abcdefg'[at] ?? '', seen(manager.stateOf(id), started.has(id))]),
      ),
    );
  }
  return found;
}

function filesIn(small: SmallSystem): Files {
  const units = [...STANDARD_TARGETS, ...filesOf(PREFIX, small)];
  return memoryFiles({
    '/lib': link('/usr/lib'),
    ...Object.fromEntries(units.map(([name, item]) => [`${UNITS}/${name}`, item])),
  });
}

/** A state, and whether it is of a run that began with this step; of what is down only the state counts. */
export function seen(state: string, isNew: boolean): string {
  return state === 'active' && isNew ? 'active anew' : state;
}
