import { commandsOf } from '../../firewalls/commands/commands.js';
import { linesOf } from '../../transactions/service.js';
import { staysActive } from '../../transactions/transactions.js';
import { parseUnitName } from '../../units/name.js';
import type { Unit } from '../../units/unit.js';
import type { Check, CheckContext } from './check.js';
import { info, type Report, warn } from './finding.js';
import { either, leadsOut, otherRelation } from './ways-out.js';

/** What follows a database stays down once the database was stopped and started again. */
export const staysDown: Check = {
  code: 'stays-down',
  level: 'warn',
  relations: ['requires', 'part-of'],
  docs: {
    title: 'a stop takes the follower down, and a start does not bring it back',
    meaning:
      'The followed unit is no firewall: packages of databases stop it and start it again when they are upgraded, and what follows it stays down then.',
    wayOut: 'Bring it back by `--come-back`, or use `--relation hook`.',
  },
  run: { follow: staysDownAfterStop },
};

function staysDownAfterStop(context: CheckContext): Report[] {
  const { courses, unit, follow } = context;
  // Of a firewall the table of the plan says it, with all that a stop does.
  if (follow.loadState !== 'loaded' || courses.stage.effects || !staysActive(unit)) return [];
  const course = courses.of('stop-start');
  if (course?.end !== 'settled' || course.isUp || course.refused !== undefined) return [];
  const upgrade = follow.id.endsWith('.service') ? '; a package upgrade may do both' : '';
  const back = leadsOut(context, staysDown.code, { comeBack: true })
    ? 'bring it back: --come-back'
    : undefined;
  const other = otherRelation(context, staysDown.code, ['hook']);
  return [
    warn(
      `a stop of ${follow.id} stops ${unit.id} too, and its start does not bring it back${upgrade}`,
      either(back, other && `use ${other}`, `start it again afterwards: systemctl start ${unit.id}`),
    ),
  ];
}

/** What brings it back does not ask who has stopped it. */
export const startsAlong: Check = {
  code: 'starts-along',
  level: 'warn',
  relations: ['requires', 'part-of'],
  docs: {
    title: 'a start of the followed unit starts the follower',
    meaning:
      'With `--come-back` each start and restart of the followed unit starts the follower, even one that was stopped by hand or is not enabled.',
    wayOut: 'Mask the follower for as long as it must stay down.',
    weaker: 'a warning if the follower is not enabled; else it is only said',
    measured: ['test/lab/come-back.test.ts'],
  },
  run: { follow: startsWithIt },
};

function startsWithIt({ comeBack, unit, follow, withoutOurs }: CheckContext): Report[] {
  if (!comeBack || follow.loadState === 'not-found') return [];
  const atBoot = withoutOurs.atBoot();
  const isNew = atBoot.has(follow.id) && !atBoot.has(unit.id);
  const how = `each start or restart of ${follow.id} will start ${unit.id}`;
  return isNew
    ? [
        warn(
          `${how}, and so will the boot, though ${unit.id} is not enabled`,
          'leave --come-back out, or enable it',
        ),
      ]
    : [
        info(
          `${how}, also if it was stopped by hand`,
          `mask it for as long as it must stay down: systemctl mask ${unit.id}`,
        ),
      ];
}

/** postgresql.service of Debian does nothing: postgresql@15-main.service is the database. */
export const standsForInstances: Check = {
  code: 'stands-for-instances',
  level: 'info',
  docs: {
    title: 'the followed unit only stands for its instances',
    meaning:
      'The followed unit runs nothing itself: its instances do the work, such as `postgresql@15-main.service`, and a restart of one of these is not seen.',
    wayOut: 'Follow the instance that is needed.',
  },
  run: { follow: onlyStands },
};

function onlyStands({ files, follow, current }: CheckContext): Report[] {
  const name = parseUnitName(follow.id);
  if (follow.loadState !== 'loaded' || name?.type !== 'service' || name.kind !== 'plain') return [];
  const starts = linesOf(follow, 'ExecStart');
  const runsNothing = starts.every((line) =>
    commandsOf(line, files).every(({ program }) => program === 'true'),
  );
  const template = current.load(`${name.prefix}@.service`);
  if (starts.length === 0 || !runsNothing || !isPartOf(template, follow)) return [];
  return [
    info(
      `${follow.id} runs nothing itself: its instances (${name.prefix}@….service) do the work, and a restart of one of these is not seen`,
      `follow the instance: --follow ${name.prefix}@NAME.service; systemctl list-units '${name.prefix}@*' names them`,
    ),
  ];
}

function isPartOf({ loadState, dependencies }: Unit, follow: Unit): boolean {
  return (
    loadState === 'loaded' &&
    dependencies.some(({ type, unit }) => type === 'PartOf' && follow.names.includes(unit))
  );
}
