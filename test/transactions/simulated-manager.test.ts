import { afterAll, describe, expect, test } from '@jest/globals';
import type { Verb } from '../../src/transactions/job.js';
import type { SimulatedManager } from '../../src/transactions/simulated-manager.js';
import { removeTrees } from '../helpers/tree.js';
import { after, DAEMON, DONE, managerOf, ONCE } from './manager-of.js';

afterAll(removeTrees);

describe('what comes of the firewall, by what docker says of it: measured with systemd 252 and 257', () => {
  const RESTART: [Verb, string][] = [['restart', 'fw.service']];
  const STOP_START: [Verb, string][] = [
    ['stop', 'fw.service'],
    ['start', 'fw.service'],
  ];

  test.each([
    ['Requires=fw.service\nAfter=fw.service', 'active, started once', 'inactive'],
    ['PartOf=fw.service\nAfter=fw.service', 'active, started once', 'inactive'],
    ['BindsTo=fw.service\nAfter=fw.service', 'active, started once', 'inactive'],
    ['Requisite=fw.service\nAfter=fw.service', 'active, started once', 'inactive'],
    ['Wants=fw.service\nAfter=fw.service', 'active', 'active'],
    ['Wants=fw.service\nPartOf=fw.service\nAfter=fw.service', 'active, started once', 'inactive'],
    ['After=fw.service', 'active', 'active'],
  ])('%j', (says, restarted, stopped) => {
    const units = { 'docker.service': `${says}\n${DAEMON}`, 'fw.service': ONCE };
    expect(after(managerOf(units), RESTART, 'docker.service')).toBe(restarted);
    expect(after(managerOf(units), STOP_START, 'docker.service')).toBe(stopped);
  });

  test('docker starts after the firewall, and stops before it', () => {
    const manager = managerOf({
      'docker.service': `Requires=fw.service\nAfter=fw.service\n${DAEMON}ExecStop=/bin/true\n`,
      'fw.service': `${ONCE}ExecStop=/bin/true\n`,
    });
    after(manager, RESTART, 'docker.service');
    expect(
      manager.happened.flatMap(({ unit, what, key }) => (what === 'runs' ? `${unit} ${String(key)}` : [])),
    ).toEqual([
      'docker.service ExecStop',
      'fw.service ExecStop',
      'fw.service ExecStart',
      'docker.service ExecStart',
    ]);
  });
});

describe('a third unit', () => {
  test('that stands between takes docker down with it', () => {
    const manager = managerOf({
      'docker.service': `Requires=gate.service\nAfter=gate.service\n${DAEMON}`,
      'gate.service': `Requires=fw.service\nAfter=fw.service\n${ONCE}`,
      'fw.service': ONCE,
    });
    expect(after(manager, [['stop', 'fw.service']], 'docker.service')).toBe('inactive');
    const way = manager.happened.findLast(({ unit }) => unit === 'docker.service')?.way;
    expect(way?.map(({ saidBy, says }) => `${saidBy}: ${says}`)).toEqual([
      'gate.service: Requires=fw.service',
      'docker.service: Requires=gate.service',
    ]);
  });

  test('that is done already, and down, passes no stop on', () => {
    const manager = managerOf(
      {
        'docker.service': `Requires=gate.service\n${DAEMON}`,
        'gate.service': `Requires=fw.service\n${DONE}`,
        'fw.service': ONCE,
      },
      ['docker.service', 'fw.service'],
    );
    expect(after(manager, [['stop', 'fw.service']], 'docker.service')).toBe('active');
  });

  test('that upholds docker starts it again', () => {
    const manager = managerOf({
      'docker.service': `PartOf=fw.service\n${DAEMON}`,
      'fw.service': ONCE,
      'keeper.target': 'Upholds=docker.service\n',
    });
    expect(after(manager, [['stop', 'fw.service']], 'docker.service')).toBe('active, started once');
  });

  test('that the firewall wants is started with it', () => {
    const manager = managerOf({
      'docker.service': `PartOf=fw.service\nAfter=fw.service\n${DAEMON}`,
      'fw.service': `Wants=docker.service\n${ONCE}`,
    });
    const verbs: [Verb, string][] = [
      ['stop', 'fw.service'],
      ['start', 'fw.service'],
    ];
    expect(after(manager, verbs, 'docker.service')).toBe('active, started once');
  });
});

describe('a command of a unit', () => {
  const HOOK = 'ExecStopPost=-/usr/bin/systemctl --no-block try-restart docker.service\n';

  test('that restarts docker is waited for by nobody', () => {
    const manager = managerOf({
      'docker.service': `After=fw.service\n${DAEMON}`,
      'fw.service': `${ONCE}${HOOK}`,
    });
    expect(after(manager, [['stop', 'fw.service']], 'docker.service')).toBe('active, started once');
    expect(manager.stateOf('fw.service')).toBe('inactive');
  });

  test('that restarts docker cancels the stop of the firewall if docker wants it', () => {
    const manager = managerOf({
      'docker.service': `Wants=fw.service\nAfter=fw.service\n${DAEMON}`,
      'fw.service': `${ONCE}${HOOK}`,
    });
    after(manager, [['stop', 'fw.service']], 'docker.service');
    expect(manager.stateOf('fw.service')).toBe('active');
  });

  test('that waits for docker, which waits for its unit, never ends', () => {
    const manager = managerOf({
      'docker.service': `After=fw.service\n${DAEMON}`,
      'fw.service': `${ONCE}ExecStartPost=/usr/bin/systemctl restart docker.service\n`,
    });
    manager.ask('restart', 'fw.service');
    expect(manager.settle()).toBe('stuck');
  });

  test('that restarts what restarts its own unit ends at the start limit, or never', () => {
    const loop = (limit: string): SimulatedManager =>
      managerOf({
        'docker.service': `${limit}PartOf=fw.service\nAfter=fw.service\n${DAEMON}ExecStartPost=/usr/bin/systemctl --no-block restart fw.service\n`,
        'fw.service': `${limit}${ONCE}`,
      });
    const endless = loop('StartLimitIntervalSec=0\n');
    endless.ask('restart', 'fw.service');
    expect(endless.settle()).toBe('endless');
    const limited = loop('');
    limited.ask('restart', 'fw.service');
    expect(limited.settle()).toBe('settled');
    expect(limited.isUnsure || limited.stateOf('docker.service') === 'failed').toBe(true);
  });
});

describe('a transaction', () => {
  test('is refused as a whole if a requirement cannot be loaded', () => {
    const manager = managerOf(
      {
        'docker.service': `Requires=gone.service\n${DAEMON}`,
        'fw.service': `Requires=docker.service\n${ONCE}`,
      },
      ['fw.service'],
    );
    expect(manager.ask('restart', 'fw.service')).toMatchObject({
      refused: 'gone.service is not-found',
      unit: 'gone.service',
    });
    expect(manager.stateOf('fw.service')).toBe('active');
  });

  test('goes on without what is only wanted', () => {
    const manager = managerOf({ 'docker.service': `Wants=gone.service\n${DAEMON}` }, []);
    expect(after(manager, [['start', 'docker.service']], 'docker.service')).toBe('active, started once');
  });

  test('is refused if its order is a circle that cannot be broken', () => {
    const manager = managerOf(
      {
        'docker.service': `Requires=fw.service\nAfter=fw.service\n${DAEMON}`,
        'fw.service': `After=docker.service\n${ONCE}`,
      },
      [],
    );
    expect(manager.ask('start', 'docker.service')).toMatchObject({
      refused: expect.stringContaining('its order has a cycle'),
    });
  });

  test('stops what conflicts with it', () => {
    const manager = managerOf({ 'fw.service': `Conflicts=ufw.service\n${ONCE}`, 'ufw.service': ONCE }, [
      'ufw.service',
    ]);
    expect(after(manager, [['start', 'fw.service']], 'ufw.service')).toBe('inactive');
  });
});

test('a start that fails fails what requires it, and Restart= tries again', () => {
  const manager = managerOf(
    {
      'docker.service': `Requires=fw.service\nAfter=fw.service\n${DAEMON}`,
      'fw.service': '[Service]\nType=oneshot\nRestart=on-failure\nExecStart=/bin/false\n',
    },
    [],
  );
  expect(after(manager, [['start', 'docker.service']], 'docker.service')).toBe('inactive');
  expect(manager.stateOf('fw.service')).toBe('failed');
  expect(
    manager.happened.filter(({ unit, what }) => unit === 'fw.service' && what === 'starts').length,
  ).toBeGreaterThan(1);
});
