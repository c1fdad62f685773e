import { type Daemon, readDaemon } from '../../firewalls/dockerd/daemon-json.js';
import { isTriggered, otherEngines } from '../../firewalls/engines.js';
import { isFirewall } from '../../firewalls/in-use.js';
import { info, type Check, type CheckContext, warn } from './finding.js';
import { conflictBetween } from './rivals.js';

/** Without live-restore the containers stop with their engine, and so at every restart of the firewall. */
export const noLiveRestore: Check = (context) => {
  const daemon = daemonOf(context);
  const { follow, relation, facts } = context;
  if (daemon?.keepsContainers !== false || facts.isExcerpt) return [];
  const why = daemon.broken === undefined ? '' : ` (${daemon.file} ${daemon.broken})`;
  const unknown =
    '; those without a restart policy stay down, and which they are only the running system knows';
  return [
    warn(
      'no-live-restore',
      `every ${relation === 'hook' ? 'restart, reload or stop' : 'restart'} of ${follow.id} will restart the containers too, since live-restore is off${why}${facts.isLive ? '' : unknown}`,
      `"live-restore": true in ${daemon.file} keeps them running`,
    ),
  ];
};

/** Containers that nobody starts again after a restart of the engine. */
export const containersStayDown: Check = (context) => {
  const daemon = daemonOf(context);
  if (daemon?.keepsContainers !== false) return [];
  // Who asks an engine that is down starts it, through its socket, and its firewall along with it.
  if (!context.facts.isActive(context.unit.id)) return [];
  const down = (context.facts.containers() ?? []).filter(({ restartPolicy }) => restartPolicy === 'no');
  if (down.length === 0) return [];
  const names = down.map(({ name }) => name);
  return [
    warn(
      'containers-stay-down',
      `a restart of ${context.follow.id} will stop these containers, and nothing starts them again: ${names.join(', ')}`,
      `give them a restart policy: docker update --restart unless-stopped ${names.join(' ')}`,
    ),
  ];
};

/** dockerd that writes no rules has none to lose. */
export const dockerWritesNoRules: Check = (context) => {
  const { files, template, follow } = context;
  // Whoever has docker follow a mount or a database does so for another reason than its rules.
  const daemon = isFirewall(files, template, follow) ? daemonOf(context) : undefined;
  return daemon && !daemon.writesRules ? [writesNoRules(context.unit.id, daemon)] : [];
};

/** The finding for a daemon that writes no rules. */
export function writesNoRules(unit: string, { saidBy }: Daemon): ReturnType<typeof info> {
  return info(
    'docker-writes-no-rules',
    `${unit} writes no firewall rules ("iptables": false, ${saidBy}), so a restart of the firewall takes none from it`,
    'nothing to do; to have it follow a unit all the same: --follow UNIT',
  );
}

/** Flags that only a run would tell may turn off what the plan is for. */
export const unknownFlags: Check = (context) => {
  const daemon = daemonOf(context);
  if (daemon?.unknownFlags === undefined || context.facts.isExcerpt) return [];
  return [
    info(
      'unknown-flags',
      `${context.unit.id} gets flags for dockerd in ${daemon.unknownFlags} that cannot be read without running it`,
      "look for --iptables=false, with which nothing has to follow: tr '\\0' ' ' < /proc/$(pidof dockerd)/cmdline",
    ),
  ];
};

function daemonOf({ files, template, unit }: CheckContext): Daemon | undefined {
  return template.daemonFile === undefined ? undefined : readDaemon(files, unit, template.daemonFile);
}

/** The engine that runs here is another unit's; a drop-in of this one changes nothing for it. */
export const otherEngine: Check = ({ template, unit, follow, withoutOurs: withoutOurs, facts }) => {
  if (template.daemonFile === undefined || facts.isExcerpt) return [];
  if (withoutOurs.atBoot().has(unit.id) || facts.isActive(unit.id)) return [];
  const others = otherEngines(withoutOurs, unit.names, facts);
  if (others.length === 0) return [];
  const isStarted = isTriggered(withoutOurs, unit);
  return others
    .filter((other) => !isStarted || conflictBetween(other.unit, unit))
    .map((other) =>
      warn(
        'other-engine',
        `${other.unit.id} (${other.from}) runs dockerd here, and ${unit.id} is not enabled, so a drop-in of ${unit.id} changes nothing`,
        `${facts.isLive ? 'sudo ' : ''}unit-patch ${other.unit.id} --follow ${follow.id}`,
      ),
    );
};
