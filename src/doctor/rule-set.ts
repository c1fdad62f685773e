import { canonicalRule } from './rule.js';

/** IPv4's rules, or IPv6's. */
export type Family = 'ip' | 'ip6';

/** The rules in force of one family, as iptables-save prints them; one without any prints nothing at all. */
export class RuleSet {
  /** by table and canonical form */
  private readonly rules = new Map<string, { readonly table: string; readonly rule: string }>();
  private readonly policies = new Map<string, string>();
  private words: ReadonlySet<string> | undefined;

  /** @param texts what iptables-save and its legacy twin printed: what either of them has is in force */
  constructor(texts: readonly string[]) {
    for (const text of texts) this.read(text);
  }

  /** Whether a rule is in force, in whatever words. */
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

  /** Whether what no rule accepts is not forwarded. */
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

/** What is wrong with an output that should be iptables-save's; undefined where nothing is. */
export function whyNoRules(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const opened = lines.filter((line) => line.startsWith('*')).length;
  const closed = lines.filter((line) => line === 'COMMIT').length;
  if (lines.some((line) => !/^(?:\*\w+$|:|(?:\[\d+:\d+\] )?-A |COMMIT$)/.test(line)))
    return 'is no output of iptables-save';
  return opened === closed ? undefined : 'is cut short: a table has no COMMIT';
}
