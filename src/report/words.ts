/** A word that Markdown, and what GitHub and GitLab make links of, can only take for a word. */
export const isPlain = (word: string): boolean =>
  /^(?:\p{L}[\p{L}'’]*(?:-\p{L}[\p{L}'’]*)*|\p{N}+(?:\p{L}{1,3})?)$/u.test(word);

/** The marks around a word, from the outside in: a pattern for them takes cubic time on a run of brackets. */
export function bared(word: string): [before: string, core: string, after: string] {
  let first = 0;
  while (first < word.length && '"('.includes(word.charAt(first))) first++;
  let last = word.length;
  for (const some of ['")', ',.;:!?', '")'])
    while (last > first && some.includes(word.charAt(last - 1))) last--;
  return [word.slice(0, first), word.slice(first, last), word.slice(last)];
}

/** Programs that a hint names together with their arguments. */
const PROGRAMS = /^(?:systemctl|unit-patch|docker|nft|iptables)$/;
const VERBS =
  /^(?:start|stop|restart|reload|enable|disable|mask|unmask|edit|cat|show|reset-failed|daemon-reload|check|compare|explain|doctor|prove|revert|update)$/;
const TAKES_WORD = /^--(?:relation|follow|force|restart)$/;

/** The index behind a command that begins here; the same index if none does. */
export function endOfCommand(words: readonly string[], begin: number): number {
  const word = (at: number): string => words[at] ?? '';
  if (TAKES_WORD.test(word(begin)) && /^[\w@.-]+[,;:)]?$/.test(word(begin + 1))) return begin + 2;
  const first = word(begin) === 'sudo' ? begin + 1 : begin;
  if (!PROGRAMS.test(word(first))) return begin;
  let at = first + 1;
  while (at < words.length && !/[,;:]$/.test(word(at - 1)) && belongs(word(at), word(at - 1))) at++;
  return at > first + 1 ? at : begin;
}

/** Whether a word goes on with a command: a plain word only where a command must have one. */
function belongs(word: string, before: string): boolean {
  const [, core] = bared(word);
  if (PROGRAMS.test(before)) return VERBS.test(core) || !isPlain(core);
  return TAKES_WORD.test(before) || before === '&&' || (core !== '' && !isPlain(core));
}
