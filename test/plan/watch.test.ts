import { statSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { applyPlan } from '../../src/apply/apply-plan.js';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { openRoot } from '../../src/files/open-root.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import { planRevert } from '../../src/plan/plan-revert.js';
import { openSystem } from '../../src/system/open-system.js';
import { docker, firewall, OURS, WATCH, watchTools, withFirewall } from '../helpers/docker.js';
import {
  addTo,
  directory,
  fingerprint,
  makeRoot,
  readFrom,
  removeTrees,
  type Tree,
} from '../helpers/tree.js';
import { applied } from './hooks.js';
import { type Asked, LIB, planFor, refusals } from './plan-for.js';

afterEach(removeTrees);

const WATCHED: Asked = { relation: 'watch' };
const box = (more: Tree = {}): Tree => ({ ...withFirewall(), ...watchTools, ...more });

describe('what a watch writes', () => {
  test('is a script, the service that runs it, and a drop-in that wants the service', () => {
    const { changes, missing } = planFor(box(), WATCHED);
    expect(changes.map(({ path, action }) => [action, path])).toEqual([
      ['create', WATCH.script],
      ['create', WATCH.service],
      ['create', OURS],
    ]);
    expect(missing).toEqual([
      'Wants=docker-rules.service',
      'After=iptables.service',
      'StartLimitIntervalSec=0',
    ]);
  });

  test('the script is a program of bash; its first line of ours comes after that of bash', () => {
    const root = makeRoot(box());
    applied(root, WATCHED);
    expect(readFrom(root, WATCH.script).split('\n').slice(0, 2)).toEqual([
      '#!/bin/bash',
      '# Written by unit-patch; to undo: unit-patch revert docker',
    ]);
    const modes = [WATCH.script, WATCH.service, OURS].map((path) => statSync(root + path).mode & 0o777);
    expect(modes).toEqual([0o755, 0o644, 0o644]);
  });

  test('a second run changes nothing, and keeps the relation without being asked for it', () => {
    const root = makeRoot(box());
    applied(root, WATCHED);
    const { relation, changes } = planPatch(openRoot(root), { template: findTemplate('docker') });
    expect({ relation, changes }).toEqual({ relation: 'watch', changes: [] });
  });

  test('nothing removes the rules for good any more, whatever is done', () => {
    const reload = {
      [`${LIB}/iptables.service.d/reload.conf`]: '[Service]\nExecReload=/usr/sbin/fw reload\n',
    };
    const { coverage } = planFor(box(reload), WATCHED);
    expect(coverage.map(({ event, outcome }) => `${event}: ${outcome}`)).toEqual([
      'restart: covered',
      'reload: covered',
      'stop-start: covered',
      'failed-start: covered',
      'outside-systemd: covered',
    ]);
  });

  test('but a firewall that docker requires by other files still takes docker down', () => {
    const tree = box({ [`${LIB}/docker.service`]: docker('Requires=iptables.service') });
    const { coverage } = planFor(tree, WATCHED);
    expect(coverage.find(({ event }) => event === 'stop-start')?.outcome).toBe('down');
  });
});

describe('how a watch heals', () => {
  const argument = (root: string): string | undefined =>
    /^ExecStart=.* (\S+)$/m.exec(readFrom(root, WATCH.service))?.[1];

  test('it puts rules back unless something else is asked for, and the answer is remembered', () => {
    const root = makeRoot(box());
    applied(root, WATCHED);
    expect(argument(root)).toBe('put-back');
    const { service } = applied(root, { ...WATCHED, heal: 'restart' });
    expect(argument(root)).toBe('restart');
    expect(service).toEqual({ unit: 'docker-rules.service', action: 'restart' });
    expect(planFor(root, WATCHED).changed).toBe(false);
    applied(root, { ...WATCHED, heal: 'put-back' });
    expect(argument(root)).toBe('put-back');
  });

  test('with --heal restart the containers restart, and the plan says so', () => {
    const codes = (heal: 'put-back' | 'restart'): string[] =>
      planFor(box(), { ...WATCHED, heal }).findings.map(({ code }) => code);
    expect(codes('restart')).toContain('no-live-restore');
    expect(codes('put-back')).not.toContain('no-live-restore');
  });
});

describe('revert', () => {
  const revert = (root: string): void => {
    const plan = planRevert(openRoot(root), { unit: 'docker.service' });
    expect(plan.service).toEqual({ unit: 'docker-rules.service', action: 'stop' });
    expect(applyPlan(openSystem(root), plan).ok).toBe(true);
  };

  test.each<[string, Tree]>([
    ['makes all that lies above the script', {}],
    ['has /usr/local', { '/usr/local': directory }],
    ['has its directory, as Fedora does', { '/usr/local/libexec': directory }],
  ])('leaves no trace in a root that %s', (_, more) => {
    const root = makeRoot(box(more));
    const before = fingerprint(root);
    applied(root, WATCHED);
    revert(root);
    expect(fingerprint(root)).toBe(before);
  });

  test('takes a script whose service somebody has removed', () => {
    const root = makeRoot(box());
    const before = fingerprint(root);
    applied(root, WATCHED);
    applyPlan(openSystem(root), planRevert(openRoot(root), { unit: 'docker.service' }));
    applied(root, WATCHED);
    revert(root);
    expect(fingerprint(root)).toBe(before);
  });

  test('keeps a script that was edited', () => {
    const root = makeRoot(box());
    applied(root, WATCHED);
    addTo(root, { [WATCH.script]: `${readFrom(root, WATCH.script)}# mine\n` });
    expect(refusals(planRevert(openRoot(root), { unit: 'docker.service' }))).toMatchObject([
      { code: 'edited', text: expect.stringContaining(WATCH.script) },
    ]);
  });
});

test('a unit that follows something else than a firewall has no rules to be watched', () => {
  const tree = box({ [`${LIB}/app.service`]: docker(), [`${LIB}/db.service`]: firewall() });
  expect(() => planFor(tree, { ...WATCHED, name: 'app.service', follow: 'db.service' })).toThrow(
    'watches the firewall rules of Docker',
  );
});
