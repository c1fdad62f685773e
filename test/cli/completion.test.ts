import { describe, expect, test } from '@jest/globals';
import { commandName, COMMANDS } from '../../src/cli/commands/index.js';
import { templateNames } from '../../src/system/package-files.js';
import { run } from '../helpers/run.js';

/** The words that may replace the last one, as the script of bash asks for them; $SHELL may add descriptions. */
async function completed(...words: readonly string[]): Promise<string[]> {
  const { status, out, err } = await run(['--get-yargs-completions', 'unit-patch', ...words]);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return out
    .split('\n')
    .map((line) => line.replace(/[:\t].*/, ''))
    .filter(Boolean)
    .sort();
}

describe('candidates', () => {
  test('for the first word are the commands and the templates', async () => {
    const names = COMMANDS.map(commandName).filter((name) => name !== '$0');
    expect(await completed('')).toEqual([...names, ...templateNames()].sort());
    expect(await completed('re')).toContain('revert');
  });

  test('for options are those of the command, each once', async () => {
    const ofPatch = await completed('docker', '--f');
    expect(ofPatch).toEqual(expect.arrayContaining(['--follow', '--force', '--format', '--root']));
    expect(await completed('docker', '--follow', 'x.service', '--f')).not.toContain('--follow');
    expect(await completed('show', 'x.service', '--f')).toEqual([
      '--color',
      '--format',
      '--help',
      '--host',
      '--json',
      '--quiet',
      '--root',
      '--sudo',
      '--verbose',
    ]);
    expect(await completed('render', 'docker', '--')).toEqual([
      '--come-back',
      '--follow',
      '--help',
      '--no-start-limit',
      '--part',
      '--relation',
    ]);
  });

  test('for options with choices are these', async () => {
    expect(await completed('docker', '--relation', '')).toEqual([
      'hook',
      'order',
      'part-of',
      'requires',
      'wants',
      'watch',
    ]);
    expect(await completed('docker', '--color', 'a')).toEqual(['always', 'auto']);
  });

  test('for paths there are none: the shell has file names', async () => {
    expect(await completed('docker', '--root', 'x')).toEqual([]);
  });

  test('a shell that leaves the command itself out, as fish does, gets the same', async () => {
    const { out } = await run(['--get-yargs-completions', 'docker', '--relation', 'h']);
    expect(out).toBe('hook\n');
  });
});

test('completion prints a script that asks this command again', async () => {
  const { status, out, err } = await run(['completion']);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toContain('unit-patch --get-yargs-completions');
});
