import type { Files } from '../files/files.js';
import { assigned, readText } from '../files/read-text.js';
import { isCommand } from '../units/settings.js';
import type { Setting, Unit } from '../units/unit.js';
import { type StartedCommand, commandsOf } from './commands/commands.js';
import { programOf } from './commands/prefixes.js';
import { unitCall } from './commands/unit-calls.js';
import { readDaemon } from './dockerd/daemon-json.js';
import { type Backend, flushesOthers, keepsRules, mayFlush } from './flush.js';
import { ownTablesBy } from './own-tables.js';
import type { Template } from './template.js';

/** The chains that hold docker's rules or jump to them: a flush of any other chain removes none of them. */
const CHAIN = /^(?:FORWARD|OUTPUT|PREROUTING|POSTROUTING|DOCKER[\w-]*)$/;

const RESTORES = /^ip6?tables(?:-nft|-legacy)?-restore$/;

/** Scripts often have the program in a variable: `$IPTABLES -F`. */
const FLUSHES = /^(?:ip6?tables(?:-nft|-legacy)?|\$\{?\w*(?:ipt|iptables|ip6tables)\w*\}?)$/i;

/**
 * Whether a job of a unit certainly flushes rules that others wrote: by a command of its own, or by one in the script
 * that it runs. A program that cannot be read does not count.
 */
export function runsFlush(files: Files, unit: Unit): boolean {
  return unit.directives
    .filter(isCommand)
    .some((setting) =>
      commandsOf(setting, files).some(
        (command) =>
          flushes(files, command) || (command.file === setting.file && isNftScript(files, command)),
      ),
    );
}

function flushes(files: Files, { program, words: [, ...rest] }: StartedCommand): boolean {
  if (/^ip6?tables\.init$/.test(program)) return true;
  if (program === 'nft')
    return (
      flushesOthers(rest.join(' '), 'iptables') ||
      rest.some((word) => flushesOthers(textAt(files, word), 'iptables'))
    );
  if (RESTORES.test(program)) return !rest.some(keepsRules);
  const isFlush = (word: string, at: number): boolean =>
    /^(?:-F|--flush)$/.test(word) && isOfOthers(rest[at + 1]);
  return FLUSHES.test(program) && rest.some(isFlush);
}

function isOfOthers(chain: string | undefined): boolean {
  return chain === undefined || chain.startsWith('-') || CHAIN.test(chain);
}

/** Whether a program is a script that nft(8) reads, and that flushes. */
function isNftScript(files: Files, { words: [path = ''], isOpened }: StartedCommand): boolean {
  const text = isOpened ? '' : textAt(files, path);
  return /^#!.*\bnft\b/.test(text) && flushesOthers(text, 'iptables');
}

function textAt(files: Files, path: string): string {
  const read = path.startsWith('/') ? readText(files, path) : undefined;
  return typeof read === 'object' ? read.text : '';
}

/** What a job of a firewall's unit does to rules that others wrote; an unknown command may wipe them. */
export type JobEffect = 'wipes' | 'keeps' | 'not-applicable';

/** What becomes of the rules that others wrote. */
export interface Effects {
  readonly restart: JobEffect;
  readonly reload: JobEffect;
  /** commands that wipe them without any job */
  readonly tools: readonly string[];
}

/** Where an engine keeps its rules, and what sets that. */
export function backendOf(
  files: Files,
  template: Template,
  unit: Unit,
): { readonly backend: Backend; readonly saidBy?: string } {
  const { daemonFile } = template;
  const place = daemonFile === undefined ? undefined : readDaemon(files, unit, daemonFile).ownTables;
  const saidBy =
    place === undefined ? ownTablesBy(files, template) : `"firewall-backend": "nftables", ${place}`;
  return saidBy === undefined ? { backend: 'iptables' } : { backend: 'nftables', saidBy };
}

/** Looks at the commands of a firewall's unit, and at the files that these read. */
export function effectsOf(files: Files, template: Template, unit: Unit, follow: Unit): Effects {
  const commands = (pattern: RegExp): string[] =>
    follow.directives
      .filter(({ section, key }) => section === 'Service' && pattern.test(key))
      // A hook, ours or somebody else's, touches no rule.
      .filter((setting) => !onlyCalls(setting, files, unit.names))
      .map(({ value }) => value);
  const { backend } = backendOf(files, template, unit);
  const keeps = isKnownToKeep(files, template, follow, backend);
  const wipe = (lines: readonly string[]): JobEffect =>
    !keeps && lines.some((line) => mayFlush(line, files, backend)) ? 'wipes' : 'keeps';
  const start = commands(/^Exec(?:Condition|StartPre|Start|StartPost)$/);
  const stop = commands(/^Exec(?:Stop|StopPre|StopPost)$/);
  const reload = commands(/^ExecReload(?:Post)?$/);
  const isUnknown = !keeps && commands(/^ExecStart$/).length === 0;
  return {
    restart: isUnknown ? 'wipes' : wipe([...stop, ...start]),
    reload: reload.length === 0 ? 'not-applicable' : wipe(reload),
    tools: toolsOf(
      ownTools(template, follow),
      backend === 'nftables' ? ['nft'] : start.map(programOf),
      start.some((line) => mayFlush(line, files, backend)),
    ),
  };
}

/** Whether a line only makes systemd start, restart or reload a unit. */
function onlyCalls(setting: Setting, files: Files, names: readonly string[]): boolean {
  const commands = commandsOf(setting, files);
  const calls = commands.filter((command) => unitCall(command, names));
  return (
    calls.length > 0 &&
    commands.every((one) => calls.includes(one) || /^(?:(?:ba|da)?sh|sleep|true|echo)$/.test(one.program))
  );
}

/** With some firewalls docker's rules are safe, unless a setting changes that. */
function isKnownToKeep(files: Files, { noNeed }: Template, follow: Unit, backend: Backend): boolean {
  const known = noNeed.find(({ unit }) => unit === follow.id);
  if (!known) return false;
  // The setting that makes it wipe concerns only the tables of iptables.
  if (!known.unless || backend === 'nftables') return true;
  const read = readText(files, known.unless.file);
  if (typeof read !== 'object') return read === undefined;
  const [key = '', value] = known.unless.setting.split('=');
  return assigned(read.text, key) !== value;
}

/** What the administrator of a known firewall types. */
function ownTools({ tools }: Template, { names }: Unit): string[] {
  return names.flatMap((name) => tools[name] ?? []);
}

function toolsOf(own: readonly string[], programs: readonly string[], flushes: boolean): string[] {
  if (programs.includes('netfilter-persistent'))
    return [...(flushes ? ['netfilter-persistent reload'] : []), 'netfilter-persistent flush'];
  if (programs.includes('nft')) return [...own, ...(flushes ? ['nft -f'] : []), 'nft flush ruleset'];
  return [...(own.length > 0 ? own : ['iptables-restore']), 'iptables -F'];
}
