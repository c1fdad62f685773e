// Writes the manual page: src/cli/unit-patch.1.md, with the texts of --help in the place of its comments.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, URL } from 'node:url';
import { build } from 'esbuild';
import remarkMan from 'remark-man';
import remarkParse from 'remark-parse';
import { unified } from 'unified';

const top = fileURLToPath(new URL('..', import.meta.url));
const directory = new URL('../dist/man/', import.meta.url);

const text = (value) => ({ type: 'text', value });
const strong = (value) => ({ type: 'strong', children: [text(value)] });
const emphasis = (value) => ({ type: 'emphasis', children: [text(value)] });
const lineBreak = { type: 'break' };
const paragraph = (...children) => ({ type: 'paragraph', children });
const list = (items) => ({
  type: 'list',
  children: items.map((item) => ({ type: 'listItem', children: [paragraph(...item)] })),
});

const sentence = (words) => `${words.charAt(0).toUpperCase()}${words.slice(1)}`.replace(/(?<![.?!])$/, '.');
const choices = ({ choices: all }) => (all ? `; one of ${all.join(', ')}` : '');
const nameOf = ({ usage }) => usage.split(' ')[0].replace('$0', 'patch');

/** `NAME...` for `<names..>`, `[CODE]` for `[code]`. */
function argument(word) {
  const name = word.replace(/[<>.]/g, '').toUpperCase();
  return emphasis(word.includes('..') ? `${name.replace(/S$/, '')}...` : name);
}

function synopsis({ usage }) {
  const words = usage.split(' ').filter((word) => word !== '$0');
  const shown = words.map((word) => (/^[<[]/.test(word) ? argument(word) : strong(word)));
  return [strong('unit-patch'), ...shown.flatMap((word) => [text(' '), word])];
}

function usage(commands) {
  const lines = commands.map((command) => [...synopsis(command), text(' ['), emphasis('options'), text(']')]);
  return [paragraph(...lines.flatMap((line, at) => (at === 0 ? line : [lineBreak, ...line])))];
}

function commandList(commands) {
  return list(
    commands.map((command) => {
      const positionals = command.positionals.map(
        (one) => `${one.name.replace(/s$/, '').toUpperCase()}: ${one.describe}${choices(one)}`,
      );
      const words = [command.describe, ...positionals].map(sentence).join(' ');
      return [...synopsis(command), lineBreak, text(words)];
    }),
  );
}

/** Each option once, with the commands that have it, unless all do. */
function optionList(commands) {
  const all = new Map();
  for (const command of commands)
    for (const option of command.options) {
      const key = `${option.name} ${option.describe}`;
      all.set(key, { option, takers: [...(all.get(key)?.takers ?? []), nameOf(command)] });
    }
  return list(
    [...all.values()].map(({ option, takers }) => {
      const { alias, name, type, describe } = option;
      const short = alias === undefined ? [] : [strong(`-${alias}`), text(', ')];
      const value = type === 'boolean' ? [] : [text(' '), emphasis(option.choices ? 'WHICH' : 'VALUE')];
      const where = takers.length === commands.length ? '' : ` (${takers.join(', ')})`;
      const words = sentence(describe + choices(option)) + where;
      return [...short, strong(`--${name}`), ...value, lineBreak, text(words)];
    }),
  );
}

/** The epilogue of --help: `Exit status: 0 done; 1 something is left`, or a sentence that adds to it. */
function statusList(epilogue) {
  const words = epilogue.replace('Exit status: ', '');
  if (!/^\d /.test(words)) return paragraph(text(sentence(words)));
  return list(words.split(/; (?=\d)/).map((part) => [strong(part[0]), text(` ${sentence(part.slice(2))}`)]));
}

function statuses(commands) {
  return commands.flatMap((command) => {
    const name = nameOf(command);
    const lists = command.epilogues.map(statusList);
    return name === 'patch' || lists.length === 0
      ? lists
      : [paragraph(strong(`unit-patch ${name}`)), ...lists];
  });
}

/** What `unit-patch explain` says of each finding. */
function findingList({ findings }) {
  return list(
    findings.map((one) => [
      strong(one.code),
      text(` (${levelsOf(one)})`),
      lineBreak,
      text(`${one.meaning} ${one.wayOut}`),
    ]),
  );
}

function exampleList(commands) {
  return list(
    commands.flatMap(({ examples }) =>
      examples.map(([command, what]) => [strong(command), lineBreak, text(sentence(what))]),
    ),
  );
}

/** Puts nodes in the place of the comments that name them. */
function fill(places) {
  return (tree) => {
    tree.children = tree.children.flatMap((node) => {
      if (node.type !== 'html') return [node];
      const [, name] = /^<!-- (\w+) -->$/.exec(node.value);
      return places[name];
    });
  };
}

/**
 * What remark-man leaves: a page without a date, so that two builds are the same; no paragraph where a section has just
 * begun, which mandoc complains of; a hyphen that a reader can copy as the dash of an option; and ASCII alone for
 * groff.
 */
function finish(roff) {
  return roff
    .replace(/^(\.TH .*?) "[A-Z][a-z]+ \d+"/, '$1 ""')
    .replace(/^(\.SH .*)\n\.P$/gm, '$1')
    .replace(/[-~^]/g, (letter) => ({ '-': '\\-', '~': '\\(ti', '^': '\\(ha' })[letter])
    .replace(/[^\0-\x7f]/gu, (letter) => {
      const number = letter.codePointAt(0).toString(16).toUpperCase();
      return `\\[u${number.padStart(4, '0')}]`;
    });
}

async function load() {
  const outfile = fileURLToPath(new URL('make.js', directory));
  const contents = `
    export { COMMANDS } from './src/cli/commands/index.js';
    export { recorded } from './src/cli/recorded.js';
    export { FINDING_CODES } from './src/plan/findings/index.js';
    export { explainReport, levelsOf } from './src/report/explain.js';`;
  const bundle = { bundle: true, platform: 'node', format: 'esm', target: 'node20.19', packages: 'external' };
  await build({ stdin: { contents, resolveDir: top, loader: 'ts' }, outfile, ...bundle });
  const loaded = await import(new URL('make.js', directory).href);
  rmSync(outfile);
  return loaded;
}

mkdirSync(directory, { recursive: true });
const { COMMANDS, explainReport, FINDING_CODES, levelsOf, recorded } = await load();
const commands = await Promise.all(COMMANDS.map(recorded));
const { version } = JSON.parse(readFileSync(`${top}package.json`, 'utf8'));
const page = await unified()
  .use(remarkParse)
  .use(fill, {
    usage: usage(commands),
    commands: commandList(commands),
    options: optionList(commands),
    statuses: statuses(commands),
    findings: findingList(explainReport(FINDING_CODES)),
    examples: exampleList(commands),
  })
  .use(remarkMan, { version: `unit-patch ${version}`, manual: 'User Commands' })
  .process(readFileSync(`${top}src/cli/unit-patch.1.md`));
writeFileSync(new URL('unit-patch.1', directory), finish(String(page)));
