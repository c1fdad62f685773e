import { pulledInAgain, type Pull } from '../../jobs/pulled-in-again.js';
import type { Unit } from '../../units/unit.js';
import { hasReload } from '../part.js';
import type { UnitCall } from '../unit-calls.js';
import { refuse, type Finding } from './finding.js';
import type { Look, Situation } from './situation.js';
import { callsOn, placeOfCommand, type Calling } from './unit-commands.js';
import { either, otherRelation } from './ways-out.js';

/**
 * A command that the followed unit runs while it stops restarts the other one, and that start pulls in the unit that is
 * stopping: the newer job cancels the stop.
 */
export const hookCancelsStop: Look = (situation) => {
  const { files, unit: asked, follow: followed, planned } = situation;
  const [unit, follow] = [planned.load(asked.id), planned.load(followed.id)];
  const stopped = planned.stopOf(follow.id, [unit.id]);
  const acting = callsOn(files, follow, unit, /^ExecStop(?:Post)?$/).find(
    ({ call }) => !call.waits && starts(call, unit, stopped.has(unit.id)),
  );
  if (!acting) return [];
  const way = pulledInAgain(planned, unit.id, follow.id, stopped);
  if (!way) return [];
  const hint = stopped.has(unit.id)
    ? `use try-restart in place of ${acting.call.verb}: it leaves alone what is down (${acting.command.words.join(' ')})`
    : wayOut(situation, way);
  return [finding(acting, unit, follow, way, hint)];
};

/** Whether a start is part of what is asked. */
function starts({ verb }: UnitCall, unit: Unit, isDown: boolean): boolean {
  if (isDown) return verb === 'start' || verb === 'restart' || verb === 'reload-or-restart';
  return verb.includes('reload') ? verb !== 'reload' && !hasReload(unit) : true;
}

function finding(acting: Calling, unit: Unit, follow: Unit, way: readonly Pull[], hint: string): Finding {
  const steps = way.map(({ by, says, from }) => `${by}: ${says}${from ? ` (${placeOfSource(from)})` : ''}`);
  return refuse(
    'hook-cancels-stop',
    `systemctl stop ${follow.id} would be cancelled: its ${acting.setting.key}= (${placeOfCommand(acting)}) restarts ` +
      `${unit.id}, whose start starts ${follow.id} again, by ${steps.join(', ')}`,
    hint,
  );
}

function wayOut(situation: Situation, way: readonly Pull[]): string {
  const last = way.findLast(({ from }) => from);
  const other = otherRelation(situation, 'hook-cancels-stop', ['requires', 'part-of']);
  return either(
    `remove ${last?.from ? `${last.says} (${placeOfSource(last.from)})` : 'that dependency'} first`,
    other && `use ${other}`,
  );
}

function placeOfSource({ file, line }: NonNullable<Pull['from']>): string {
  return line === null ? file : `${file}:${line}`;
}
