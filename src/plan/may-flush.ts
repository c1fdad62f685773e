import type { Files } from '../system/files.js';
import { programOf, wordsOf } from './command-words.js';
import { callMayFlush } from './netfilter-persistent.js';
import { readText } from './read-text.js';

/** Whether a command line may take away rules that others wrote; what is not known may. */
export function mayFlush(line: string, files: Files): boolean {
  // One line may hold several commands: systemd.service(5), "COMMAND LINES".
  return line.split(/\s;\s/).some((command) => commandMayFlush(command, files));
}

/** Whether a command line takes away rules that others wrote: it is known what it runs, and that this flushes. */
export function flushesForSure(line: string, files: Files): boolean {
  return line
    .split(/\s;\s/)
    .some((command) => KNOWN.test(programOf(command)) && commandMayFlush(command, files));
}

/** Programs of which it is known what they take away. */
const KNOWN = /^(?:ip6?tables(?:-nft|-legacy)?-restore|netfilter-persistent|nft)$/;

/** What of an nft script takes away more than the tables that are its own: nft(8). */
export function flushesOthers(script: string): boolean {
  const text = script.replace(/#.*$/gm, '');
  // docker's rules are in the tables of iptables-nft, or in its own.
  const others = String.raw`(?:ip6?[ \t]+)?(?:filter|nat|mangle|raw|security|handle|docker|\$)`;
  return (
    /\bflush[ \t]+ruleset\b(?![ \t]+(?:inet|arp|bridge|netdev)\b)/.test(text) ||
    new RegExp(String.raw`\b(?:flush|delete|destroy)[ \t]+(?:table|chain|rule)[ \t]+${others}`).test(text)
  );
}

/** The files that a command line has nft read. */
export function nftFiles(command: string): string[] {
  return wordsOf(command).filter((word, at) => at > 0 && word.startsWith('/'));
}

function commandMayFlush(command: string, files: Files): boolean {
  const words = wordsOf(command);
  const program = programOf(command);
  if (/^(?:true|kill|echo)$/.test(program)) return false;
  if (/^ip6?tables(?:-nft|-legacy)?-restore$/.test(program))
    return !words.some((word) => word === '--noflush' || /^-[a-z]*n[a-z]*$/.test(word));
  if (program === 'netfilter-persistent') return callMayFlush(words[1], files);
  if (program === 'nft') return nftFlushes(command, words, files);
  return true;
}

/** nft adds to what is there, unless it is told to flush: nft(8). */
function nftFlushes(command: string, words: readonly string[], files: Files): boolean {
  if (flushesOthers(command)) return true;
  const named = nftFiles(command);
  const readsFile = words.some((word) => /^-[a-zA-Z]*f|^--file|^-i$|^--interactive|^include$/.test(word));
  if (!readsFile) return words.length < 2;
  const texts = named.map((path) => readText(files, path));
  const read = texts.flatMap((one) => (typeof one === 'object' ? [one.text] : []));
  const isKnown =
    named.length > 0 && read.length === named.length && !read.some((text) => /^\s*include\b/m.test(text));
  return !isKnown || read.some(flushesOthers);
}
