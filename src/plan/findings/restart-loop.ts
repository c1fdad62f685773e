import { pulledInAgain } from '../../transactions/needs.js';
import { type Transactions, staysActive } from '../../transactions/transactions.js';
import { hasReload, type Unit } from '../../units/unit.js';
import { sayEdge } from '../coverage.js';
import { EVENT_WORDS } from '../events.js';
import type { Check, CheckContext } from './check.js';
import { refuse, type Report } from './finding.js';
import { type Calling, callsOn, placeOfCommand } from './restarts.js';

/** A command of one of the two units restarts the other one already, or waits for a start that waits for it. */
export const restartLoop: Check = {
  code: 'restart-loop',
  level: 'refuse',
  mayBeForced: true,
  docs: {
    title: 'the two units would restart each other',
    meaning:
      'A command of one of the two units, or of a shell script that it runs, restarts the other one, or waits for a start that waits for it; with a hook, it reloads the firewall.',
    wayOut: 'Remove that line, or add `--no-block` to it.',
    measured: ['test/lab/harm-by-relation.test.ts', 'test/lab/hook.test.ts'],
  },
  run: { follow: restartsEachOther },
};

function restartsEachOther(context: CheckContext): Report[] {
  const said = saidByLines(context);
  return said.length > 0 ? said : unended(context);
}

/** What leads through other units shows when it is worked out. */
function unended({ courses, unit, follow }: CheckContext): Report[] {
  const event = (['restart', 'reload', 'stop-start', 'failed-start'] as const).find((one) =>
    ['endless', 'stuck'].includes(courses.of(one)?.end ?? ''),
  );
  if (!event) return [];
  const way = (courses.of(event)?.way ?? []).map(sayEdge).join(', ');
  return [
    refuse(
      `a ${EVENT_WORDS[event]} of ${follow.id} would never come to rest: ` +
        (courses.of(event)?.end === 'stuck'
          ? 'a command waits for a job that waits for it'
          : `${unit.id} and other units restart each other without end`) +
        (way === '' ? '' : ` (${way})`),
      'remove the command that has systemd start or restart the other one',
    ),
  ];
}

function saidByLines({ files, unit: unitNow, follow: followed, relation, planned }: CheckContext): Report[] {
  // As they will be: a hook of ours that the plan takes away is no loop.
  const [unit, follow] = [planned.load(unitNow.id), planned.load(followed.id)];
  return [
    ...callsOn(files, follow, unit, /^Exec/)
      .filter(({ call }) => call.waits)
      .map((one) => deadlock(one, unit, follow)),
    ...callsOn(files, unit, follow, /^Exec/)
      .filter((one) => isLoop(one, follow, relation === 'hook'))
      .map((one) => loop(one, unit, follow)),
    ...(relation === 'hook' && !staysActive(follow) ? endless(planned, unit, follow) : []),
  ];
}

/**
 * Whether a command of the unit that follows must not act on the followed one. A restart comes back to it with any
 * relation, a reload only with the hook; and while it stops, a command that waits for the other one waits for its own
 * end.
 */
function isLoop({ setting, call }: Calling, follow: Unit, isHook: boolean): boolean {
  const isStopping = setting.key.startsWith('ExecStop');
  if (call.verb === 'start') return isStopping || (isHook && !staysActive(follow));
  // The other verbs with that word restart a unit that cannot be reloaded.
  if (call.verb.includes('reload') && hasReload(follow)) return isHook || (isStopping && call.waits);
  return call.verb !== 'reload';
}

/** A start runs a unit again that does not stay active, and each run restarts the unit that started it. */
function endless(planned: Transactions, unit: Unit, follow: Unit): Report[] {
  const [pull] = pulledInAgain(planned, unit.id, follow.id, new Set([follow.id]))?.slice(-1) ?? [];
  if (!pull) return [];
  const place = pull.from ? ` (${pull.from.file}${pull.from.line === null ? '' : `:${pull.from.line}`})` : '';
  return [
    refuse(
      `every start of ${unit.id} runs ${follow.id}, by ${pull.says} of ${pull.by}${place}, and with the hook every run of ` +
        `${follow.id} restarts ${unit.id}: it would never end`,
      `remove ${pull.says} first`,
    ),
  ];
}

function loop(one: Calling, of: Unit, on: Unit): Report {
  return refuse(
    `${one.setting.key}= of ${of.id} (${placeOfCommand(one)}) runs ${one.call.verb} of ${on.id}: ` +
      'together with the new dependency each unit would restart the other during its own restart ' +
      '(double restart, endless loop or deadlock)',
    `remove that line first; the relation does its work (${one.command.words.join(' ')})`,
  );
}

/** systemctl(1), --no-block: without it the command waits for docker, which waits for the unit that runs it. */
function deadlock(one: Calling, unit: Unit, follow: Unit): Report {
  return refuse(
    `${one.setting.key}= of ${follow.id} (${placeOfCommand(one)}) runs ${one.call.verb} of ${unit.id} and waits for it, and ` +
      `${unit.id} waits for ${follow.id} (After=): neither goes on until a time-out ends it`,
    `remove that line first, or add --no-block (${one.command.words.join(' ')})`,
  );
}
