import { COMMANDS } from './commands/all.js';
import { type Described, recorded, type Recorded } from './recorded.js';

const DESCRIPTION = [
  'unit-patch makes one systemd unit follow another, with the smallest drop-in that does it. dockerd writes its rules once, when it starts; a restart of the firewall wipes them, and containers lose the network. With the drop-in docker restarts along with the firewall.',
  'It reads the units as systemd does, works out what is missing, shows the difference, refuses what would keep a unit from starting, writes one file, and has systemd reload. Where systemd does not accept the result, everything is put back.',
  'Results go to standard output, and all talk to standard error.',
];

/** How each epilogue of --help begins. */
const EPILOGUE = /^Exit status: /;

const FILES: readonly (readonly [string, string])[] = [
  [
    '/etc/systemd/system/docker.service.d/50-follow-firewall.conf',
    'what is written for docker; its first line says so and holds a checksum',
  ],
  ['/etc/systemd/system/UNIT.d/50-follow-OTHER.conf', 'what is written for a unit that has no template'],
];

/**
 * The manual page unit-patch(1), in man(7), from the texts of `--help`.
 * @param version the version of the package
 */
export function manPage(version: string): string {
  const commands = COMMANDS.map(recorded);
  const options = new Map(
    commands.flatMap((one) =>
      one.options.map((option) => [`${option.name} ${option.describe}`, option] as const),
    ),
  );
  const [main, ...others] = commands;
  const [status = ''] = main?.epilogues ?? [];
  return [
    `.TH UNIT\\-PATCH 1 "" "unit\\-patch ${escaped(version)}" "User Commands"`,
    '.SH NAME',
    'unit\\-patch \\- make one systemd unit follow another',
    '.SH SYNOPSIS',
    ...[...(main ? [main] : []), ...others].flatMap(({ usage }, at) => [
      ...(at > 0 ? ['.br'] : []),
      synopsis(usage),
    ]),
    '.SH DESCRIPTION',
    ...DESCRIPTION.flatMap((text, at) => [...(at > 0 ? ['.PP'] : []), escaped(text)]),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH OPTIONS',
    ...[...options.values()].flatMap((option) => optionLines(option, commands)),
    '.TP',
    '.BR \\-h ", " \\-\\-help',
    'Show the options of a command.',
    '.TP',
    '.B \\-\\-version',
    'Show the version.',
    '.SH EXIT STATUS',
    ...statusLines(status),
    ...others.flatMap(({ usage, epilogues }) => epilogues.flatMap((text) => ownStatusLines(usage, text))),
    '.SH FILES',
    ...FILES.flatMap(([path, what]) => ['.TP', `.I ${escaped(path)}`, escaped(sentence(what))]),
    '.SH EXAMPLES',
    ...commands
      .flatMap(({ examples }) => examples)
      .flatMap(([command, what]) => ['.TP', `.B ${quoted(command)}`, escaped(sentence(what))]),
    '.SH SEE ALSO',
    '.BR systemctl (1),',
    '.BR systemd.unit (5),',
    '.BR systemd\\-analyze (1),',
    '.BR iptables (8),',
    '.BR dockerd (8)',
    '',
  ]
    .flatMap(folded)
    .join('\n');
}

function synopsis(usage: string): string {
  const words = usage.split(' ').filter((word) => word !== '$0');
  const shown = words.map((word) =>
    /^[<[]/.test(word) ? `\\fI${escaped(argument(word))}\\fR` : `\\fB${escaped(word)}\\fR`,
  );
  return ['\\fBunit\\-patch\\fR', ...shown, '[\\fIoptions\\fR]'].join(' ');
}

/** `NAME…` for `<names..>`, `[SHELL]` for `[shell]`. */
function argument(word: string): string {
  const name = word.replace(/[<>[\].]/g, '').toUpperCase();
  const plain = word.includes('..') ? `${name.replace(/S$/, '')}...` : name;
  return word.startsWith('[') ? `[${plain}]` : plain;
}

function commandLines({ usage, describe, positionals }: Recorded): string[] {
  const texts = positionals.map(
    (one) => `${one.name.replace(/s$/, '').toUpperCase()}: ${one.describe}${choices(one)}`,
  );
  return [
    '.TP',
    synopsis(usage).replace(/ \[\\fIoptions\\fR\]$/, ''),
    escaped([describe, ...texts].map(sentence).join(' ')),
  ];
}

function optionLines(option: Described, commands: readonly Recorded[]): string[] {
  const names = [...(option.alias === undefined ? [] : [`-${option.alias}`]), `--${option.name}`];
  const shown = names.map((name) => `\\fB${escaped(name)}\\fR`).join(', ');
  const value = option.type === 'boolean' ? '' : ` \\fI${option.choices ? 'WHICH' : 'VALUE'}\\fR`;
  const takers = commands.filter(({ options }) =>
    options.some(({ name, describe }) => name === option.name && describe === option.describe),
  );
  const where =
    takers.length === commands.length
      ? ''
      : `(${takers.map(({ usage }) => usage.split(' ')[0]?.replace('$0', 'patch') ?? '').join(', ')})`;
  return ['.TP', shown + value, escaped(`${sentence(option.describe + choices(option))} ${where}`.trim())];
}

function choices({ choices: all }: Described): string {
  return all ? `; one of ${all.join(', ')}` : '';
}

/** The epilogue of --help as a list: `Exit status: 0 done · 1 something is left`. */
function statusLines(text: string): string[] {
  const parts = text.replace(EPILOGUE, '').split(' · ');
  return parts.flatMap((part) => {
    const [, number = '', what = ''] = /^(\d) (.*)$/s.exec(part) ?? [];
    return ['.TP', `.B ${number}`, escaped(sentence(what))];
  });
}

/** The statuses of a command that gives them another meaning: a list under its name, or a sentence. */
function ownStatusLines(usage: string, text: string): string[] {
  const name = `.B unit\\-patch ${escaped(usage.split(' ')[0] ?? '')}`;
  const rest = text.replace(EPILOGUE, '');
  return [
    '.PP',
    name,
    ...(/^\d /.test(rest) ? ['.RS', ...statusLines(text), '.RE'] : [escaped(`ends ${rest}`)]),
  ];
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(first) ? first : `${first}.`;
}

function quoted(text: string): string {
  return `"${escaped(text).replaceAll('"', '\\(dq')}"`;
}

/** A text that roff(7) prints as it is. */
function escaped(text: string): string {
  const plain = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replaceAll('·', '\\(pc');
  return plain.replace(/^(?=[.'])/, '\\&');
}

/** Lines of a source that people read, too: no word is cut. */
function folded(line: string): string[] {
  if (/^\.|^\\f/.test(line)) return [line];
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + word.length < 79 || /^[.']/.test(word))
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
