import { type Daemon, readDaemon } from '../../firewalls/dockerd/daemon-json.js';
import { isTriggered, otherEngines } from '../../firewalls/engines.js';
import type { Check, CheckContext } from './check.js';
import { info, type Report, warn } from './finding.js';
import { conflictBetween } from './rivals.js';

/** Without live-restore the containers stop with their engine, and so at every restart of the firewall. */
export const noLiveRestore: Check = {
  code: 'no-live-restore',
  level: 'warn',
  relations: ['requires', 'part-of', 'hook', 'watch'],
  docs: {
    title: 'containers restart along with Docker',
    meaning: 'Every restart of the firewall restarts the containers too, since live-restore is off.',
    wayOut: 'Set `"live-restore": true` in daemon.json.',
  },
  run: { follow: restartsContainers },
};

function restartsContainers(context: CheckContext): Report[] {
  const daemon = daemonOf(context);
  const { follow, relation, facts, courses } = context;
  if (daemon?.keepsContainers !== false || courses.heal === 'put-back') return [];
  if (follow.loadState === 'not-found') return [];
  const why = daemon.broken === undefined ? '' : `: ${daemon.file} ${daemon.broken}`;
  const occasion =
    relation === 'watch'
      ? 'the watch, whenever it brings the rules back,'
      : `every ${relation === 'hook' ? 'restart, reload or stop' : 'restart'} of ${follow.id}`;
  const unknown = '; those without a restart policy stay down';
  return [
    warn(
      `${occasion} restarts the containers too (live-restore is off${why})${facts.isLive ? '' : unknown}`,
      `"live-restore": true in ${daemon.file} keeps them running`,
    ),
  ];
}

/** Containers that nobody starts again after a restart of the engine. */
export const containersStayDown: Check = {
  code: 'containers-stay-down',
  level: 'warn',
  relations: ['requires', 'part-of', 'hook', 'watch'],
  docs: {
    title: 'some containers would stay down',
    meaning:
      'Containers without a restart policy run now, and nothing starts them again after a restart of the firewall (seen on a live system only).',
    wayOut: 'Give them a restart policy: `docker update --restart unless-stopped NAME`.',
  },
  run: { follow: staysDown },
};

function staysDown(context: CheckContext): Report[] {
  const daemon = daemonOf(context);
  if (daemon?.keepsContainers !== false || context.courses.heal === 'put-back') return [];
  // A question to an engine that is down starts it, through its socket, and its firewall along with it.
  if (!context.facts.isActive(context.unit.id)) return [];
  const down = (context.facts.containers() ?? []).filter(({ restartPolicy }) => restartPolicy === 'no');
  if (down.length === 0) return [];
  const names = down.map(({ name }) => name);
  return [
    warn(
      `a restart of ${context.relation === 'watch' ? context.unit.id : context.follow.id} will stop these containers, and nothing starts them again: ${names.join(', ')}`,
      `give them a restart policy: docker update --restart unless-stopped ${names.join(' ')}`,
    ),
  ];
}

/** Flags that only a run would show may make the plan pointless. */
export const unknownFlags: Check = {
  code: 'unknown-flags',
  level: 'info',
  docs: {
    title: 'some flags of dockerd cannot be read',
    meaning: 'A script or a variable holds flags of dockerd that cannot be read without running it.',
    wayOut: 'Look for `--iptables=false` there: with it nothing has to follow.',
  },
  run: { follow: flagsOutOfSight },
};

function flagsOutOfSight(context: CheckContext): Report[] {
  const daemon = daemonOf(context);
  if (daemon?.unknownFlags === undefined) return [];
  return [
    info(
      `${context.unit.id} gets flags for dockerd in ${daemon.unknownFlags} that cannot be read without running it`,
      "look for --iptables=false, with which nothing has to follow: tr '\\0' ' ' < /proc/$(pidof dockerd)/cmdline",
    ),
  ];
}

/** How dockerd is set up; undefined if the unit is not an engine. */
export function daemonOf({ files, template, unit }: CheckContext): Daemon | undefined {
  return template.daemonFile === undefined ? undefined : readDaemon(files, unit, template.daemonFile);
}

/** The engine that runs here is another unit's; a drop-in of this one changes nothing for it. */
export const otherEngine: Check = {
  code: 'other-engine',
  level: 'warn',
  docs: {
    title: 'another unit runs dockerd here',
    meaning: 'docker.service is not enabled, and another unit runs dockerd.',
    wayOut: 'Patch that unit: `unit-patch OTHER.service --follow UNIT`.',
  },
  run: { follow: othersThatRun },
};

function othersThatRun({ template, unit, follow, withoutOurs, facts }: CheckContext): Report[] {
  if (template.daemonFile === undefined) return [];
  if (withoutOurs.atBoot().has(unit.id) || facts.isActive(unit.id)) return [];
  const others = otherEngines(withoutOurs, unit.names, facts);
  if (others.length === 0) return [];
  const isStarted = isTriggered(withoutOurs, unit);
  return others
    .filter((other) => !isStarted || conflictBetween(other.unit, unit))
    .map((other) =>
      warn(
        `${other.unit.id} (${other.from}) runs dockerd here, and ${unit.id} is not enabled, so a drop-in of ${unit.id} changes nothing`,
        `${facts.isLive ? 'sudo ' : ''}unit-patch ${other.unit.id} --follow ${follow.id}`,
      ),
    );
}
