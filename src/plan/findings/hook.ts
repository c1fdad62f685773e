import { loadsOnce } from '../../firewalls/commands/loads-once.js';
import { type UnitCall, USUAL_SYSTEMCTL } from '../../firewalls/commands/unit-calls.js';
import { type Pull, pulledInAgain } from '../../transactions/needs.js';
import { staysActive } from '../../transactions/transactions.js';
import { triggerOf } from '../../transactions/triggers.js';
import { parseUnitName } from '../../units/name.js';
import { hasReload, type Unit } from '../../units/unit.js';
import type { Check, CheckContext } from './check.js';
import { info, refuse, type Report } from './finding.js';
import { type Calling, callsOn, placeOfCommand } from './restarts.js';
import { either, otherRelation } from './ways-out.js';

/** Only a service runs commands: other units have no section for them. */
export const hookNeedsService: Check = {
  code: 'hook-needs-service',
  level: 'refuse',
  // A setting without effect is not worth writing.
  mayBeForced: false,
  isDecisive: true,
  relations: ['hook'],
  docs: {
    title: 'only a service can run a hook',
    meaning: 'The followed unit is not a service, and only a service runs commands.',
    wayOut: 'Use `--relation part-of`, or follow a service.',
  },
  run: { follow: runsNoCommands },
};

function runsNoCommands(context: CheckContext): Report[] {
  const { unit, follow } = context;
  if (parseUnitName(follow.id)?.type === 'service') return [];
  const other = otherRelation(context, hookNeedsService.code, ['part-of', 'requires']);
  return [
    refuse(
      `${follow.id} is not a service, so it runs no command that could restart ${unit.id}`,
      other ? `use ${other}, which follows its restarts` : 'follow a service: --follow UNIT',
    ),
  ];
}

/** The command that the followed unit would run is not there. */
export const noSystemctl: Check = {
  code: 'no-systemctl',
  level: 'refuse',
  mayBeForced: true,
  relations: ['hook'],
  docs: {
    title: 'there is no systemctl for the hook',
    meaning: 'There is no systemctl in this root, so the commands of the hook would do nothing.',
    wayOut: 'Install systemd in it.',
  },
  run: {
    follow: ({ follow, systemctl }) =>
      systemctl !== undefined
        ? []
        : [
            refuse(
              `there is no ${USUAL_SYSTEMCTL} here, nor /bin/systemctl, so the commands of ${follow.id} would do nothing`,
              `install systemd in this root, or --force no-systemctl to write ${USUAL_SYSTEMCTL} anyway`,
            ),
          ],
  },
};

/**
 * A unit that cannot be reloaded is not made to look as if it could: with an ExecReload= of ours `systemctl reload`
 * would succeed, and load no rules.
 */
export const noReload: Check = {
  code: 'no-reload',
  level: 'info',
  relations: ['hook'],
  docs: {
    title: 'the firewall cannot be reloaded',
    meaning:
      'The firewall has no `ExecReload=`, and gets none: `systemctl reload` would succeed and load no rules.',
    wayOut: 'Restart it instead.',
    measured: ['test/lab/hook.test.ts'],
  },
  run: { follow: cannotReload },
};

function cannotReload({ follow, withoutOurs }: CheckContext): Report[] {
  if (follow.loadState !== 'loaded' || hasReload(withoutOurs.load(follow.id))) return [];
  return [
    info(
      `${follow.id} has no ExecReload=, so it cannot be reloaded, and gets none: systemctl reload would report success, ` +
        'and do nothing but restart the other one',
      `restart it instead: systemctl restart ${follow.id}`,
    ),
  ];
}

/**
 * A command that the followed unit runs while it stops restarts the other one, and that start pulls in the unit that is
 * stopping: the newer job cancels the stop.
 */
export const hookCancelsStop: Check = {
  code: 'hook-cancels-stop',
  level: 'refuse',
  mayBeForced: true,
  docs: {
    title: 'the firewall could not be stopped any more',
    meaning:
      'A start of Docker pulls in the firewall (`Wants=`, also through a third unit), so `systemctl stop` of the firewall is cancelled by its own `ExecStopPost=`.',
    wayOut: 'Remove the dependency that is named.',
    measured: ['test/lab/hook.test.ts'],
  },
  run: { follow: cancelsItsStop },
};

function cancelsItsStop(context: CheckContext): Report[] {
  const { files, unit: unitNow, follow: followed, planned, courses } = context;
  if (courses.of('stop-start')?.wasStopped !== false) return [];
  const [unit, follow] = [planned.load(unitNow.id), planned.load(followed.id)];
  const stopped = planned.stopOf(follow.id, [unit.id]);
  const acting = callsOn(files, follow, unit, /^ExecStop(?:Post)?$/).find(
    ({ call }) => !call.waits && starts(call, unit, stopped.has(unit.id)),
  );
  if (!acting) return [];
  const way = pulledInAgain(planned, unit.id, follow.id, stopped);
  if (!way) return [];
  const hint = stopped.has(unit.id)
    ? `use try-restart in place of ${acting.call.verb}: it leaves a stopped unit alone (${acting.command.words.join(' ')})`
    : wayOut(context, way);
  return [report(acting, unit, follow, way, hint)];
}

/** Whether the request includes a start. */
function starts({ verb }: UnitCall, unit: Unit, isDown: boolean): boolean {
  if (isDown) return verb === 'start' || verb === 'restart' || verb === 'reload-or-restart';
  return verb.includes('reload') ? verb !== 'reload' && !hasReload(unit) : true;
}

function report(acting: Calling, unit: Unit, follow: Unit, way: readonly Pull[], hint: string): Report {
  const steps = way.map(({ by, says, from }) => `${by}: ${says}${from ? ` (${placeOfSource(from)})` : ''}`);
  return refuse(
    `systemctl stop ${follow.id} would be cancelled: its ${acting.setting.key}= (${placeOfCommand(acting)}) restarts ` +
      `${unit.id}, whose start starts ${follow.id} again, by ${steps.join(', ')}`,
    hint,
  );
}

function wayOut(context: CheckContext, way: readonly Pull[]): string {
  const last = way.findLast(({ from }) => from);
  const other = otherRelation(context, hookCancelsStop.code, ['requires', 'part-of']);
  return either(
    `remove ${last?.from ? `${last.says} (${placeOfSource(last.from)})` : 'that dependency'} first`,
    other && `use ${other}`,
  );
}

function placeOfSource({ file, line }: NonNullable<Pull['from']>): string {
  return line === null ? file : `${file}:${line}`;
}

/** A unit that starts the followed one again and again makes the hook restart the other one each time. */
export const hookOnTimer: Check = {
  code: 'hook-on-timer',
  level: 'refuse',
  mayBeForced: true,
  relations: ['hook'],
  docs: {
    title: 'something runs the firewall again and again',
    meaning:
      'A timer, path or socket unit runs the firewall again and again, and each run would restart Docker.',
    wayOut: 'Disable that unit.',
    measured: ['test/lab/hook.test.ts'],
  },
  run: { follow: runsOnTimer },
};

function runsOnTimer(context: CheckContext): Report[] {
  const { files, unit, follow: followed, withoutOurs, facts } = context;
  if (followed.loadState !== 'loaded') return [];
  const follow = withoutOurs.load(followed.id);
  // A start of a unit that is still active does nothing.
  if (staysActive(follow) && !loadsOnce(files, follow)) return [];
  const inUse = new Set([...withoutOurs.atBoot(), ...facts.activeUnits()]);
  const trigger = triggerOf(follow, inUse, (name) => withoutOurs.load(name));
  if (!trigger) return [];
  const other = otherRelation(context, hookOnTimer.code, ['part-of']);
  const file = trigger.fragment === null ? '' : ` (${trigger.fragment})`;
  return [
    refuse(
      `${trigger.id}${file} starts ${follow.id} again and again, and with the hook each run restarts ${unit.id} and ` +
        'its containers',
      either(
        `disable it if it is not needed: sudo systemctl disable --now ${trigger.id}`,
        other && `use ${other}, which follows only what restarts ${follow.id}`,
      ),
    ),
  ];
}
