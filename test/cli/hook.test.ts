import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import path from 'node:path';
import { firewall, HOOK, OURS, systemctl, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const reloadable = `${firewall()}[Service]\nExecReload=/usr/sbin/fw reload\n`;
const box = (): string =>
  makeRoot({
    ...systemctl,
    ...withFirewall('iptables.service', { '/usr/lib/systemd/system/iptables.service': reloadable }),
  });
const HOOKED = ['docker', '--relation', 'hook'];

describe('--relation hook', () => {
  test('writes nothing with --dry-run, and shows the patch of both files', async () => {
    const root = box();
    const before = fingerprint(root);
    const { status, out, err } = await run([...HOOKED, '--root', root, '-n']);
    expect(status).toBe(0);
    expect(out.match(/^\+\+\+ .*/gm)).toEqual([`+++ b${OURS}`, `+++ b${HOOK}`]);
    expect(err).toMatch(/missing {3}ExecReload=.* \(iptables\.service\)$/m);
    expect(fingerprint(root)).toBe(before);
  });

  test('once written, check finds it in force; revert leaves nothing', async () => {
    const root = box();
    const before = fingerprint(root);
    expect((await run([...HOOKED, '--root', root, '--yes'])).status).toBe(0);
    expect(await run(['check', ...HOOKED, '--root', root])).toMatchObject({ status: 0 });
    expect((await run(['revert', 'docker', '--root', root, '--yes'])).status).toBe(0);
    expect(fingerprint(root)).toBe(before);
  });

  test('a saved plan is applied as it is, also with --no-start-limit', async () => {
    for (const words of [HOOKED, ['docker', '--no-start-limit']]) {
      const root = box();
      const { out } = await run([...words, '--root', root, '-n', '--json']);
      const plan = path.join(root, 'plan.json');
      fs.writeFileSync(plan, out);
      expect(await run(['apply', plan, '--yes'])).toMatchObject({ status: 0 });
      expect(fs.readFileSync(root + OURS, 'utf8')).toContain('StartLimitIntervalSec=0\n');
    }
  });
});

describe('--no-start-limit', () => {
  test('adds one line, and a later run without it leaves that alone', async () => {
    const root = box();
    await run(['docker', '--root', root, '--no-start-limit', '--yes']);
    expect(fs.readFileSync(root + OURS, 'utf8')).toContain('StartLimitIntervalSec=0\n');
    expect(await run(['check', 'docker', '--root', root])).toMatchObject({ status: 0 });
  });
});

describe('render', () => {
  const render = ['render', ...HOOKED, '--follow', 'iptables.service'];

  test('prints the drop-in of either side, byte for byte as it is written', async () => {
    const root = box();
    await run([...HOOKED, '--root', root, '--yes']);
    for (const [part, file] of [
      ['unit', OURS],
      ['follow', HOOK],
    ] as const) {
      const { out, err } = await run([...render, '--part', part]);
      expect(out).toBe(fs.readFileSync(root + file, 'utf8'));
      expect(err).toContain(`for ${file}`);
    }
  });

  test('leaves out ExecReload= where a template knows that there is nothing to reload', async () => {
    const words = ['render', ...HOOKED, '--follow', 'netfilter-persistent.service', '--part', 'follow'];
    const { out } = await run(words);
    expect(out).toContain('ExecStopPost=');
    expect(out).not.toContain('ExecReload=');
  });

  test.each([
    ['one file is half of it', render, '--part unit, and --part follow'],
    [
      'another relation has one file',
      ['render', 'docker', '--follow', 'iptables.service', '--part', 'follow'],
      'leave --part out',
    ],
  ])('%s: wrong usage', async (_, words, says) => {
    const { status, err } = await run(words);
    expect(status).toBe(2);
    expect(err).toContain(says);
  });
});

describe('a box with the hook', () => {
  test('is found patched without --relation, and a second run changes nothing', async () => {
    const root = box();
    await run([...HOOKED, '--root', root, '--yes']);
    expect(await run(['check', 'docker', '--root', root])).toMatchObject({ status: 0 });
    const { status, out, err } = await run(['docker', '--root', root]);
    expect({ status, out }).toEqual({ status: 0, out: '' });
    expect(err).toContain('relation hook');
  });

  test('is asked whether what requires does not cover is wanted', async () => {
    const root = box();
    await run([...HOOKED, '--root', root, '--yes']);
    let question = '';
    const ask = (text: string): Promise<string> => {
      question = text;
      return Promise.resolve('n');
    };
    expect((await run(['docker', '--relation', 'requires', '--root', root], { ask })).status).toBe(1);
    expect(question).toMatch(
      /^docker\.service .* requires will no longer cover: reload, stop and start, failed start\. Write these 2 files into /,
    );
  });

  test('a saved plan keeps the relation that was in place', async () => {
    const root = box();
    await run(['docker', '--relation', 'part-of', '--root', root, '--yes']);
    const { out } = await run(['docker', '--no-start-limit', '--root', root, '-n', '--json']);
    const plan = path.join(root, 'plan.json');
    fs.writeFileSync(plan, out);
    expect(await run(['apply', plan, '--yes'])).toMatchObject({ status: 0 });
    expect(fs.readFileSync(root + OURS, 'utf8')).toContain('PartOf=iptables.service\n');
  });
});
