import { afterAll, describe, expect, test } from '@jest/globals';
import { docker } from '../helpers/docker.js';
import { removeTrees, type Tree } from '../helpers/tree.js';
import { ETC, LIB, planFor } from './plan-for.js';

afterAll(removeTrees);

const DROP_IN = `${ETC}/docker.service.d/10.conf`;

/** docker.service with one more drop-in, and a mount that is enabled. */
const box = (dropIn: string, more: Tree = {}): Tree => ({
  [`${LIB}/docker.service`]: docker(),
  [DROP_IN]: dropIn,
  [`${ETC}/srv-data.mount`]:
    '[Mount]\nWhat=/dev/sdb1\nWhere=/srv/data\n[Install]\nWantedBy=multi-user.target\n',
  [`${ETC}/multi-user.target.wants/srv-data.mount`]: { link: `${ETC}/srv-data.mount` },
  ...more,
});

const ASKED = { name: 'docker.service', follow: 'srv-data.mount' } as const;

describe('a path on the mount makes systemd add Requires= and After=, so neither is written', () => {
  test.each([
    ['RequiresMountsFor=/srv/data', '[Unit]\nRequiresMountsFor=/srv/data\n', 2],
    ['RequiresMountsFor=/srv/data/docker/x', '[Unit]\nRequiresMountsFor=/a /srv/data/docker/x\n', 2],
    ['WorkingDirectory=/srv/data/docker', '[Service]\nWorkingDirectory=/srv/data/docker\n', 2],
    ['RootDirectory=/srv/data', '[Service]\nRootDirectory=/srv/data\n', 2],
  ])('%s', (_, dropIn, line) => {
    const plan = planFor(box(dropIn), ASKED);
    const by = dropIn.split('\n')[line - 1];
    expect(plan.changes).toEqual([]);
    expect(plan.inForce).toEqual([
      { setting: 'Requires=srv-data.mount', by, file: DROP_IN, line },
      { setting: 'After=srv-data.mount', by, file: DROP_IN, line },
    ]);
  });

  test('PartOf= is covered by that Requires=', () => {
    const plan = planFor(box('[Unit]\nRequiresMountsFor=/srv/data\n'), { ...ASKED, relation: 'part-of' });
    expect(plan.missing).toEqual([]);
  });

  test('a mount below it says so by its Where=', () => {
    const below = '[Mount]\nWhat=/dev/sdc1\nWhere=/srv/data/deep\n';
    const plan = planFor(box('', { [`${ETC}/srv-data-deep.mount`]: below }), {
      ...ASKED,
      name: 'srv-data-deep.mount',
    });
    expect(plan.missing).toEqual([]);
  });
});

describe('it is written', () => {
  test.each([
    ['beside another path', '[Unit]\nRequiresMountsFor=/srv/database\n'],
    ['beside a directory above', '[Unit]\nRequiresMountsFor=/srv\n'],
    ['beside a working directory that may be missing', '[Service]\nWorkingDirectory=-/srv/data\n'],
    ['beside a specifier that only the running machine knows', '[Unit]\nRequiresMountsFor=%h\n'],
  ])('%s', (_, dropIn) => {
    expect(planFor(box(dropIn), ASKED).missing).toEqual(['Requires=srv-data.mount', 'After=srv-data.mount']);
  });

  test('as far as WantsMountsFor= is weaker: it is Wants= and After=', () => {
    const root = box('[Unit]\nWantsMountsFor=/srv/data\n');
    expect(planFor(root, ASKED, { systemd: 256 }).missing).toEqual(['Requires=srv-data.mount']);
  });

  test('whole, if systemd is older than WantsMountsFor=', () => {
    const root = box('[Unit]\nWantsMountsFor=/srv/data\n');
    const { missing } = planFor(root, ASKED, { systemd: 255 });
    expect(missing).toEqual(['Requires=srv-data.mount', 'After=srv-data.mount']);
  });
});
