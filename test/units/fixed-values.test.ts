import { afterAll, describe, expect, test } from '@jest/globals';
import { lastValue } from '../../src/units/unit.js';
import { removeTrees } from '../helpers/tree.js';
import { ETC, load, USR } from './loaded.js';

afterAll(removeTrees);

const oneshot = (...lines: string[]): string =>
  ['[Service]', 'Type=oneshot', 'ExecStart=/a', ...lines, ''].join('\n');

describe('a value that the setting cannot have is ignored, and what was set before stays:', () => {
  test('in the fragment', () => {
    const unit = load(
      { [`${USR}/u.service`]: oneshot('Restart=on-failure', 'Restart=always\\\\') },
      'u.service',
    );
    expect(unit.loadState).toBe('loaded');
    expect(lastValue(unit, 'Service', 'Restart')).toBe('on-failure');
    expect(unit.problems).toEqual([
      {
        code: 'bad-value',
        file: `/${USR}/u.service`,
        line: 5,
        text: String.raw`Restart= has no value "always\\\\"; systemd ignores it`,
      },
    ]);
  });

  test('in a drop-in', () => {
    const unit = load(
      {
        [`${USR}/u.service`]: oneshot(),
        [`${ETC}/u.service.d/a.conf`]: '[Service]\nType=Simple\nRestart=yes\n',
      },
      'u.service',
    );
    expect(unit.loadState).toBe('loaded');
    expect(lastValue(unit, 'Service', 'Type')).toBe('oneshot');
  });
});

test.each(['RemainAfterExit=TRUE', 'RemainAfterExit=off', 'Restart=on-abort'])('%s counts', (line) => {
  const unit = load({ [`${USR}/u.service`]: oneshot(line) }, 'u.service');
  expect(unit.problems).toEqual([]);
});
