/** Options of a match or target that say how, not whom: two rules that differ in them only do the same job. */
const MANNERS = new Set(['--to-source', '--reject-with', '--random', '--random-fully', '--persistent']);
/** These load the module of the options that follow, which imply it. */
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
 * addresses without a needless mask, options in alphabetical order.
 * @param line `-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE`
 */
export function canonicalRule(line: string): string {
  const said = options(words(line)).filter(({ name }) => !IMPLIED.has(name) && !MANNERS.has(name));
  return said
    .map(({ not, name, values }) => [...(not ? ['!'] : []), name, ...values.map(plain(name))].join(' '))
    .sort()
    .join(' ');
}

/** Marks a word that was quoted, and therefore is not an option. */
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

/** Counters before the rule do not belong to it; a quoted text is one word. */
function words(line: string): string[] {
  const rule = line.trim().replace(/^\[\d+:\d+\] /, '');
  return [...rule.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare ?? '') : QUOTED + quoted,
  );
}

/** IPv4's rules, or IPv6's. */
export type Family = 'ip' | 'ip6';

/** The rules in force of one family, as iptables-save prints them; one without any prints nothing at all. */
export class RuleSet {
  /** by table and canonical form */
  private readonly rules = new Map<string, { readonly table: string; readonly rule: string }>();
  private readonly policies = new Map<string, string>();
  private words: ReadonlySet<string> | undefined;

  /** @param texts what iptables-save and its legacy twin printed: a rule of either is in force */
  constructor(texts: readonly string[]) {
    for (const text of texts) this.read(text);
  }

  /** Whether a rule is in force, in any spelling. */
  has(table: string, rule: string): boolean {
    return this.rules.has(`${table} ${canonicalRule(rule)}`);
  }

  /** Every rule that is in force, without its counters. */
  all(): { readonly table: string; readonly rule: string }[] {
    return [...this.rules.values()];
  }

  /** Whether any rule names an interface. */
  names(bridge: string): boolean {
    this.words ??= new Set(this.all().flatMap(({ rule }) => rule.split(/\s+/)));
    return this.words.has(bridge);
  }

  /** Whether a packet that no rule accepts is not forwarded. */
  get forwardsNothingByItself(): boolean {
    if (this.policies.get('filter FORWARD') === 'DROP') return true;
    return ['REJECT', 'DROP'].some((target) => this.has('filter', `-A FORWARD -j ${target}`));
  }

  private read(text: string): void {
    let table = '';
    for (const line of text.split('\n')) {
      const [, name] = /^\*(\w+)$/.exec(line) ?? [];
      if (name !== undefined) table = name;
      const [, chain, policy] = /^:(\S+) (\w+) /.exec(line) ?? [];
      if (chain !== undefined && policy !== undefined) this.policies.set(`${table} ${chain}`, policy);
      const [, rule] = /^(?:\[\d+:\d+\] )?(-A .*)/.exec(line) ?? [];
      if (rule !== undefined) this.rules.set(`${table} ${canonicalRule(rule)}`, { table, rule });
    }
  }
}

/** A rule as the command that would add it. */
export function asCommand(family: Family, table: string, rule: string): string {
  return `${family === 'ip6' ? 'ip6tables' : 'iptables'}${table === 'filter' ? '' : ` -t ${table}`} ${rule}`;
}

/** What is wrong with an output that should be iptables-save's; undefined if nothing is. */
export function whyNoRules(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const opened = lines.filter((line) => line.startsWith('*')).length;
  const closed = lines.filter((line) => line === 'COMMIT').length;
  if (lines.some((line) => !/^(?:\*\w+$|:|(?:\[\d+:\d+\] )?-A |COMMIT$)/.test(line)))
    return 'is not the output of iptables-save';
  return opened === closed ? undefined : 'is cut short: a table has no COMMIT';
}
