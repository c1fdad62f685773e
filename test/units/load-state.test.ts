import { afterAll, describe, expect, test } from '@jest/globals';
import { link, removeTrees } from '../helpers/tree.js';
import { codes, dependencies, ETC, load, unitSection, USR } from './loaded.js';

afterAll(removeTrees);

/** The load state of a unit with these lines. */
const stateOf = (name: string, ...lines: string[]): string =>
  load({ [`${USR}/${name}`]: `${lines.join('\n')}\n` }, name).loadState;

describe('a service is loaded with', () => {
  test.each<[what: string, lines: string[]]>([
    ['one ExecStart=', ['ExecStart=/a']],
    ['two ExecStart= that are one after a reset', ['ExecStart=/a', 'ExecStart=', 'ExecStart=/b']],
    ['several ExecStart= and Type=oneshot', ['Type=oneshot', 'ExecStart=/a', 'ExecStart=/b']],
    [
      'Type=oneshot, ExecStop= and RemainAfterExit=yes',
      ['Type=oneshot', 'ExecStop=/a', 'RemainAfterExit=yes'],
    ],
    [
      'ExecStop= and RemainAfterExit=1: without ExecStart= it is oneshot',
      ['ExecStop=/a', 'RemainAfterExit=1'],
    ],
    ['Type=oneshot and Restart=on-failure', ['Type=oneshot', 'ExecStart=/a', 'Restart=on-failure']],
    ['Type=dbus and BusName=', ['Type=dbus', 'BusName=a.b', 'ExecStart=/a']],
  ])('%s', (_, lines) => {
    expect(stateOf('u.service', '[Service]', ...lines)).toBe('loaded');
  });

  test('SuccessAction= alone', () => {
    expect(stateOf('u.service', '[Unit]', 'SuccessAction=poweroff')).toBe('loaded');
  });
});

describe('a service is bad-setting with', () => {
  test.each<[what: string, lines: string[]]>([
    ['no command at all', []],
    ['one newline', ['']],
    ['an ExecStart= that was reset', ['ExecStart=/a', 'ExecStart=']],
    ['two ExecStart= without Type=oneshot', ['ExecStart=/a', 'ExecStart=/b']],
    ['two ExecStart= and another Type=', ['Type=notify', 'ExecStart=/a', 'ExecStart=/b']],
    ['ExecStartPre= only', ['ExecStartPre=/a']],
    ['ExecStop= only, and nothing that keeps it up', ['ExecStop=/a']],
    ['ExecStop= only, and RemainAfterExit=no', ['ExecStop=/a', 'RemainAfterExit=no']],
    ['Type=simple without ExecStart=', ['Type=simple', 'ExecStop=/a', 'RemainAfterExit=yes']],
    ['Type=oneshot and Restart=always', ['Type=oneshot', 'ExecStart=/a', 'Restart=always']],
    ['Type=oneshot and Restart=on-success', ['Type=oneshot', 'ExecStart=/a', 'Restart=on-success']],
    [
      'Type=oneshot and RestartForceExitStatus=',
      ['Type=oneshot', 'ExecStart=/a', 'RestartForceExitStatus=1'],
    ],
    ['Type=dbus without BusName=', ['Type=dbus', 'ExecStart=/a']],
    [
      'Type=oneshot, Restart=always and an empty Restart=, which is ignored',
      ['Type=oneshot', 'ExecStart=/a', 'Restart=always', 'Restart='],
    ],
  ])('%s', (_, lines) => {
    expect(stateOf('u.service', '[Service]', ...lines)).toBe('bad-setting');
  });

  test('SuccessAction=none alone: that is not an action', () => {
    expect(stateOf('u.service', '[Unit]', 'SuccessAction=none')).toBe('bad-setting');
  });

  test('ExecStart= in another section', () => {
    expect(stateOf('u.service', '[Unit]', 'ExecStart=/a')).toBe('bad-setting');
  });
});

test('an empty Type= is ignored, as any invalid value: the one before stays', () => {
  expect(stateOf('u.service', '[Service]', 'Type=oneshot', 'Type=', 'ExecStart=/a', 'ExecStart=/b')).toBe(
    'loaded',
  );
});

describe('other types', () => {
  test.each([
    ['a socket with something to listen on', 'u.socket', '[Socket]', 'ListenStream=1', 'loaded'],
    ['a socket with nothing to listen on', 'u.socket', '[Socket]', 'Accept=yes', 'bad-setting'],
    ['a timer with a time', 'u.timer', '[Timer]', 'OnCalendar=daily', 'loaded'],
    ['a timer that waits for a change of the clock', 'u.timer', '[Timer]', 'OnClockChange=yes', 'loaded'],
    ['a timer that does not', 'u.timer', '[Timer]', 'OnTimezoneChange=no', 'bad-setting'],
    ['a timer without any time', 'u.timer', '[Timer]', 'Persistent=yes', 'bad-setting'],
    ['a path unit with a path', 'u.path', '[Path]', 'DirectoryNotEmpty=/a', 'loaded'],
    ['a path unit without any path', 'u.path', '[Path]', 'MakeDirectory=yes', 'bad-setting'],
    ['a mount with What=', 'u.mount', '[Mount]', 'What=/dev/x', 'loaded'],
    ['a mount without What=', 'u.mount', '[Mount]', 'Type=ext4', 'bad-setting'],
    ['a target', 'u.target', '[Unit]', 'Description=x', 'loaded'],
    ['a slice', 'u.slice', '[Slice]', 'CPUWeight=1', 'loaded'],
  ])('%s', (_, name, section, line, state) => {
    expect(stateOf(name, section, line)).toBe(state);
  });

  test.each([
    ['u.socket', '[Socket]', 'ListenStream=1', 'ListenFIFO='],
    ['u.timer', '[Timer]', 'OnCalendar=daily', 'OnBootSec='],
    ['u.path', '[Path]', 'PathExists=/a', 'PathChanged='],
  ])('%s is bad-setting once an empty assignment resets what it needs', (name, ...lines) => {
    expect(stateOf(name, ...lines)).toBe('bad-setting');
  });
});

describe('a unit that is bad-setting', () => {
  const unit = load(
    {
      [`${USR}/u.service`]: unitSection('After=a.service'),
      [`${ETC}/u.service.d/a.conf`]: unitSection('After=b.service'),
      [`${ETC}/u.service.wants/c.service`]: link('/nowhere'),
      [`${ETC}/al.service`]: link(`/${USR}/u.service`),
    },
    'al.service',
  );

  test('keeps its names, drop-ins and dependencies', () => {
    expect(unit).toMatchObject({
      id: 'u.service',
      names: ['u.service', 'al.service'],
      loadState: 'bad-setting',
      fragment: `/${USR}/u.service`,
      dropIns: [`/${ETC}/u.service.d/a.conf`],
    });
    expect(dependencies(unit).sort()).toEqual(['After=a.service', 'After=b.service', 'Wants=c.service']);
  });

  test('says why', () => {
    expect(codes(unit)).toEqual(['bad-setting']);
  });
});

describe('the problem of a unit that is bad-setting names', () => {
  const places = (unit: string, dropIn: string): string[] =>
    load({ [`${USR}/u.service`]: unit, [`${ETC}/u.service.d/a.conf`]: dropIn }, 'u.service').problems.map(
      ({ file, line }) => `${file}:${line ?? ''}`,
    );
  const OVERRIDE = `/${ETC}/u.service.d/a.conf`;

  test.each<[what: string, unit: string, dropIn: string, place: string]>([
    [
      'the second ExecStart=',
      '[Service]\nExecStart=/a\n',
      '[Service]\nUser=x\nExecStart=/b\n',
      `${OVERRIDE}:3`,
    ],
    ['the one line that holds two commands', '', '[Service]\nExecStart=/a ; /b\n', `${OVERRIDE}:2`],
    [
      'the later of Type= and Restart=, which do not go together',
      '[Service]\nExecStart=/a\nRestart=always\n',
      '[Service]\nType=oneshot\n',
      `${OVERRIDE}:2`,
    ],
    ['the Type= that asks for more', '[Service]\nExecStart=/a\n', '[Service]\nType=dbus\n', `${OVERRIDE}:2`],
    ['no line if something is missing', '[Service]\nUser=x\n', '', `/${USR}/u.service:`],
  ])('%s', (_, unit, dropIn, place) => {
    expect(places(unit === '' ? '[Service]\n' : unit, dropIn)).toEqual([place]);
  });
});

test('a drop-in can repair a unit, and break it', () => {
  const dropIn = { [`${ETC}/u.service.d/a.conf`]: '[Service]\nExecStart=/a\n' };
  expect(load({ [`${USR}/u.service`]: '[Service]\nUser=a\n', ...dropIn }, 'u.service').loadState).toBe(
    'loaded',
  );
  expect(load({ [`${USR}/u.service`]: '[Service]\nExecStart=/b\n', ...dropIn }, 'u.service').loadState).toBe(
    'bad-setting',
  );
});
