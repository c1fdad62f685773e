// The settings whose values both sides print: enough to see what resets a list and what replaces it.
// systemd prints values as it understood them, so only plain words are to be compared here.
const SINGLE =
  /^(?:Condition|Assert)[A-Z]|^(?:Environment|ListenStream|ListenDatagram|OnBootSec|PathExists)$/;
const COMMANDS = /^Exec(?:Condition|StartPre|Start|StartPost|Reload|Stop|StopPost)$/;

const VARIABLE = /^[A-Za-z_]\w*=/;
// Paths that systemd would print in a simpler form are not plain either.
const PLAIN = /^(?!.*(?:\/\/|\/\.|\/$))[^%\\"'$]*$/s;
const PLAIN_COMMAND = /^[\w/=.,@:+ \t-]*$/;

/** A setting in force, in words: `ExecStart=/bin/true`. */
type Setting = readonly [key: string, value: string];

/** Reads the settings in force from what systemd printed of a unit. */
export function dumpedSettings(id: string, lines: readonly string[]): string[] {
  const found: Setting[] = [];
  let list = '';
  for (const line of lines) {
    list = /^\t\t(?:->|→) (\w+):$/u.exec(line)?.[1] ?? list;
    const [, indent, key, value] = /^(\t+)([A-Z][A-Za-z ]*): ([^\n]*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    if (indent === '\t\t\t' && key === 'Command Line') found.push([list, value]);
    else if (indent === '\t\t') found.push([key, value.replace(/ untested$/, '')]);
  }
  return comparable(id, found);
}

/**
 * Takes what can be compared from the settings that our own reading says are in force; undefined if a
 * value is not plain, because systemd prints what it made of its quotes and specifiers.
 */
export function ownSettings(
  id: string,
  directives: readonly { readonly key: string; readonly value: string }[],
): string[] | undefined {
  const compared = directives.filter(({ key }) => isCompared(key));
  const isPlain = compared.every(({ key, value }) =>
    (COMMANDS.test(key) ? PLAIN_COMMAND : PLAIN).test(value),
  );
  if (!isPlain) return undefined;
  return comparable(
    id,
    compared.map(({ key, value }) => [key, COMMANDS.test(key) ? commandLine(value) : value]),
  );
}

function isCompared(key: string): boolean {
  return key === 'Description' || SINGLE.test(key) || COMMANDS.test(key);
}

function comparable(id: string, settings: readonly Setting[]): string[] {
  // Slices, devices and mounts are described by their paths.
  const isDescribed = /\.(?:service|socket|target|timer|path)$/.test(id);
  const description = settings.findLast(([key]) => key === 'Description')?.[1] ?? id;
  const words = settings
    .filter(([key]) => key === 'Environment')
    .flatMap(([, value]) => value.split(/[ \t\r\n]+/));
  const variables = new Map(words.filter((word) => VARIABLE.test(word)).map(variable));
  const commands = settings
    .filter(([key]) => COMMANDS.test(key))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const others = settings.filter(([key]) => SINGLE.test(key) && key !== 'Environment').map(print);
  return [
    ...(description === id || !isDescribed ? [] : [print(['Description', description])]),
    ...others.sort(),
    ...[...variables].map(([name, value]) => `Environment=${name}=${value}`).sort(),
    ...commands.map(print),
  ];
}

function print([key, value]: Setting): string {
  return `${key}=${value}`;
}

/** A later assignment of the same variable replaces the earlier one. */
function variable(value: string): [string, string] {
  const at = value.indexOf('=');
  return [value.slice(0, at), value.slice(at + 1)];
}

/** systemd prints the words of a command, without what its prefixes said. */
function commandLine(value: string): string {
  return value.replace(/^[-+!:|]*/, '').replace(/[ \t\r\n]+/g, ' ');
}
