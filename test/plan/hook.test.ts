import { afterEach, describe, expect, test } from '@jest/globals';
import type { Plan } from '../../src/plan/plan.js';
import { docker, HOOK, OURS, systemctl, withFirewall } from '../helpers/docker.js';
import { addTo, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { applied, box, command, HOOKED } from './hooks.js';
import { ETC, found, LIB, planFor, refusals } from './plan-for.js';

afterEach(removeTrees);

/** The settings of each planned file, by its path. */
function written({ changes }: Plan): Record<string, string[]> {
  return Object.fromEntries(
    changes.map(({ path, after }) => [path, (after ?? '').split('\n').filter((line) => /^\w+=/.test(line))]),
  );
}

describe('a hook', () => {
  test('is two drop-ins: the firewall restarts docker, and docker may be restarted without limit', () => {
    expect(written(planFor(box(), HOOKED))).toEqual({
      [OURS]: ['After=iptables.service', 'StartLimitIntervalSec=0'],
      [HOOK]: [
        'Before=docker.service',
        command('ExecStartPost'),
        command('ExecReload'),
        command('ExecStopPost'),
      ],
    });
  });

  test('a second run finds all of it in force, and where', () => {
    const root = makeRoot(box());
    applied(root, HOOKED);
    const { changed, missing, parts } = planFor(root, HOOKED);
    expect({ changed, missing }).toEqual({ changed: false, missing: [] });
    expect(parts.map(({ unit }) => unit)).toEqual(['docker.service', 'iptables.service']);
    expect(parts[1]?.inForce.find(({ by }) => by === command('ExecReload'))).toMatchObject({
      file: HOOK,
      line: 11,
    });
  });

  test('of any unit on any service has a name of its own', () => {
    const name = String.raw`my\x2dapp.service`;
    const tree = box({ [`${LIB}/${name}`]: docker() });
    expect(written(planFor(tree, { ...HOOKED, name, follow: 'iptables.service' }))).toMatchObject({
      [`${ETC}/${name}.d/50-follow-iptables.service.conf`]: [
        'After=iptables.service',
        'StartLimitIntervalSec=0',
      ],
      // systemd.service(5), "COMMAND LINES": a backslash begins an escape there.
      [`${ETC}/iptables.service.d/50-restart-${name}.conf`]: expect.arrayContaining([
        `Before=${name}`,
        String.raw`ExecStopPost=-/usr/bin/systemctl --no-block try-restart my\\x2dapp.service`,
      ]),
    });
  });
});

describe('only lines that are not in force are written', () => {
  const onFirewall = (text: string): Tree => ({ [`${ETC}/iptables.service.d/own.conf`]: text });

  test.each([
    ['ExecStartPost', command('ExecStartPost')],
    ['ExecReload', 'ExecReload=/bin/systemctl --no-block restart docker'],
    ['ExecStopPost', 'ExecStopPost=systemctl condrestart --no-block nginx docker.service'],
  ])('%s is there already: %s', (key, line) => {
    const plan = planFor(box(onFirewall(`[Service]\n${line}\n`)), HOOKED);
    expect(plan.missing).toHaveLength(5);
    expect(plan.missing.join()).not.toContain(key);
    expect(plan.inForce).toContainEqual({
      setting: command(key),
      by: line,
      file: `${ETC}/iptables.service.d/own.conf`,
      line: 2,
    });
  });

  test.each([
    ['another unit', 'ExecStartPost=-/usr/bin/systemctl --no-block try-restart nginx.service'],
    [
      'a start, which leaves a running docker alone',
      'ExecStartPost=/usr/bin/systemctl --no-block start docker',
    ],
    ['only where a test holds', "ExecStartPost=sh -c 'test -e /x && systemctl --no-block restart docker'"],
    ['another key', 'ExecStartPre=/usr/bin/systemctl --no-block restart docker'],
  ])('what does not do the same does not count: %s', (_, line) => {
    expect(planFor(box(onFirewall(`[Service]\n${line}\n`)), HOOKED).missing).toHaveLength(6);
  });

  test('the order may be said by either side, or by both', () => {
    const plan = planFor(box(onFirewall('[Unit]\nBefore=docker.service\n')), HOOKED);
    expect(written(plan)).toMatchObject({ [OURS]: ['StartLimitIntervalSec=0'] });
    expect(plan.missing).not.toContain('Before=docker.service');
  });

  test.each([
    ['by its name of today', '[Unit]\nStartLimitIntervalSec=0\n'],
    ['by that of old, in [Service]', '[Service]\nStartLimitInterval=0s\n'],
    ['by a burst of none', '[Unit]\nStartLimitBurst=0\n'],
  ])('the start limit may be lifted %s', (_, text) => {
    const tree = box({ [`${ETC}/docker.service.d/90.conf`]: text });
    expect(written(planFor(tree, HOOKED))).toMatchObject({ [OURS]: ['After=iptables.service'] });
  });

  test('if the firewall says all of it itself, only docker’s side is written; and the other way round', () => {
    const hook = `[Unit]\nBefore=docker.service\n[Service]\n${['ExecStartPost', 'ExecReload', 'ExecStopPost'].map((key) => command(key)).join('\n')}\n`;
    const limit = { [`${ETC}/docker.service.d/l.conf`]: '[Unit]\nStartLimitIntervalSec=0\n' };
    expect(Object.keys(written(planFor(box(onFirewall(hook)), HOOKED)))).toEqual([OURS]);
    expect(planFor(box({ ...onFirewall(hook), ...limit }), HOOKED).changed).toBe(false);
    const order = { [`${ETC}/docker.service.d/o.conf`]: '[Unit]\nAfter=iptables.service\n' };
    const plan = planFor(box({ ...limit, ...order }), HOOKED);
    expect(Object.keys(written(plan))).toEqual([HOOK]);
    expect(plan.changes[0]?.after).not.toContain('[Unit]');
  });
});

describe('systemctl', () => {
  const without = Object.fromEntries(Object.entries(box()).filter(([path]) => !(path in systemctl)));

  test.each<[string, Tree, string]>([
    ['a system of old', { '/bin/systemctl': '' }, '/bin/systemctl'],
    ['/bin is a link', { '/usr/bin/systemctl': '', '/bin': link('usr/bin') }, '/usr/bin/systemctl'],
    [
      '/usr/bin/systemctl is a link, absolute inside the root',
      { '/bin/systemctl': '', '/usr/bin/systemctl': link('/bin/systemctl') },
      '/bin/systemctl',
    ],
    [
      'a program of another name goes by it',
      { '/usr/bin/box': '', '/usr/bin/systemctl': link('box') },
      '/usr/bin/systemctl',
    ],
  ])('is named by the path that it has in this root: %s', (_, tree, path) => {
    expect(planFor({ ...without, ...tree }, HOOKED).missing).toContain(command('ExecReload', path));
  });

  test.each<[string, Tree]>([
    ['not there', {}],
    ['a link to nowhere', { '/usr/bin/systemctl': link('gone') }],
    ['a directory', { '/usr/bin/systemctl/x': '' }],
    ['of a name that no command line can hold', { '/bin': link('o p'), '/o p/systemctl': '' }],
  ])('%s: refused, unless it is forced', (_, tree) => {
    const root = makeRoot({ ...without, ...tree });
    expect(refusals(planFor(root, HOOKED)).map(({ code }) => code)).toEqual(['no-systemctl']);
    expect(planFor(root, { ...HOOKED, force: ['no-systemctl'] }).missing).toContain(command('ExecReload'));
    expect(refusals(planFor(root))).toEqual([]);
  });
});

describe('ExecReload=', () => {
  const plain = { ...systemctl, ...withFirewall() };

  test('is not added to a unit that cannot be reloaded, and a finding says so', () => {
    const plan = planFor(plain, HOOKED);
    expect(plan.missing).not.toContain(command('ExecReload'));
    expect(found(plan, 'no-reload')).toHaveLength(1);
    expect(found(planFor(box(), HOOKED), 'no-reload')).toEqual([]);
    expect(found(planFor(plain), 'no-reload')).toEqual([]);
  });

  // systemd.service(5), Type=notify-reload: a signal reloads it, with or without an ExecReload=.
  test('is added to a unit that reloads by a signal', () => {
    const type = { [`${ETC}/iptables.service.d/t.conf`]: '[Service]\nType=notify-reload\n' };
    expect(planFor({ ...plain, ...type }, HOOKED).missing).toContain(command('ExecReload'));
  });

  test('our own line does not count as the firewall’s: it is removed when the firewall’s is', () => {
    const root = makeRoot(box());
    applied(root, HOOKED);
    addTo(root, { [`${LIB}/iptables.service.d/reload.conf`]: '' });
    expect(planFor(root, HOOKED)).toMatchObject({ changed: true, removed: [command('ExecReload')] });
    applied(root, HOOKED);
    expect(planFor(root, HOOKED).changed).toBe(false);
  });
});

describe('a written line must take effect', () => {
  test.each([
    ['a reset of the commands', `${ETC}/iptables.service.d/90.conf`, '[Service]\nExecStopPost=\n'],
    ['a start limit', `${ETC}/docker.service.d/90.conf`, '[Unit]\nStartLimitIntervalSec=60\n'],
  ])('%s in a later drop-in is named', (_, path, text) => {
    const plan = planFor(box({ [path]: text }), HOOKED);
    expect(refusals(plan)).toMatchObject([{ code: 'shadowed', text: expect.stringContaining(path) }]);
    expect(plan.changes).toEqual([]);
  });

  test('the same in an earlier one does not matter', () => {
    const tree = box({ [`${ETC}/docker.service.d/10.conf`]: '[Unit]\nStartLimitIntervalSec=60\n' });
    expect(refusals(planFor(tree, HOOKED))).toEqual([]);
  });
});
