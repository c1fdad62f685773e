import { describe, expect, test } from '@jest/globals';
import { userInfo } from 'node:os';
import { cleanEnvironment } from '../../src/system/run-command.js';

const clean = (env: Record<string, string>, isRoot = false): NodeJS.ProcessEnv =>
  cleanEnvironment(env, isRoot);

test('a command runs in English and without a pager', () => {
  expect(clean({ LC_ALL: 'de_DE.UTF-8', SYSTEMD_PAGER: 'less' })).toMatchObject({
    LC_ALL: 'C',
    SYSTEMD_PAGER: '',
    SYSTEMD_COLORS: '0',
  });
});

test.each(['LANG', 'LC_TIME', 'TERM', 'TZ', 'USER', 'LOGNAME', 'HOME', 'SYSTEMD_IGNORE_CHROOT'])(
  'it inherits %s',
  (name) => {
    expect(clean({ [name]: 'x' })[name]).toBe('x');
  },
);

test.each([
  'LD_PRELOAD',
  'LD_LIBRARY_PATH',
  'NODE_OPTIONS',
  'npm_config_prefix',
  'SYSTEMD_LOG_LEVEL',
  'SYSTEMD_UNIT_PATH',
  'DBUS_SYSTEM_BUS_ADDRESS',
  'BASH_ENV',
  'ENV',
  'IFS',
  'PYTHONPATH',
  'PERL5OPT',
  'DOCKER_CONFIG',
  'DOCKER_CONTEXT',
  'BASH_FUNC_cat%%',
])('it does not inherit %s', (name) => {
  expect(clean({ [name]: 'x' })).not.toHaveProperty([name]);
});

describe('docker is asked', () => {
  test('on another socket of this machine, if DOCKER_HOST names one', () => {
    expect(clean({ DOCKER_HOST: 'unix:///srv/docker.sock' }).DOCKER_HOST).toBe('unix:///srv/docker.sock');
  });

  test.each(['tcp://10.0.0.1:2375', 'ssh://root@other', ''])(
    'never on another machine: %s',
    (DOCKER_HOST) => {
      expect(clean({ DOCKER_HOST })).not.toHaveProperty('DOCKER_HOST');
    },
  );
});

test("root's commands have the home of root, not that of the user who called sudo", () => {
  expect(clean({ HOME: '/home/alice' }, true).HOME).toBe(userInfo().homedir);
});
