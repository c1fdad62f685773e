import { describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import { commandName, COMMANDS } from '../../src/cli/commands/index.js';
import { recorded } from '../../src/cli/recorded.js';
import type { Comparison } from '../../src/plan/compare.js';
import type { Outcome } from '../../src/plan/coverage.js';
import { isSoft } from '../../src/firewalls/template.js';
import { EVENTS } from '../../src/plan/events.js';
import { FINDINGS } from '../../src/plan/findings/index.js';
import { run } from '../helpers/run.js';

const READMES = ['README.md', 'README.zh-CN.md'].map((name) => ({
  name,
  readme: fs.readFileSync(name, 'utf8'),
}));

/** The screen of a command on a terminal of 80 columns and 24 rows, up to its question. */
async function screenOf(argv: readonly string[]): Promise<string> {
  let shown = '';
  await run(argv, {
    errIsTerminal: true,
    outIsTerminal: true,
    env: { NO_COLOR: '1' },
    size: { columns: 80, rows: 24 },
    out: (text) => (shown += text),
    err: (text) => (shown += text),
    ask: (question) => {
      shown = `${shown}${question.trimEnd()}\n\0`;
      return Promise.resolve('n');
    },
  });
  // The way to the checkout is another one for everybody.
  return shown.replace(/\0[^]*$/, '').replaceAll(`${process.cwd()}/`, '');
}

describe.each(READMES)('$name', ({ readme }) => {
  test('shows what the command prints on a terminal', async () => {
    const shown = 'docker --root examples/centos-7';
    expect(readme).toContain(`$ unit-patch ${shown}\n${await screenOf(shown.split(' '))}\`\`\``);
  });

  test('has a table of what each relation covers, as compare works it out', async () => {
    const { out } = await run(['compare', 'docker', '--root', 'examples/centos-7', '--json']);
    const { relations: all } = JSON.parse(out) as Comparison;
    const relations = all.filter(({ relation }) => !isSoft(relation));
    const signs: Partial<Record<Outcome, string>> = { covered: '✅', lost: '❌', down: '⏹' };
    const rows = EVENTS.map((_, at) =>
      relations.map(({ coverage }) => signs[coverage[at]?.outcome ?? 'lost']),
    );
    const [, head = '', table = ''] = /^(\| \| `requires`.*)\n.*\n((?:\|.*\n)+)/m.exec(readme) ?? [];
    const cells = (line: string): string[] =>
      line
        .split(' | ')
        .slice(1)
        .map((one) => one.replace(/[ |`]/g, ''));
    expect(cells(head)).toEqual(relations.map(({ relation }) => relation));
    expect(table.trimEnd().split('\n').map(cells)).toEqual(rows);
  });

  test('shows a recording of a terminal whose words are those of today, in less than 300 KB', async () => {
    const [, file = ''] = /^!\[.+\]\((.+\.svg)\)$/m.exec(readme) ?? [];
    const svg = fs.readFileSync(file, 'utf8');
    expect(svg.length).toBeLessThan(300_000);
    const words = new Set([...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, word]) => word));
    const [, lasting = ''] =
      /(From then on[^]*)Before/.exec(await screenOf(['docker', '--root', 'examples/centos-7'])) ?? [];
    for (const word of [...lasting.split(/\s+/).filter((one) => one !== ''), 'BROKEN', 'PROVED'])
      expect(words).toContain(word);
  });

  test('has a command for a checkout that prints the patch', async () => {
    const [, command = ''] = /^npm ci && npm run build && (npx .+)$/m.exec(readme) ?? [];
    const { stdout, status } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toBe((await run(['docker', '--root', 'examples/centos-7', '-n'])).out);
    expect(stdout).toContain('+Requires=iptables.service\n+After=iptables.service\n');
  });

  test('links to files and headings that exist', () => {
    const headings = [...readme.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} -]/gu, '')
        .replace(/ /g, '-'),
    );
    for (const [, link = ''] of readme.matchAll(/\]\(([^)]+)\)/g))
      if (link.startsWith('#')) expect(headings).toContain(decodeURIComponent(link.slice(1)));
      else expect([link, fs.existsSync(link)]).toEqual([link, true]);
  });

  test('names every command, and no option that none has', async () => {
    for (const command of COMMANDS)
      expect(readme).toContain(`unit-patch ${commandName(command).replace('$0', 'NAME')}`);
    const options: string[] = [];
    for (const command of COMMANDS)
      options.push(...(await recorded(command)).options.map(({ name }) => `--${name}`));
    const ofOthers = ['--all', '--help', '--ignore-failed-read'];
    const named = [...readme.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([option]) => option);
    expect(named.filter((option) => !options.includes(option) && !ofOthers.includes(option))).toEqual([]);
  });

  test('gives examples of refusals that are refusals, and may be forced', () => {
    const codes = [...readme.matchAll(/^- `([a-z-]+)`/gm)].map(([, code = '']) => code);
    expect(codes).toHaveLength(5);
    for (const code of codes) expect(FINDINGS[code]).toMatchObject({ level: 'refuse', mayBeForced: true });
  });
});
