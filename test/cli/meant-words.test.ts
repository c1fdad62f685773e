import { afterAll, describe, expect, test } from '@jest/globals';
import { withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

describe('a mistyped word leads to the right one', () => {
  test.each([
    ['a template', ['dokcer'], 'Did you mean docker?'],
    ['a template of check', ['check', 'dcoker'], 'Did you mean docker?'],
    ['an option', ['docker', '--realtion', 'hook'], 'Did you mean --relation?'],
    ['a code', ['docker', '--force', 'rival-firewal'], 'Did you mean rival-firewall?'],
    ['a code of explain', ['explain', 'two-firewal'], 'Did you mean two-firewalls?'],
    ['a value', ['docker', '--relation', 'requries'], 'Did you mean --relation requires?'],
    [
      'a value that is none',
      ['docker', '--relation', 'binds'],
      '--relation is requires, part-of, hook, watch, wants or order, not "binds"',
    ],
    ['a command', ['chekc', 'docker'], 'Did you mean unit-patch check docker?'],
    ['a word too many', ['docker', 'iptables'], 'Did you mean unit-patch docker --follow iptables.service?'],
  ])('%s', async (_, argv, says) => {
    const { status, out, err } = await run(argv);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(says);
  });

  test('a unit', async () => {
    const { status, err } = await run(['iptabels', '--follow', 'docker', '--root', makeRoot(withFirewall())]);
    expect(status).toBe(2);
    expect(err).toContain('Did you mean iptables.service?');
  });

  test('a word that is near to nothing leads to --help', async () => {
    expect((await run(['docker', '--zzz'])).err).toContain('unit-patch --help');
  });
});

describe('verbs of other programs', () => {
  test.each([
    ['fix', 'unit-patch docker, or unit-patch doctor docker'],
    ['status', 'unit-patch doctor docker, or unit-patch check docker'],
    ['undo', 'unit-patch revert docker'],
    ['remove', 'unit-patch revert docker'],
    ['diff', 'unit-patch docker -n'],
    ['heal', 'unit-patch doctor docker'],
    ['enable', 'unit-patch docker'],
    ['install', 'unit-patch docker'],
  ])('%s docker', async (verb, says) => {
    const { status, err } = await run([verb, 'docker']);
    expect(status).toBe(2);
    expect(err).toBe(`unit-patch: ${verb} is no command\n  Did you mean ${says}?\n`);
  });

  test('patch docker is the same as docker', async () => {
    const argv = ['docker', '-n', '--root', makeRoot(withFirewall())];
    expect(await run(['patch', ...argv])).toEqual(await run(argv));
  });
});

describe('names', () => {
  test('without a suffix are services, as for systemctl', async () => {
    const root = makeRoot(withFirewall());
    expect((await run(['show', 'docker', '--root', root])).out).toMatch(/^docker\.service {2}loaded/);
    expect((await run(['docker', '--follow', 'iptables', '-n', '--root', root])).status).toBe(0);
  });

  test('that are left out are docker, if the box has it', async () => {
    const root = makeRoot(withFirewall());
    expect((await run(['check', '--root', root])).out).toBe(
      (await run(['check', 'docker', '--root', root])).out,
    );
    await run(['docker', '--root', root, '--yes']);
    expect((await run(['revert', '--root', root, '-n'])).out).toContain(`-Requires=`);
    const { status, err } = await run(['revert', '--root', makeRoot()]);
    expect([status, err]).toEqual([2, expect.stringContaining('there is no docker.service here')]);
  });

  test('podman has another cure, which is named', async () => {
    const { status, err } = await run(['podman', '--root', makeRoot(withFirewall())]);
    expect(status).toBe(2);
    expect(err).toContain('podman network reload --all');
  });
});

test('unit-patch alone prints what a person with five minutes has to know', async () => {
  const alone = await run([]);
  expect(alone).toEqual({ status: 2, out: '', err: expect.stringContaining('unit-patch doctor docker') });
  expect(await run(['-h'])).toEqual({ status: 0, out: alone.err, err: '' });
  expect(alone.err.split('\n').length).toBeLessThan(13);
  expect(Math.max(...alone.err.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(84);
});
