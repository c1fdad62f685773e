import { describe, expect, test } from '@jest/globals';
import {
  dependencyType,
  isKnownSetting,
  mergingOf,
  sectionsKnowing,
  sectionsOf,
} from '../../src/units/settings.js';

describe('a dependency setting', () => {
  test('has the name that is used today', () => {
    expect(dependencyType('Unit', 'Requires')).toBe('Requires');
    expect(dependencyType('Unit', 'BindTo')).toBe('BindsTo');
  });

  test('is one in [Unit] only', () => {
    expect(dependencyType('Service', 'Requires')).toBeUndefined();
    expect(dependencyType(undefined, 'Requires')).toBeUndefined();
  });

  test.each(['RequiredBy', 'Sockets', 'RequiresMountsFor', 'requires', 'toString'])('is not %s=', (key) => {
    expect(dependencyType('Unit', key)).toBeUndefined();
  });
});

describe('a setting meets the ones before it', () => {
  test('by adding to them, if it is a dependency', () => {
    expect(mergingOf('Unit', 'After')).toEqual({ how: 'adds' });
    expect(mergingOf('Unit', 'RequiresMountsFor')).toEqual({ how: 'adds' });
  });

  test('as a member of its family', () => {
    const { how: first, group: a } = mergingOf('Unit', 'ConditionHost') as { how: string; group: string };
    const { how: second, group: b } = mergingOf('Unit', 'ConditionUser') as { how: string; group: string };
    expect([first, second, a]).toEqual(['list', 'list', b]);
  });

  test('in its own section: OnFailure= of a [Timer] is not a time', () => {
    expect(mergingOf('Timer', 'OnClockChange').how).toBe('replaces');
  });

  test('by replacing them otherwise', () => {
    expect(mergingOf('Service', 'Type')).toEqual({
      how: 'replaces',
      group: 'Service.Type',
      neverEmpty: true,
    });
    expect(mergingOf('Service', 'User')).toEqual({
      how: 'replaces',
      group: 'Service.User',
      neverEmpty: false,
    });
  });
});

test('the sections of a type are [Unit], [Install] and its own', () => {
  expect(sectionsOf('automount')).toEqual(['Unit', 'Install', 'Automount']);
});

test('a setting is known in some sections and not in others', () => {
  expect(isKnownSetting('Service', 'ExecStart')).toBe(true);
  expect(isKnownSetting('Unit', 'ExecStart')).toBe(false);
  expect(isKnownSetting('Nowhere', 'ExecStart')).toBe(false);
  expect(isKnownSetting('Service', 'constructor')).toBe(false);
  expect(sectionsKnowing('ListenStream')).toEqual(['Socket']);
  expect(sectionsKnowing('ExecStartPre')).toEqual(['Service', 'Socket']);
  expect(sectionsKnowing('Nothing')).toEqual([]);
});

test.each([
  [253, 'Service', 'ReloadSignal OpenFile LogFilterPatterns MemoryZSwapMax'],
  [
    254,
    'Service',
    'RestartSteps RestartMaxDelaySec RestartMode ImportCredential MemoryPressureWatch RootEphemeral',
  ],
  [254, 'Install', 'UpheldBy'],
  [255, 'Service', 'NFTSet'],
  [255, 'Unit', 'SurviveFinalKillSignal'],
  [255, 'Socket', 'PollLimitIntervalSec PollLimitBurst'],
  [256, 'Unit', 'WantsMountsFor'],
  [257, 'Timer', 'DeferReactivation'],
])('what systemd %i brought to [%s] is known', (_, section, keys) => {
  expect(keys.split(' ').filter((key) => !isKnownSetting(section, key))).toEqual([]);
});
