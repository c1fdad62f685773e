import type { Files } from '../../files/files.js';
import { isCommand } from '../../units/settings.js';
import { lastValue, type Setting, type Unit } from '../../units/unit.js';
import { type StartedCommand, commandsOf } from './commands.js';

/** Tools that load rules and end. */
const LOADER = /^(?:ip6?tables|ebtables|arptables)(?:-(?:nft|legacy))?(?:-restore)?$|^(?:nft|ipset)$/;

/** Programs and builtins that end, whatever their arguments; `sleep` has an endless one. */
const ENDS =
  /^(?:echo|printf|true|false|test|\[|\[\[|:|logger|cat|cp|mv|rm|mkdir|touch|chmod|chown|ln|sysctl|modprobe|ip|tc|exit|return|set|export|local|readonly|declare|unset|shift|cd|umask|read|grep|sed|awk|sort|cut|head|tr|wc|seq|date|id|hostname|dirname|basename|which|command|type)$/;

/** The types whose start is complete as soon as their process runs: systemd.service(5), Type=. */
const AT_ONCE = ['simple', 'exec', 'idle'];

/**
 * The ExecStart= of a service that loads rules with tools that end, although its type is that of a daemon; undefined
 * for any other, and if it is not known.
 */
export function loadsOnce(files: Files, unit: Unit): Setting | undefined {
  const start = unit.directives.findLast((setting) => isCommand(setting) && setting.key === 'ExecStart');
  const isBus = lastValue(unit, 'Service', 'BusName') !== undefined;
  const type = lastValue(unit, 'Service', 'Type') ?? (isBus ? 'dbus' : 'simple');
  if (!start || !AT_ONCE.includes(type)) return undefined;
  const commands = commandsOf(start, files);
  return commands.some(isLoader) && commands.every(ends) ? start : undefined;
}

/** The line that says that a service is up as soon as its process runs; undefined if none says so. */
export function typeAtOnce({ directives }: Unit): Setting | undefined {
  const type = directives.findLast(({ section, key }) => section === 'Service' && key === 'Type');
  return type && AT_ONCE.includes(type.value) ? type : undefined;
}

function isLoader({ program, words }: StartedCommand): boolean {
  if (!LOADER.test(program)) return false;
  return !words.some((word) => /^(?:-i|--interactive|monitor|-)$/.test(word)) || program.endsWith('tables');
}

/** Whether a command certainly ends by itself. */
export function ends(command: StartedCommand): boolean {
  const { program, words, repeats, isOpened } = command;
  if (repeats && program !== 'read') return false;
  if (program === 'sleep') return /^[\d.]+[smhd]?$/.test(words[1] ?? '');
  return isOpened || isLoader(command) || ENDS.test(program);
}
