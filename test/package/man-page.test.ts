import { describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import { commandName, COMMANDS } from '../../src/cli/commands/index.js';
import { recorded } from '../../src/cli/recorded.js';
import { FINDINGS } from '../../src/plan/findings/index.js';
import { run } from '../helpers/run.js';
import { describeWhere } from '../helpers/where.js';

const PAGE = 'dist/man/unit-patch.1';

const missing = (...programs: readonly string[]): string | undefined => {
  const gone = programs.filter((name) => spawnSync(name, ['--version']).error !== undefined);
  return gone.length > 0 ? `${gone.join(' and ')} are not installed` : undefined;
};

const call = (command: string, ...args: readonly string[]): { status: number | null; said: string } => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8', MANWIDTH: '100', MAN_KEEP_FORMATTING: '' },
  });
  return { status, said: stdout + stderr };
};

/** The page as it is read, without bold and underlined letters, and as one line. */
const rendered = (): string =>
  call('sh', '-c', `man -l ${PAGE} | col -bx`)
    .said.replace(/\u2010\n\s*/g, '')
    .replace(/\s+/g, ' ');

describeWhere(missing('man', 'mandoc', 'groff', 'col'), 'the manual page', () => {
  test('has nothing that man, groff or mandoc complains of', () => {
    expect(call('sh', '-c', `man --warnings -l ${PAGE} 2>&1 >/dev/null`).said).toBe('');
    expect(call('sh', '-c', `groff -ww -man -Tutf8 ${PAGE} 2>&1 >/dev/null`).said).toBe('');
    // The page has no date: two builds of one version are the same. Nobody reads its source, whose lines are long.
    const lint = call('mandoc', '-T', 'lint', PAGE).said.split('\n').filter(Boolean);
    expect(lint.filter((line) => !/missing date|longer than 80 bytes/.test(line))).toEqual([]);
  });

  test.each([
    'NAME',
    'SYNOPSIS',
    'DESCRIPTION',
    'COMMANDS',
    'OPTIONS',
    'EXIT STATUS',
    'FINDINGS',
    'FILES',
    'EXAMPLES',
    'SEE ALSO',
  ])('has a section %s', (name) => {
    expect(rendered()).toContain(` ${name} `);
  });

  test('has every finding', () => {
    const page = rendered();
    for (const code of Object.keys(FINDINGS)) expect(page).toContain(code);
  });

  test('has every command, option and example of --help, in the same words', async () => {
    const page = rendered();
    for (const command of COMMANDS) {
      const name = commandName(command);
      const { options, examples } = await recorded(command);
      const { out: help } = await run(name === '$0' ? ['--help'] : [name, '--help']);
      if (name !== '$0') expect(page).toContain(`unit-patch ${name}`);
      for (const [, option = ''] of help.matchAll(/(?:^|\s)(--[a-z-]+)(?=\s)/gm))
        expect(page).toContain(option);
      for (const { describe } of options) expect(page.toLowerCase()).toContain(describe.toLowerCase());
      for (const [example] of examples) expect(page).toContain(example);
    }
  });
});

/** The exit statuses by the command whose list they stand in; those before any name are the main command's. */
function statuses(): Record<string, string[]> {
  const [, section = ''] = /^\.SH "EXIT STATUS"$([^]*?)^\.SH /m.exec(fs.readFileSync(PAGE, 'utf8')) ?? [];
  const found: Record<string, string[]> = { patch: [] };
  let of = 'patch';
  for (const line of section.split('\n')) {
    const [, name] = /^\\fBunit\\-patch (\S+)\\fR$/.exec(line) ?? [];
    const [, number, what = ''] = /^\\fB(\d)\\fR (.*)$/.exec(line) ?? [];
    if (name !== undefined) found[(of = name)] = [];
    else if (number !== undefined) found[of]?.push(`${number} ${what}`);
  }
  return found;
}

describe('the exit statuses', () => {
  test.each([
    ['patch', ['0 Done', '1 Something', '2 Usage error', '3 Refused', '4 It failed']],
    ['check', ['0 Nothing is missing.', '1 Something is missing.', '2 Usage', '3 Refused']],
    ['doctor', ['0 Healthy', '1 Broken, down or unprotected.', '2 Usage error']],
    ['prove', ['0 All came back.', '1 Something did not', '2 Usage error', '3 A start limit']],
  ])('of %s stand under its own name', (command, expected) => {
    const found = statuses()[command] ?? [];
    expect(found).toHaveLength(expected.length);
    for (const [at, text] of expected.entries()) expect(found[at]).toMatch(new RegExp(`^${text}`));
  });

  test('are those that --help of the command has', async () => {
    for (const command of ['check', 'doctor', 'prove', 'apply'])
      expect((await run([command, '--help'])).out).toContain('Exit status: ');
  });
});

describe('npm', () => {
  test('installs it: npm 11 ignores a "man" that is not a list', () => {
    const { man } = fs.readJsonSync('package.json') as { man: string[] };
    expect(man).toEqual([`./${PAGE}`]);
    expect(fs.readFileSync(PAGE, 'utf8')).toMatch(/^\.TH "UNIT\\-PATCH" "1" /);
  });
});
