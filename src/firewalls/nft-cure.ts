import type { Files } from '../files/files.js';
import { readText } from '../files/read-text.js';
import type { Setting, Unit } from '../units/unit.js';
import { executableOf, programOf, wordsOf } from './commands/prefixes.js';
import { type Backend, flushesOthers, includesOthers, nftFiles } from './flush.js';

/** What a firewall of nft(8) flushes, and what to say in its place. */
export interface NftCure {
  readonly flushes: string;
  readonly instead: string;
}

/** How a firewall that nft loads could keep to its own tables; undefined where it does, or where it is not known. */
export function nftCure(files: Files, follow: Unit, backend: Backend): NftCure | undefined {
  const commands = follow.directives.filter(
    ({ section, key, value }) =>
      section === 'Service' && key.startsWith('Exec') && programOf(value) === 'nft',
  );
  const start = commands.find(({ key }) => key === 'ExecStart');
  const [path] = start ? nftFiles(start.value) : [];
  const read = path === undefined ? undefined : readText(files, path);
  if (!start || path === undefined || typeof read !== 'object' || includesOthers(read.text)) return undefined;
  const tables = tablesOf(read.text);
  const line = read.text.split('\n').findIndex((one) => flushesOthers(one, backend)) + 1;
  const lines = commands.filter(({ value }) => flushesOthers(value, backend));
  if (tables.length === 0 || (line === 0 && lines.length === 0)) return undefined;
  const nft = executableOf(wordsOf(start.value)[0] ?? 'nft');
  return {
    flushes:
      [...(line > 0 ? [`${path}:${line}`] : []), ...lines.map(placed)].join(' and ') +
      ' flush more than its own',
    instead: [...inFile(path, line, tables), ...inDropIn(follow.id, lines, tables, nft, path)].join('; '),
  };
}

/** The tables that a script makes, each once. */
function tablesOf(script: string): string[] {
  const text = script.replace(/#.*$/gm, '');
  const made = [
    ...text.matchAll(
      /(?:^|[;\n])[ \t]*(?:add[ \t]+)?table[ \t]+((?:(?:ip6?|inet|arp|bridge|netdev)[ \t]+)?[\w-]+)/g,
    ),
  ];
  return [...new Set(made.map(([, name = '']) => name.replace(/[ \t]+/g, ' ')))];
}

function placed({ key, file, line }: Setting): string {
  return `${key}= (${file}:${line})`;
}

/** `delete` fails on a table that is not there, so it is made first. */
function inFile(path: string, line: number, tables: readonly string[]): string[] {
  if (line === 0) return [];
  // The names that iptables-nft(8) has for its own.
  const shared = tables.filter((table) => /^(?:ip6? )?(?:filter|nat|mangle|raw|security)$/.test(table));
  const rename = shared.map((table) => `, once table ${table} has a name that iptables does not use`);
  const own = tables.map((table) => `table ${table}; delete table ${table}`);
  return [`in ${path} say "${own.join('; ')}" in the place of line ${line}${rename.join('')}`];
}

function inDropIn(
  unit: string,
  lines: readonly Setting[],
  tables: readonly string[],
  nft: string,
  path: string,
): string[] {
  const says = [...new Set(lines.map(({ key }) => key))].map((key) => {
    const commands =
      key === 'ExecReload' ? [`${nft} -f ${path}`] : tables.map((table) => `${nft} delete table ${table}`);
    return ['', ...commands].map((command) => `${key}=${command}`).join(' and ');
  });
  return says.length === 0 ? [] : [`in a drop-in of ${unit}, under [Service]: ${says.join(', ')}`];
}
