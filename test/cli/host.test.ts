import { describe, expect, test } from '@jest/globals';
import { run } from '../helpers/run.js';

describe('--host', () => {
  test.each([
    [['--host', 'web1', '--root', '/srv/a'], '--host and --root do not go together'],
    [['--host', 'web1', '--host', 'ssh://web1'], '--host names web1 twice'],
    [['--host='], '"" is no host'],
    [['--host', 'web1 rm'], '"web1 rm" is no host'],
    [['--host', "we'b1"], 'is no host'],
    [['--host=-oProxyCommand=x'], '"-oProxyCommand=x" is no host'],
    [['--host', 'web1\u001b[2J'], '"web1\\u001b[2J" is no host'],
    [['--host', 'web1', '--roots-from', '-'], '--roots-from and --host do not go together'],
    [['--sudo'], '--sudo is for --host'],
    [['--root', 'ssh://web1'], '--root is a directory'],
  ])('%j is refused before anything is asked', async (options, message) => {
    const { status, out, err } = await run(['check', 'docker', ...options]);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(message);
  });

  test('doctor: what was saved asks no machine, and --save keeps one', async () => {
    const from = await run(['doctor', 'docker', '--from', '/nowhere', '--host', 'web1']);
    expect(from).toMatchObject({ status: 2, err: expect.stringContaining('--from and --host') });
    const save = await run(['doctor', 'docker', '--save', 'x', '--host', 'web1', '--host', 'web2']);
    expect(save).toMatchObject({
      status: 2,
      err: expect.stringContaining('--save keeps the evidence of one'),
    });
  });

  test('explain and render ask nothing, and do not take it', async () => {
    for (const command of ['explain', 'render'])
      expect(await run([command, 'docker', '--host', 'web1', '--follow', 'x.service'])).toMatchObject({
        status: 2,
      });
  });
});
