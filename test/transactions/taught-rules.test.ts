import { afterAll, describe, expect, test } from '@jest/globals';
import { removeTrees } from '../helpers/tree.js';
import { after, DAEMON, DONE, managerOf, ONCE } from './manager-of.js';

afterAll(removeTrees);

describe('rules that random systems have taught', () => {
  const SHORT = '[Service]\nExecStart=/bin/sleep 0.5\n';

  test('what ends by itself with nothing more to run is down at once, so a stop that comes back to it goes no further', () => {
    const manager = managerOf(
      {
        'a.service': `BindsTo=b.service\nPropagatesStopTo=b.service\n${SHORT}`,
        'b.service': DAEMON,
        'c.service': `Requires=a.service\n${DAEMON}`,
      },
      [],
    );
    expect(after(manager, [['start', 'c.service']], 'c.service')).toBe('active, started once');
    expect(manager.stateOf('b.service')).toBe('inactive');
  });

  test('a unit that is bound to one whose start has failed is stopped, though it was up before that', () => {
    const manager = managerOf(
      {
        'a.service': `Requisite=c.service\n${DAEMON}`,
        'b.service': `BindsTo=a.service\n${DAEMON}`,
        'c.service': `Before=a.service\nAfter=b.service\n${DAEMON}`,
      },
      [],
    );
    expect(after(manager, [['restart', 'b.service']], 'b.service')).toBe('inactive, started once');
  });

  test('Restart= is given up if systemd refuses the restart', () => {
    const manager = managerOf(
      {
        'a.service': `BindsTo=c.service\n${SHORT}Restart=always\n`,
        'b.target': 'Requisite=a.service\n',
        'c.service': `Conflicts=b.target\nUpholds=b.target\n${ONCE}`,
      },
      [],
    );
    expect(after(manager, [['restart', 'a.service']], 'a.service')).toContain('failed');
  });

  test('OnSuccess= gives way to a job that is queued', () => {
    const manager = managerOf({
      'a.target': 'OnSuccess=b.service\n',
      'b.service': `PropagatesStopTo=a.target\n${DAEMON}`,
    });
    expect(after(manager, [['stop', 'b.service']], 'b.service')).toBe('inactive');
  });

  test('a stop that nothing needs any more stays behind a later job of its unit, and refuses the whole', () => {
    const manager = managerOf(
      {
        'a.service': `Conflicts=b.service\nPartOf=b.service\n${ONCE}`,
        'b.service': DAEMON,
        'c.target': 'Requires=a.service\nRequisite=a.service\n',
      },
      [],
    );
    expect(after(manager, [['start', 'c.target']], 'c.target')).toBe('inactive');
  });

  test('whether a unit is upheld is chance while what it requires is being stopped', () => {
    const manager = managerOf({
      'a.service': DAEMON,
      'b.service': `Requires=a.service\n${DAEMON}ExecStopPost=-/usr/bin/systemctl --no-block stop a.service\n`,
      'c.target': 'Upholds=b.service\n',
    });
    manager.ask('try-restart', 'b.service');
    expect(manager.settle()).toBe('settled');
    expect(manager.isUnsure).toBe(true);
  });

  test('a target waits for what it pulls in, if both have default dependencies', () => {
    const manager = managerOf(
      {
        'a.service': '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/false\n',
        'b.target': '[Unit]\nDefaultDependencies=yes\nRequires=a.service\n',
        'c.target': 'DefaultDependencies=yes\nRequires=d.service\n',
        'd.service': `DefaultDependencies=yes\n${ONCE}`,
      },
      [],
    );
    const order = manager.graph.of('c.target', 'After').map((edge) => edge.unit);
    expect(order).toEqual(['d.service']);
    expect(manager.graph.of('b.target', 'After')).toEqual([]);
  });

  test.each([
    [252, 'active, started once'],
    [257, 'inactive'],
  ])('systemd %s: what is only wanted, and requires what is absent: %s', (systemd, state) => {
    const units = {
      'b.service': `Requires=gone.service\n${DAEMON}`,
      'c.target': 'Wants=b.service\n',
    };
    expect(after(managerOf(units, [], systemd), [['start', 'c.target']], 'b.service')).toBe(state);
  });

  test.each([
    [252, 'active'],
    [257, 'inactive'],
  ])('systemd %s: a restart and PropagatesStopTo=: %s', (systemd, state) => {
    const units = { 'a.service': `PropagatesStopTo=b.service\n${DAEMON}`, 'b.service': DAEMON };
    const manager = managerOf(units, Object.keys(units), systemd);
    expect(after(manager, [['restart', 'a.service']], 'b.service')).toBe(state);
  });

  test('a unit that asks for its own start while it is reloaded is reloaded again, without end', () => {
    const manager = managerOf({
      'a.service': `${ONCE}ExecReload=-/usr/bin/systemctl --no-block start a.service\n`,
    });
    manager.ask('reload', 'a.service');
    expect(manager.settle()).toBe('endless');
  });

  test.each([
    [252, 'inactive'],
    [257, 'activating'],
  ])('systemd %s: Restart= of a unit that lacks its requisite leaves it %s', (systemd, state) => {
    const units = {
      'b.service':
        'Requisite=c.target\nAfter=c.target\n[Service]\nExecStartPre=/bin/false\nExecStart=/bin/sleep infinity\nRestart=always\n',
      'c.target': 'BindsTo=b.service\n',
    };
    const manager = managerOf(units, Object.keys(units), systemd);
    expect(after(manager, [['restart', 'b.service']], 'b.service')).toContain(state);
  });

  test('OnSuccess= of a unit that Restart= starts again is started each time it ends', () => {
    const units = {
      'a.service': `OnSuccess=b.service\nStartLimitBurst=2\nStartLimitIntervalSec=1h\n${SHORT}Restart=always\n`,
      'b.service': DONE,
    };
    const manager = managerOf(units, [], 257);
    expect(after(manager, [['start', 'a.service']], 'b.service')).toBe('inactive, started 2 times');
  });

  test('of the jobs that may run, that of the first name runs first, also before one that was queued earlier', () => {
    const manager = managerOf(
      {
        'a.service': `Requisite=e.service\n${DAEMON}`,
        'd.service': `Before=a.service\nRequires=a.service\n${DAEMON}`,
        'e.service': ONCE,
      },
      [],
    );
    expect(after(manager, [['start', 'd.service']], 'a.service')).toBe('active, started once');
  });

  test('a unit that is stopped while it is reloaded runs no ExecStop=', () => {
    const manager = managerOf({
      'a.service': `${ONCE}ExecReload=-/usr/bin/systemctl --no-block try-restart a.service\nExecStop=/usr/bin/systemctl --no-block stop b.service\n`,
      'b.service': DAEMON,
    });
    expect(after(manager, [['reload', 'a.service']], 'b.service')).toBe('active');
  });
});
