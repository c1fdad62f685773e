import type { Setting, Unit } from '../../units/unit.js';
import { wordsOf } from '../command-words.js';
import { startsUnit } from '../starts-unit.js';
import { refuse, type Finding } from './finding.js';
import type { Look } from './situation.js';

/** A command of one of the two units starts, restarts or reloads the other one already. */
export const restartLoop: Look = ({ unit: asked, follow: followed, relation, planned }) => {
  // As they will be: a hook of ours that the plan takes away is no loop.
  const [unit, follow] = [planned.load(asked.id), planned.load(followed.id)];
  const onFollow = commandsOn(follow, unit);
  return [
    ...(relation === 'hook'
      ? onFollow.filter(waits).map((setting) => deadlock(setting, unit, follow))
      : onFollow.map((setting) => loop(setting, follow, unit))),
    ...commandsOn(unit, follow).map((setting) => loop(setting, unit, follow)),
  ];
};

function loop({ key, value, file, line }: Setting, of: Unit, on: Unit): Finding {
  return refuse(
    'restart-loop',
    `${key}= of ${of.id} (${file}:${line}) restarts, reloads or starts ${on.id} already: ` +
      'with the new relation each would act on the other in the middle of its own restart: twice, without end, or both wait',
    `take that line away first; the relation does its work (${value})`,
  );
}

/** systemctl(1), --no-block: without it the command waits for docker, which waits for the unit that runs it. */
function deadlock({ key, value, file, line }: Setting, unit: Unit, follow: Unit): Finding {
  return refuse(
    'restart-loop',
    `${key}= of ${follow.id} (${file}:${line}) waits for a restart, reload or start of ${unit.id}, which itself waits ` +
      `for ${follow.id} (After=): neither goes on until a time-out ends it`,
    `take that line away first, or add --no-block (${value})`,
  );
}

function waits({ value }: Setting): boolean {
  return !wordsOf(value).includes('--no-block');
}

function commandsOn(unit: Unit, other: Unit): Setting[] {
  return unit.directives.filter(({ key, value }) => key.startsWith('Exec') && startsUnit(value, other.names));
}
