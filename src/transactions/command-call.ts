import { parseUnitName, withSuffix } from '../units/name.js';
import type { ManagerCall } from './behavior.js';
import type { DependencyGraph } from './dependency-graph.js';
import type { Job } from './happening.js';
import type { Verb } from './job.js';
import type { RefusedTransaction } from './situation.js';

/** What queues jobs. */
interface Queue {
  readonly graph: DependencyGraph;
  ask(verb: Verb, unit: string): readonly Job[] | RefusedTransaction;
}

/** Has jobs queued as a command asks for it: systemctl(1). @returns those that the command waits for */
export function jobsForCall(queue: Queue, { verb, units, waits }: ManagerCall): readonly Job[] {
  const jobs = units.flatMap((named) => {
    const name = withSuffix(named);
    if (!parseUnitName(name)) return [];
    const asked = queue.ask(verb, name);
    const { id } = queue.graph.unit(name);
    return 'refused' in asked ? [] : asked.filter((job) => job.unit === id);
  });
  return waits ? jobs : [];
}
