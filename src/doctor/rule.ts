/** Options of a match or target that say how, not whom: two rules that differ in them only do the same job. */
const MANNERS = new Set(['--to-source', '--reject-with', '--random', '--random-fully', '--persistent']);
/** These load what the options that follow belong to, and are implied by them. */
const IMPLIED = new Set(['-m', '--match', '--comment', '-c', '--set-counters']);
const SHORT: Readonly<Record<string, string>> = {
  '--append': '-A',
  '--source': '-s',
  '--src': '-s',
  '--destination': '-d',
  '--dst': '-d',
  '--in-interface': '-i',
  '--out-interface': '-o',
  '--protocol': '-p',
  '--jump': '-j',
  '--state': '--ctstate',
  '--destination-port': '--dport',
};

/**
 * One form for all the ways in which iptables-save and people write the same rule: no counters, comments or modules,
 * addresses without a needless mask, options in the order of the alphabet.
 * @param line `-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE`
 */
export function canonicalRule(line: string): string {
  const said = options(words(line)).filter(({ name }) => !IMPLIED.has(name) && !MANNERS.has(name));
  return said
    .map(({ not, name, values }) => [...(not ? ['!'] : []), name, ...values.map(plain(name))].join(' '))
    .sort()
    .join(' ');
}

/** Stands before a word that was quoted, and therefore is no option. */
const QUOTED = '\0';

interface Option {
  not: boolean;
  readonly name: string;
  readonly values: string[];
}

function options(all: readonly string[]): Option[] {
  const found: Option[] = [];
  let not = false;
  for (const word of all) {
    const last = found.at(-1);
    if (word === '!') not = true;
    else if (!word.startsWith(QUOTED) && /^--?[A-Za-z]/.test(word)) {
      found.push({ not, name: SHORT[word] ?? word, values: [] });
      not = false;
    } else if (last) {
      // Ancient iptables wrote `-o ! docker0`.
      if (not) last.not = true;
      not = false;
      last.values.push(word);
    }
  }
  return found;
}

function plain(name: string): (value: string) => string {
  if (name === '-s' || name === '-d') return (value) => value.replace(/\/(?:32|128)$/, '');
  if (name === '--ctstate') return (value) => value.split(',').sort().join(',');
  return (value) => value;
}

/** Counters before the rule are no words of it; what stands in quotes is one word. */
function words(line: string): string[] {
  const rule = line.trim().replace(/^\[\d+:\d+\] /, '');
  return [...rule.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare ?? '') : QUOTED + quoted,
  );
}
