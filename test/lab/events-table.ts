import { EventsBox } from './events-box.js';
import {
  BOOT,
  type FirewallEvent,
  firewallEvents,
  NOT_RELOADED,
  type Outcome,
  type Relation,
  RELATIONS,
} from './events.js';
import { printTime } from './report.js';
import type { Suite } from './tree.js';

/** What was seen of an event if docker follows so. */
export interface Cell {
  readonly relation: Relation;
  readonly event: string;
  readonly outcome: Outcome;
}

/** An event, those that it goes on from being in its name. */
export interface Step {
  readonly name: string;
  readonly event: FirewallEvent;
  readonly isNext: boolean;
}

/** Events one after the other, with what is next after each. */
function stepsOf(events: readonly FirewallEvent[], before?: string): Step[] {
  return events.flatMap((event) => {
    const name = before === undefined ? event.name : `${before} ${event.name}`;
    return [{ name, event, isNext: before !== undefined }, ...stepsOf(event.next ?? [], name)];
  });
}

/** All that is tried, in its order. */
export function allSteps(suite: Suite): Step[] {
  return stepsOf([BOOT, NOT_RELOADED, ...firewallEvents(suite)]);
}

/** Tries everything: two boxes at a time, since they mostly wait. */
export async function seeAll(suite: Suite): Promise<Cell[]> {
  const cells: Cell[] = [];
  const left = [...RELATIONS].reverse();
  async function work(): Promise<void> {
    for (let relation = left.shift(); relation !== undefined; relation = left.shift())
      await seeColumn(suite, relation, cells);
  }
  // If one of them cannot go on, the other ends in order before the error is thrown.
  for (const done of await Promise.allSettled([work(), work()]))
    if (done.status === 'rejected') throw done.reason;
  return cells;
}

async function seeColumn(suite: Suite, relation: Relation, cells: Cell[]): Promise<void> {
  const box = await EventsBox.open(suite, relation);
  async function see({ name, event, isNext }: Step): Promise<void> {
    if (event.stated[relation] === undefined) return;
    const start = Date.now();
    const outcome = await tryFor(async () => {
      if (!isNext) await box.prepare(event);
      return box.outcomeOf(event);
    });
    cells.push({ relation, event: name, outcome });
    printTime(Date.now() - start, `${relation}, ${name}: ${outcome}`);
  }
  async function seeEach(events: readonly FirewallEvent[]): Promise<void> {
    for (const step of stepsOf(events)) await see(step);
  }
  try {
    if (relation !== 'nothing') await box.write();
    await box.boot();
    // Nothing is prepared: systemd would forget that the boot started docker.
    for (const step of stepsOf([BOOT])) await see({ ...step, isNext: true });
    if (relation !== 'nothing') {
      await box.revert();
      await box.write();
      await seeEach([NOT_RELOADED]);
      await box.patch();
    }
    await seeEach(firewallEvents(suite));
  } finally {
    await box.close();
  }
}

// An error in one cell is printed there, and the others are tried anyway.
async function tryFor(body: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await body();
  } catch (error) {
    return String(error);
  }
}

/** The table: what was seen, and beside it what is said if that is something else. */
export function tableOf(suite: Suite, cells: readonly Cell[]): string {
  const rows = allSteps(suite).map(({ name, event }) => [
    name,
    ...RELATIONS.map((relation) => {
      const said = event.stated[relation];
      if (said === undefined) return '';
      const seen =
        cells.find((cell) => cell.relation === relation && cell.event === name)?.outcome ?? 'not seen';
      return [said].flat().includes(seen) ? seen : `${seen} (said: ${[said].flat().join(' or ')})`;
    }),
  ]);
  const all = [['event', ...RELATIONS], ...rows];
  const widths = all[0]?.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
