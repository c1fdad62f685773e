import { asksDocker, asksWhetherDockerRuns } from '../../firewalls/commands/asks-docker.js';
import { triggeredUnit } from '../../transactions/standard-targets.js';
import { lastValue, type Unit } from '../../units/unit.js';
import type { Check, CheckContext } from './check.js';
import { refuse, type Report, warn } from './finding.js';
import { commandsRunBy, placeOfCommand, type Running } from './restarts.js';

/** The firewall's start asks Docker something, and with After= Docker starts only once that start is through. */
export const firewallAsksDocker: Check = {
  code: 'asks-docker',
  level: 'refuse',
  mayBeForced: true,
  docs: {
    title: 'the firewall and Docker would wait for each other',
    meaning:
      'The start of the firewall runs the command `docker`, itself or in a shell script, and waits for the answer, while Docker waits for the firewall: neither ever starts.',
    wayOut: 'Move that command behind the start of docker.service, or end it with `&`.',
    weaker: 'a warning if `timeout` ends the wait, or nothing fails by it',
  },
  run: { follow: asksDockerAtStart },
};

function asksDockerAtStart(context: CheckContext): Report[] {
  const { files, template, follow: followed, planned } = context;
  // Only for an engine it is known how a command asks it.
  if (template.daemonFile === undefined || followed.loadState !== 'loaded') return [];
  const follow = planned.load(followed.id);
  const commands = commandsRunBy(files, follow, partsOfStart(follow));
  const asking = commands.find((one, at) => isWaitedFor(one) && !isGuarded(commands.slice(0, at), one));
  return asking ? [report(context, asking)] : [];
}

/** systemd.service(5), Type=: a start is complete when its main process runs, or ends, or says so. */
function partsOfStart(follow: Unit): RegExp {
  const type = lastValue(follow, 'Service', 'Type') ?? 'simple';
  // A daemon may ask only after it has reported that it is ready.
  return type === 'oneshot' || type === 'forking'
    ? /^Exec(?:Condition|StartPre|Start|StartPost)$/
    : /^Exec(?:Condition|StartPre|StartPost)$/;
}

function isWaitedFor({ command }: Running): boolean {
  return command.waits && asksDocker(command);
}

/** The same script has asked before whether Docker runs, so what it does then is not known. */
function isGuarded(before: readonly Running[], { setting, command }: Running): boolean {
  return before.some(
    (one) =>
      one.setting === setting && one.command.file === command.file && asksWhetherDockerRuns(one.command),
  );
}

function report(context: CheckContext, asking: Running): Report {
  const { unit, follow } = context;
  const { setting, command } = asking;
  const text =
    `${setting.key}= of ${follow.id} (${placeOfCommand(asking)}) asks Docker while ${follow.id} starts ` +
    `(${command.words.join(' ')}), and ${unit.id} starts only after that (After=): `;
  const hint = `move that command into a unit of its own that starts after ${unit.id}, or end it with &`;
  const socket = socketOf(context);
  if (socket !== undefined && !command.isLimited)
    return refuse(`${text}${socket} accepts the request, and both wait for ever`, hint);
  if (socket !== undefined) return warn(`${text}it gets no answer until timeout ends it`, hint);
  const fails = `${text}nothing answers then, so it fails`;
  return command.failsTheLine
    ? refuse(`${fails}, and so does every start of ${follow.id}`, hint)
    : warn(fails, hint);
}

/** A socket unit that accepts requests while the engine is down: systemd.socket(5). */
function socketOf({ unit, planned, facts }: CheckContext): string | undefined {
  const sockets = [...planned.activeWith([unit.id]), ...facts.activeUnits()].filter((name) =>
    name.endsWith('.socket'),
  );
  return sockets.find((name) => {
    const socket = planned.load(name);
    return socket.loadState === 'loaded' && unit.names.includes(triggeredUnit(socket) ?? '');
  });
}
