/** The values of commands, variables and conditions, as far as systemd prints them back. */
import type { Setting } from '../../src/index.js';

const commands = /^Exec(?:Condition|StartPre|Start|StartPost|Reload|Stop|StopPost)$/;
const conditions = /^(?:Condition|Assert)[A-Z]/;
const word = /(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s"'])+/g;

/**
 * What our settings in force and the values in systemd's dump do not agree on. systemd prints values unquoted,
 * expanded and quoted again in its own way: so quotes, backslashes and white space are left out of account, and a
 * specifier of ours stands for any text. What is judged is which values are in force, and in which order.
 */
export function differentValues(directives: readonly Setting[], dumped: readonly string[]): string[] {
  const theirs = dumped.map((setting) => /^(\w+)=(.*)$/s.exec(setting) ?? []);
  const keys = new Set([...directives.map(({ key }) => key), ...theirs.map(([, key = '']) => key)]);
  const comparable = [...keys].filter(
    (key) => commands.test(key) || conditions.test(key) || key === 'Environment',
  );
  return comparable.flatMap((key) => {
    const own = ownValues(
      key,
      directives.filter((one) => one.key === key).map(({ value }) => value),
    );
    const printed = theirs.flatMap(([, theirKey, value = '']) => (theirKey === key ? [value] : []));
    const judged = printed.map((value) => bare(key === 'Environment' ? firstWord(value) : value));
    return matches(own, judged, commands.test(key))
      ? []
      : [`${key}: ${own.join(' | ')} / ${judged.join(' | ')}`];
  });
}

function ownValues(key: string, values: readonly string[]): string[] {
  if (key === 'Environment') {
    const variables = values.flatMap((value) => value.match(word) ?? []).map((one) => bare(firstWord(one)));
    return [...new Map(variables.map((variable) => [variable.split('=')[0], variable])).values()];
  }
  if (commands.test(key)) return values.flatMap((value) => value.split(' ; ')).map(commandLine);
  return values.map((value) => bare(value.replace(/(?<=[^!|])\/$/, '')));
}

/** systemd prints variables in a row, without a mark where a value with white space in it ends. */
function firstWord(variable: string): string {
  return variable.replace(/\s.*$/s, '');
}

/** After the prefix `@` the second word is what the command sees as its own name, and all that systemd prints. */
function commandLine(value: string): string {
  const [prefixes = ''] = /^[-+!:|@]*/.exec(value) ?? [];
  const words = value.slice(prefixes.length);
  return bare(prefixes.includes('@') ? words.replace(/^\S+\s+/, '') : words);
}

function bare(value: string): string {
  return value.replace(/["'\\\s]/g, '');
}

function matches(own: readonly string[], printed: readonly string[], inOrder: boolean): boolean {
  if (own.length !== printed.length) return false;
  const patterns = own.map(pattern);
  if (inOrder) return patterns.every((one, index) => one.test(printed[index] ?? ''));
  return (
    patterns.every((one) => printed.some((value) => one.test(value))) &&
    printed.every((value) => patterns.some((one) => one.test(value)))
  );
}

function pattern(value: string): RegExp {
  const parts = value.split(/(%.)/).map((part, index) => {
    if (index % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return part === '%%' ? '%' : '.*';
  });
  return new RegExp(`^${parts.join('')}$`);
}
