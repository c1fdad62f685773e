import type { Files } from '../files/files.js';
import { readText } from '../files/read-text.js';
import { executableOf, programOf, wordsOf } from './commands/prefixes.js';
import { callMayFlush, pluginsIn } from './netfilter-persistent.js';

/**
 * Where the rules are that must survive: in the tables of iptables, or in nftables tables that are the engine's own.
 */
export type Backend = 'iptables' | 'nftables';

/** Whether a command line may remove rules that others wrote; an unknown command may. */
export function mayFlush(line: string, files: Files, backend: Backend): boolean {
  // One line may hold several commands: systemd.service(5), "COMMAND LINES".
  return line.split(/\s;\s/).some((command) => commandMayFlush(command, files, backend));
}

/** Whether a command line certainly removes rules from the tables of iptables. */
export function flushesForSure(line: string, files: Files): boolean {
  return line
    .split(/\s;\s/)
    .some((command) => KNOWN.test(programOf(command)) && commandMayFlush(command, files, 'iptables'));
}

/** Programs whose effect on rules is known. */
const KNOWN = /^(?:ip6?tables(?:-nft|-legacy)?-restore|netfilter-persistent|nft)$/;

// Each of these takes the length of the script: no two neighbours can take the same character, and \s would cross
// lines.
const COMMENT = /#.*$/gm;
const FLUSHES_ALL = /\bflush[ \t]+ruleset\b(?![ \t]+(?:inet|arp|bridge|netdev)\b)/;
/** docker's rules are in the tables of iptables-nft, or in its own: docker-bridges. */
const FLUSHES_SHARED: Readonly<Record<Backend, RegExp>> = {
  iptables:
    /\b(?:flush|delete|destroy)[ \t]+(?:table|chain|rule)[ \t]+(?:ip6?[ \t]+)?(?:filter|nat|mangle|raw|security|handle|docker|\$)/,
  nftables: /\b(?:flush|delete|destroy)[ \t]+(?:table|chain|rule)[ \t]+(?:ip6?[ \t]+)?(?:handle|docker|\$)/,
};
const INCLUDE = /(?:^|[;{])[ \t]*include\b/m;

/** The commands of an nft script that remove more than its own tables: nft(8). */
export function flushesOthers(script: string, backend: Backend): boolean {
  const text = script.replace(COMMENT, '');
  return FLUSHES_ALL.test(text) || FLUSHES_SHARED[backend].test(text);
}

/** Whether an nft script reads other files. */
export function includesOthers(script: string): boolean {
  return INCLUDE.test(script.replace(COMMENT, ''));
}

/** The files that a command line makes nft read. */
export function nftFiles(command: string): string[] {
  return wordsOf(command).filter((word, at) => at > 0 && word.startsWith('/'));
}

/**
 * Programs that load and flush only the tables of iptables and leave those of nftables alone: the scripts of the
 * packages iptables-services (RHEL) and iptables (Arch) among them.
 */
const IPTABLES_ONLY =
  /^(?:ip6?tables(?:-(?:nft|legacy))?(?:-restore|-apply|-flush)?(?:\.init)?|netfilter-persistent|ipset)$/;

function commandMayFlush(command: string, files: Files, backend: Backend): boolean {
  const words = wordsOf(command);
  const program = programOf(command);
  if (/^(?:true|echo)$/.test(program)) return false;
  // It makes the firewall's daemon do something: firewalld then flushes the tables of iptables, and no others.
  if (program === 'kill') return backend === 'iptables';
  if (backend === 'nftables' && IPTABLES_ONLY.test(program))
    return callsNft(executableOf(words[0] ?? ''), files);
  if (/^ip6?tables(?:-nft|-legacy)?-restore$/.test(program)) return !words.some(keepsRules);
  if (program === 'netfilter-persistent') return callMayFlush(words[1], files);
  if (program === 'nft') return nftFlushes(command, words, files, backend);
  return true;
}

/** Whether a word of iptables-restore(8) makes it keep the existing rules: `--noflush`, or `-n` among others. */
export function keepsRules(word: string): boolean {
  return word === '--noflush' || (/^-[a-z]+$/.test(word) && word.includes('n'));
}

/** Somebody may have put nft(8) into a script of that name, or into a plugin of netfilter-persistent(8). */
function callsNft(program: string, files: Files): boolean {
  const plugins = program.endsWith('/netfilter-persistent') ? pluginsIn(files) : [];
  return [program, ...plugins].some((path) => {
    const read = path.startsWith('/') ? readText(files, path) : undefined;
    return (
      typeof read === 'object' &&
      read.text.startsWith('#!') &&
      /(?:^|[\s;&|($`/])nft[ \t]+(?:-\S+[ \t]+)*(?:-f|--file|flush|delete|destroy|"?\$)/m.test(
        read.text.replace(/#.*$/gm, ''),
      )
    );
  });
}

/** nft adds to what is there, unless its script flushes: nft(8). */
function nftFlushes(command: string, words: readonly string[], files: Files, backend: Backend): boolean {
  if (flushesOthers(command, backend)) return true;
  const named = nftFiles(command);
  const readsFile = words.some((word) => /^-[a-zA-Z]*f|^--file|^-i$|^--interactive|^include$/.test(word));
  if (!readsFile) return words.length < 2;
  const texts = named.map((path) => readText(files, path));
  const read = texts.flatMap((one) => (typeof one === 'object' ? [one.text] : []));
  const isKnown = named.length > 0 && read.length === named.length && !read.some(includesOthers);
  return !isKnown || read.some((text) => flushesOthers(text, backend));
}
