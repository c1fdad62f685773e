import { afterAll, describe, expect, test } from '@jest/globals';
import { docker, firewall, withFirewall } from '../../helpers/docker.js';
import { directory, link, makeRoot, removeTrees, type Tree } from '../../helpers/tree.js';
import { found, LIB, planFor } from '../plan-for.js';

afterAll(removeTrees);

const UNITS = '/nix/store/bbbb-system-units';
/** NixOS: /etc/systemd/system is a farm of links in the store. */
const nixos = (units = UNITS): Tree => ({
  '/etc/systemd/system': link(units),
  [`${units}/docker.service`]: docker(),
  [`${units}/firewall.service`]: firewall(),
  [`${units}/multi-user.target.wants/firewall.service`]: link('../firewall.service'),
});
const asked = { follow: 'firewall.service' };

/** ostree: /usr is read-only, and somebody has linked /etc/systemd/system into it. */
const ostree = (mark: Tree): Tree => ({
  ...mark,
  '/etc/systemd/system': link('../../usr/lib/systemd/system'),
  [`${LIB}/docker.service`]: docker(),
  [`${LIB}/firewall.service`]: firewall(),
  [`${LIB}/multi-user.target.wants/firewall.service`]: link('../firewall.service'),
});

describe('read-only-tree: nothing is written if nobody may write', () => {
  test('NixOS: the lines for its configuration are named', () => {
    const plan = planFor(nixos(), asked);
    expect(plan).toMatchObject({ changed: false, changes: [] });
    expect(found(plan, 'read-only-tree')).toEqual([
      {
        code: 'read-only-tree',
        level: 'refuse',
        text: `${UNITS}/docker.service.d/50-follow-firewall.service.conf lies in /nix/store, which only its own package manager may write to`,
        hint:
          'declare it in configuration.nix: systemd.services.docker = { requires = [ "firewall.service" ]; ' +
          'after = [ "firewall.service" ]; }; then: sudo nixos-rebuild switch',
      },
    ]);
  });

  test('with a hook each unit has its lines', () => {
    const plan = planFor({ ...nixos(), '/usr/bin/systemctl': '' }, { ...asked, relation: 'hook' });
    const [one, other] = found(plan, 'read-only-tree').map(({ hint }) => hint);
    expect(one).toContain(
      'systemd.services.docker = { after = [ "firewall.service" ]; startLimitIntervalSec = 0; }',
    );
    expect(other).toContain(
      'systemd.services.firewall = { before = [ "docker.service" ]; serviceConfig.ExecStartPost = ' +
        '"-${config.systemd.package}/bin/systemctl --no-block try-restart docker.service";',
    );
  });

  test('Guix', () => {
    const [finding] = found(planFor(nixos('/gnu/store/units'), asked), 'read-only-tree');
    expect(finding?.text).toContain('/gnu/store');
  });

  test.each<[string, Tree]>([
    ['/ostree', { '/ostree': directory }],
    ['/run/ostree-booted', { '/run/ostree-booted': '' }],
    ['/sysroot/ostree', { '/sysroot/ostree': directory }],
  ])('an ostree system, known by %s', (_, mark) => {
    const [finding] = found(planFor(ostree(mark), asked), 'read-only-tree');
    expect(finding).toMatchObject({
      level: 'refuse',
      text: expect.stringContaining(`${LIB}/docker.service.d`),
    });
  });

  test('it may be forced', () => {
    expect(planFor(nixos(), { ...asked, force: ['read-only-tree'] }).changes).toHaveLength(1);
  });
});

describe('no read-only-tree', () => {
  test.each<[string, Tree]>([
    ['the same link on a system without ostree', ostree({})],
    ['an ostree system whose /etc is its own', { ...withFirewall('firewall.service'), '/ostree': directory }],
    ['a link to any other place', nixos('/srv/units')],
  ])('%s', (_, tree) => {
    const plan = planFor(tree, asked);
    expect(found(plan, 'read-only-tree')).toEqual([]);
    expect(plan.changed).toBe(true);
  });

  test('if everything is in force already', () => {
    const said = {
      [`${UNITS}/docker.service.d/overrides.conf`]:
        '[Unit]\nRequires=firewall.service\nAfter=firewall.service\n',
    };
    const plan = planFor(makeRoot({ ...nixos(), ...said }), asked);
    expect(plan).toMatchObject({ changed: false, missing: [] });
    expect(found(plan, 'read-only-tree')).toEqual([]);
  });
});
