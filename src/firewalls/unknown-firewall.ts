import type { Files } from '../files/files.js';
import { parseUnitName } from '../units/name.js';
import { lastValue, type Unit } from '../units/unit.js';
import { type StartedCommand, commandsOf } from './commands/commands.js';
import { runsFlush } from './effects.js';
import type { Template } from './template.js';

/**
 * Whether a service looks like the firewall of its system: a firewall known by its name, one that says so and runs
 * iptables or nft, or one whose start does nothing but write rules. An application or a VPN that adds rules for itself
 * does not count, nor does a unit that only fills the chains that Docker leaves to others.
 */
export function looksLikeFirewall(files: Files, template: Template, unit: Unit): boolean {
  if (unit.loadState !== 'loaded' || parseUnitName(unit.id)?.type !== 'service') return false;
  if (unit.names.some((name) => template.firewalls.includes(name))) return true;
  const commands = startCommands(files, unit);
  const rules = commands.filter(writesRules);
  if (rules.length === 0) return isCalledFirewall(unit) && endsAfterStart(unit) && commands.some(isUnknown);
  if (!rules.some((command) => !isForDocker(command))) return false;
  if (saysFirewall(unit)) return true;
  if (!saysTool(unit) && !commands.every((command) => isTool(command) || isHelper(command))) return false;
  return rules.some(decides) || runsFlush(files, unit);
}

/** What a start runs and waits for; a shell or a script counts by the commands in it. */
function startCommands(files: Files, { directives }: Unit): StartedCommand[] {
  return directives
    .filter(({ section, key }) => section === 'Service' && /^ExecStart(?:Pre|Post)?$/.test(key))
    .flatMap((setting) => commandsOf(setting, files))
    .filter(({ waits, isOpened, words }) => waits && !isOpened && words.length > 0);
}

/** `firewall.service`, `home-firewall.service`: its program is unknown, its name is not. */
function isCalledFirewall({ id }: Unit): boolean {
  return /^(?:[\w.]+-)*firewall\.service$/.test(id);
}

function endsAfterStart(unit: Unit): boolean {
  return /^(?:oneshot|forking)$/.test(lastValue(unit, 'Service', 'Type') ?? '');
}

/** An "application firewall" filters requests, not packets. */
function saysFirewall(unit: Unit): boolean {
  const description = lastValue(unit, 'Unit', 'Description') ?? '';
  return (
    unit.names.some((name) => /firewall/i.test(name)) || /(?<!application[ -])\bfirewall\b/i.test(description)
  );
}

function saysTool(unit: Unit): boolean {
  const texts = [...unit.names, lastValue(unit, 'Unit', 'Description') ?? ''];
  return texts.some((text) => /ip6?tables|nftables/i.test(text));
}

/** Scripts often have the program in a variable: `$IPTABLES -P INPUT DROP`. */
const FILTERS = /^(?:nft|ip6?tables(?:-nft|-legacy)?(?:-restore)?|ip6?tables\.init)$/;
const IN_VARIABLE = /^\$\{?\w*(?:ipt|iptables|ip6tables|nft)\w*\}?$/i;
const OTHER_TOOLS = /^(?:ipset|ebtables|arptables|conntrack|ip6?tables(?:-nft|-legacy)?-save)$/;

function isFilter({ program }: StartedCommand): boolean {
  return FILTERS.test(program) || IN_VARIABLE.test(program);
}

function isTool(command: StartedCommand): boolean {
  return isFilter(command) || isNftScript(command) || OTHER_TOOLS.test(command.program);
}

/** A question, like `iptables -C …` or `nft list …`, changes nothing. */
function writesRules(command: StartedCommand): boolean {
  const { program, words } = command;
  const rest = words.slice(1);
  if (isNftScript(command)) return true;
  if (!isFilter(command)) return false;
  // Without a word iptables-restore reads its rules from its input; the other tools do nothing.
  if (rest.length === 0) return program.endsWith('-restore');
  const isQuestion = program.includes('nft') && !program.includes('tables') ? NFT_ASKS : IPTABLES_ASKS;
  return !rest.some((word) => isQuestion.test(word));
}

const NFT_ASKS = /^(?:list|-c|--check|-v|-V|-h)$/;
const IPTABLES_ASKS = /^(?:-[CSVh]|-\w*L\w*|--(?:check|list|list-rules|version|help|test))$/;

/** `#!/usr/sbin/nft -f` makes a program of a set of rules. */
function isNftScript({ program }: StartedCommand): boolean {
  return program.endsWith('.nft');
}

/** The chain DOCKER-USER is there for rules about containers; Docker makes it, so nothing of it comes first. */
function isForDocker({ words }: StartedCommand): boolean {
  return words.some((word) => /^DOCKER(?:-[\w-]+)?$/.test(word));
}

/** Whether a command sets up what may pass: a whole set of rules, a policy, or a rule that keeps something out. */
function decides(command: StartedCommand): boolean {
  const { program, words } = command;
  if (isForDocker(command)) return false;
  if (/-restore$|\.init$|\.nft$/.test(program)) return true;
  return words.slice(1).some((word) => /^(?:-P|--policy|-f|--file|DROP|REJECT|drop|reject)$/.test(word));
}

/** What a firewall's script runs besides. */
const HELPERS =
  /^(?:\[|\[\[|:|\.|source|test|true|false|echo|printf|logger|exit|return|break|continue|shift|set|unset|export|local|declare|readonly|read|trap|umask|cd|let|eval|sleep|cat|grep|egrep|awk|gawk|sed|cut|tr|head|tail|sort|uniq|wc|date|id|whoami|uname|hostname|basename|dirname|command|which|type|getopts|mkdir|touch|rm|chmod|sysctl|modprobe|lsmod|rmmod|systemctl|service|fail2ban-client|seq|expr)$/;

function isHelper({ program, words }: StartedCommand): boolean {
  if (HELPERS.test(program)) return true;
  // `ip route show default` finds the interface; `ip link add` is other work.
  return (
    program === 'ip' && !words.some((word) => /^(?:a|add|d|del|delete|set|replace|change|flush)$/.test(word))
  );
}

function isUnknown({ program }: StartedCommand): boolean {
  return !HELPERS.test(program);
}
