import { describe, expect, test } from '@jest/globals';
import { waysOf } from '../../src/report/ways.js';

const AGAIN = 'unit-patch app.service --follow db.service --root /srv/image';

describe('the ways out that a hint names, each with the command that takes it', () => {
  test.each<[string, string, ReturnType<typeof waysOf>]>([
    [
      'a command is shown as it is',
      'start it again: systemctl start app',
      [{ what: 'start it again', command: 'systemctl start app' }],
    ],
    [
      'an option is added to the same request',
      'use --relation hook',
      [{ what: '', command: `${AGAIN} --relation hook` }],
    ],
    [
      'so that a unit without a template is followed still',
      'bring it back: --come-back, or use --relation hook',
      [
        { what: 'bring it back', command: `${AGAIN} --come-back` },
        { what: '', command: `${AGAIN} --relation hook` },
      ],
    ],
    [
      'another unit takes the place of the one that was named',
      'follow the other one: --follow mysql.service',
      [
        {
          what: 'follow the other one',
          command: 'unit-patch app.service --root /srv/image --follow mysql.service',
        },
      ],
    ],
    ['what no command does is only said', 'set RemainAfterExit=yes', [{ what: 'set RemainAfterExit=yes' }]],
  ])('%s', (_, hint, expected) => {
    expect(waysOf(hint, AGAIN)).toEqual(expected);
  });

  test('a name that a shell would take apart is quoted, and replaced whole', () => {
    const again = "unit-patch app --follow 'srv-a\\x2db.mount'";
    expect(waysOf('use --follow x.service', again)).toEqual([
      { what: '', command: 'unit-patch app --follow x.service' },
    ]);
  });
});
