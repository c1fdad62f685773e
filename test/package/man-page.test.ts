import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { COMMANDS } from '../../src/cli/commands/all.js';
import { recorded } from '../../src/cli/recorded.js';
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
    // The page has no date: two builds of one version are the same.
    const lint = call('mandoc', '-T', 'lint', PAGE).said.split('\n').filter(Boolean);
    expect(lint.filter((line) => !line.includes('missing date'))).toEqual([]);
  });

  test.each([
    'NAME',
    'SYNOPSIS',
    'DESCRIPTION',
    'COMMANDS',
    'OPTIONS',
    'EXIT STATUS',
    'FILES',
    'EXAMPLES',
    'SEE ALSO',
  ])('has a section %s', (name) => {
    expect(rendered()).toContain(` ${name} `);
  });

  test('has every command, option and example of --help, in the same words', async () => {
    const page = rendered();
    for (const command of COMMANDS) {
      const name = command.usage.split(' ')[0] ?? '';
      const { options, examples } = recorded(command);
      const { out: help } = await run(name === '$0' ? ['--help'] : [name, '--help']);
      if (name !== '$0') expect(page).toContain(`unit-patch ${name}`);
      for (const [, option = ''] of help.matchAll(/(?:^|\s)(--[a-z-]+)(?=\s)/gm))
        expect(page).toContain(option);
      for (const { describe } of options) expect(page.toLowerCase()).toContain(describe.toLowerCase());
      for (const [example] of examples) expect(page).toContain(example);
    }
  });
});

describe('npm', () => {
  test('installs it', () => {
    const { man } = fs.readJsonSync('package.json') as { man: string };
    expect(man).toBe(`./${PAGE}`);
    expect(fs.readFileSync(man, 'utf8')).toMatch(/^\.TH UNIT\\-PATCH 1 /);
  });
});
