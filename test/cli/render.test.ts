import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { OURS, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { addTo, directory, fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const RENDER = ['render', 'docker', '--follow', 'iptables.service'];

describe('render', () => {
  test('looks at no system, and writes nothing', async () => {
    const openSystem = (): never => {
      throw new Error('a system was opened');
    };
    const { status, out, err } = await run(RENDER, { openSystem });
    expect(status).toBe(0);
    expect(out).toContain('\n[Unit]\nRequires=iptables.service\nAfter=iptables.service\n');
    expect(err).toContain(`for ${OURS}, and a daemon-reload; nothing was checked`);
  });

  test.each([[], ['--relation', 'part-of'], ['--relation', 'wants'], ['--relation', 'order']])(
    'prints what unit-patch itself writes if nothing is in force (%s %s)',
    async (...more) => {
      const root = makeRoot(withFirewall());
      await run(['docker', '--root', root, ...more, '--yes']);
      const { out } = await run([...RENDER, ...more]);
      expect(out).toBe(fs.readFileSync(root + OURS, 'utf8'));
    },
  );

  test('prints both drop-ins of one that is to come back, one after the other', async () => {
    const root = makeRoot(withFirewall());
    await run(['docker', '--root', root, '--come-back', '--yes']);
    const start = `${root}/etc/systemd/system/iptables.service.d/50-start-docker.conf`;
    const printed = async (part: string): Promise<string> =>
      (await run([...RENDER, '--come-back', '--part', part])).out;
    expect(await printed('unit')).toBe(fs.readFileSync(root + OURS, 'utf8'));
    expect(await printed('follow')).toBe(fs.readFileSync(start, 'utf8'));
  });

  test('for a unit without a template, too', async () => {
    const { out, err } = await run(['render', 'a.service', '--follow', 'b@1.service']);
    expect(out).toContain('# a.service is restarted along with b@1.service, and after it.\n[Unit]\n');
    expect(err).toContain('/etc/systemd/system/a.service.d/50-follow-b@1.service.conf');
  });
});

describe('a rendered drop-in that another tool installed', () => {
  const installed = async (tree = {}): Promise<string> => {
    const root = makeRoot(withFirewall('iptables.service', tree));
    addTo(root, { [OURS]: (await run(RENDER)).out });
    return root;
  };

  test('is in force for check, and leaves nothing to patch', async () => {
    const root = await installed();
    const before = fingerprint(root);
    expect(await run(['check', 'docker', '--root', root])).toMatchObject({
      status: 0,
      out: 'docker.service: in force, it follows iptables.service\n',
    });
    expect(await run(['docker', '--root', root, '--yes'])).toMatchObject({ status: 0, out: '' });
    expect(fingerprint(root)).toBe(before);
  });

  test('is removed by revert without a trace', async () => {
    const root = await installed();
    expect((await run(['revert', 'docker', '--root', root, '--yes'])).status).toBe(0);
    expect(fingerprint(root)).toBe(fingerprint(makeRoot(withFirewall())));
  });

  test('is removed alone if its directory holds anything else', async () => {
    const mine = { '/etc/systemd/system/docker.service.d/10-mine.conf': '[Service]\n' };
    const root = await installed(mine);
    await run(['revert', 'docker', '--root', root, '--yes']);
    expect(fingerprint(root)).toBe(fingerprint(makeRoot(withFirewall('iptables.service', mine))));
  });

  test('is not removed once somebody has edited it', async () => {
    const root = await installed();
    fs.appendFileSync(root + OURS, '# mine\n');
    const before = fingerprint(root);
    expect(await run(['revert', 'docker', '--root', root, '--yes'])).toMatchObject({ status: 3 });
    expect(fingerprint(root)).toBe(before);
  });
});

describe('usage errors', () => {
  test.each([
    ['one half of two', [...RENDER, '--come-back'], 'what comes back is two drop-ins'],
    [
      'what takes nothing down',
      [...RENDER, '--come-back', '--relation', 'order'],
      '--relation order takes nothing down',
    ],
    ['no --follow', ['render', 'docker'], 'missing required argument: follow'],
    ['an empty --follow', ['render', 'docker', '--follow='], '"" is not a unit name'],
    [
      'a --follow with a slash',
      ['render', 'docker', '--follow', 'a/b.service'],
      '"a/b.service" is not a unit name',
    ],
    ['a newline', ['render', 'docker', '--follow', 'a.service\nX=y.service'], 'is not a unit name'],
    ['two of them', [...RENDER, '--follow', 'b.service'], '--follow was given 2 times'],
    [
      'a template',
      ['render', 'docker', '--follow', 'a@.service'],
      'name an instance of it: a@INSTANCE.service',
    ],
    ['itself', ['render', 'docker', '--follow', 'docker.service'], 'docker.service cannot follow itself'],
    ['no name', ['render', '--follow', 'a.service'], 'not enough non-option arguments'],
    [
      'an empty name',
      ['render', '', '--follow', 'a.service'],
      'is neither a template (docker, fail2ban, libvirtd, lxc-net, virtnetworkd) nor a unit name',
    ],
    ['a name with a slash', ['render', '../x.service', '--follow', 'a.service'], 'neither a template'],
    [
      'a relation',
      [...RENDER, '--relation', 'binds'],
      '--relation is requires, part-of, hook, watch, wants or order, not "binds"',
    ],
    ['a root, which it would not look at', [...RENDER, '--root', '/'], 'there is no option --root'],
  ])('%s', async (_, argv, message) => {
    const { status, out, err } = await run(argv);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(message);
  });
});

test('an empty directory that was there before is removed too: it means nothing to systemd', async () => {
  const root = makeRoot(
    withFirewall('iptables.service', { '/etc/systemd/system/docker.service.d': directory }),
  );
  addTo(root, { [OURS]: (await run(RENDER)).out });
  await run(['revert', 'docker', '--root', root, '--yes']);
  expect(fs.existsSync(`${root}/etc/systemd/system/docker.service.d`)).toBe(false);
});
