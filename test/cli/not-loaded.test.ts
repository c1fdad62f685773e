import { afterAll, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { RootSystem } from '../../src/system/root-system.js';
import type { CommandResult, Manager, System } from '../../src/system/system.js';
import { OURS, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

// Root writes to the live system that is made up here, no matter which user runs the tests.
process.geteuid = (): number => 0;

const NEW = `LoadState=loaded\nDropInPaths=${OURS}\nRequires=iptables.service\nAfter=iptables.service\n`;
const OLD = 'LoadState=loaded\nDropInPaths=\nRequires=\nAfter=\n';

/** A root that was patched, on a machine whose systemd has `state` loaded until it reloads. */
async function patched(state: string): Promise<{ root: string; calls: string[]; openSystem: () => System }> {
  const root = makeRoot(withFirewall());
  await run(['docker', '--root', root, '--yes']);
  const calls: string[] = [];
  let loaded = state;
  const answer = (stdout: string): CommandResult => ({ status: 0, stdout, stderr: '' });
  const manager: Manager = {
    about: () => ({ systemd: 252 }),
    isActive: () => false,
    activeUnits: () => [],
    reload: () => {
      calls.push('reload');
      loaded = NEW;
      return answer('');
    },
    show: () => answer(loaded),
  };
  return { root, calls, openSystem: () => new RootSystem(openRoot(root), manager) };
}

describe('files that systemd has not read yet: a drop-in without a daemon-reload does nothing', () => {
  test('it says so and reloads, and writes nothing', async () => {
    const { root, calls, openSystem } = await patched(OLD);
    const before = fingerprint(root);
    const { status, out, err } = await run(['docker', '--yes'], { openSystem });
    expect({ status, out, calls }).toEqual({ status: 0, out: '', calls: ['reload'] });
    expect(err).toContain('[not-loaded] the files say all of it, but systemd has not loaded them');
    expect(err).toContain('does not list iptables.service in Requires=');
    expect(err).toContain('done    reload systemd');
    expect(fingerprint(root)).toBe(before);
    expect((await run(['docker', '--yes'], { openSystem })).err).toContain('everything is in force');
    expect(calls).toEqual(['reload']);
  });

  test('it asks first, and a dry run only says it', async () => {
    const { calls, openSystem } = await patched(OLD);
    expect((await run(['docker', '-n'], { openSystem })).status).toBe(0);
    let question = '';
    const ask = (text: string): Promise<string> => {
      question = text;
      return Promise.resolve('n');
    };
    expect((await run(['docker'], { openSystem, ask })).status).toBe(1);
    expect({ question, calls }).toEqual({
      question: 'Nothing restarts now. Reload systemd?\n[y]es, [N]o, [c]ompare relations: ',
      calls: [],
    });
  });

  test('if systemd has loaded it, there is nothing to do', async () => {
    const { calls, openSystem } = await patched(NEW);
    const { status, err } = await run(['docker', '--yes'], { openSystem });
    expect({ status, calls }).toEqual({ status: 0, calls: [] });
    expect(err).toContain('everything is in force');
  });

  test('a stronger relation that systemd lists is enough', async () => {
    const { calls, openSystem } = await patched(NEW.replace('Requires=', 'Requires=\nBindsTo='));
    await run(['docker', '--yes'], { openSystem });
    expect(calls).toEqual([]);
  });
});
