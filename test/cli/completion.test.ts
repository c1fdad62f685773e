import { afterAll, describe, expect, test } from '@jest/globals';
import path from 'node:path';
import { COMMANDS } from '../../src/cli/commands/all.js';
import { FINDINGS } from '../../src/plan/findings/index.js';
import { withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const root = makeRoot(
  withFirewall('iptables.service', {
    '/usr/lib/systemd/system/a@.service': '[Service]\nExecStart=/bin/a\n',
    '/usr/lib/systemd/system/a@1.service': '[Service]\nExecStart=/bin/a\n',
    [String.raw`/usr/lib/systemd/system/dev-a\x2db.mount`]: '[Mount]\nWhat=x\nWhere=/y\n',
  }),
);

/** What may stand in the place of the last word. */
async function completed(...words: readonly string[]): Promise<string[]> {
  const { status, out, err } = await run(['--get-yargs-completions', ...words]);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return out.split('\n').filter(Boolean).sort();
}

describe('candidates', () => {
  test('for the first word are the commands and the templates', async () => {
    const commands = COMMANDS.map(({ usage }) => usage.split(' ')[0] ?? '').filter((name) => name !== '$0');
    expect(await completed('')).toEqual([...commands, 'docker'].sort());
    expect(await completed('re')).toEqual(['render', 'revert']);
  });

  test('for options are those of the command, each once unless it may be repeated', async () => {
    expect(await completed('docker', '--f')).toEqual(['--follow', '--force', '--format', '--from-cat']);
    expect(await completed('docker', '--follow', 'x.service', '--f')).toEqual([
      '--force',
      '--format',
      '--from-cat',
    ]);
    expect(await completed('docker', '--force', 'edited', '--fo')).toContain('--force');
    expect(await completed('show', 'x.service', '--f')).toEqual(['--format']);
    expect(await completed('render', 'docker', '--')).toEqual([
      '--follow',
      '--help',
      '--no-start-limit',
      '--part',
      '--relation',
    ]);
  });

  test('for options with choices are these, by yargs', async () => {
    expect(await completed('docker', '--relation', '')).toEqual(['hook', 'part-of', 'requires']);
    expect(await completed('docker', '--color', 'a')).toEqual(['always', 'auto']);
    expect(await completed('docker', '--format=j')).toEqual(['--format=json']);
  });

  test('for --force are the findings that may be forced', async () => {
    const codes = Object.keys(FINDINGS).filter((code) => FINDINGS[code]?.mayBeForced);
    expect(await completed('docker', '--force', '')).toEqual(codes.sort());
    expect(codes).not.toContain('shadowed');
  });

  test('for units are those of the root that is named; templates of units are none', async () => {
    const units = ['a@1.service', 'docker.service', 'iptables.service'];
    expect(await completed('--root', root, 'docker', '--follow', '')).toEqual(units);
    expect(await completed('docker', `--root=${root}`, '--follow=i')).toEqual(['--follow=iptables.service']);
    expect(await completed('show', '--root', root, '')).toEqual(units);
    expect(await completed('check', 'docker', '--root', root, 'i')).toEqual(['iptables.service']);
    expect(await completed('revert', '--root', root, 'docker.')).toEqual(['docker.service']);
    expect(await completed('revert', '--root', root, 'd')).toEqual(['docker']);
  });

  test('for a name that is given already there are none, and none for paths: the shell has file names', async () => {
    expect(await completed('docker', '')).toEqual([]);
    expect(await completed('docker', '--root', '')).toEqual([]);
    expect(await completed('docker', '--from-cat', '')).toEqual([]);
  });

  test('a root that cannot be read gives none, and no error', async () => {
    expect(await completed('show', '--root', path.join(root, 'nowhere'), '')).toEqual([]);
  });

  test('nothing is written, whatever the words ask for', async () => {
    const before = fingerprint(root);
    await completed('docker', '--root', root, '--yes', '');
    expect(fingerprint(root)).toBe(before);
  });
});

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('prints the script for %s, named or by $SHELL', async (shell) => {
    const { status, out, err } = await run(['completion', shell]);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain('unit-patch --get-yargs-completions');
    expect((await run(['completion'], { env: { SHELL: `/usr/bin/${shell}` } })).out).toBe(out);
  });

  test.each([
    ['a shell that is not known', ['completion', 'tcsh'], {}, 'Choices: "bash", "zsh", "fish"'],
    ['$SHELL that is not known', ['completion'], { SHELL: '/bin/dash' }, 'there is no completion for dash'],
    ['no $SHELL', ['completion'], {}, 'name the shell: unit-patch completion bash|zsh|fish'],
  ])('%s', async (_, argv, env, message) => {
    const { status, out, err } = await run(argv, { env });
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(message);
  });
});
