import { afterAll, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { showReport, showText } from '../../src/report/show.js';
import { loadUnit } from '../../src/units/loader.js';
import type { Unit } from '../../src/units/unit.js';
import { link, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const fragment = '/usr/lib/systemd/system/docker.service';
const dropIn = '/etc/systemd/system/docker.service.d/10-a.conf';
const wants = '/etc/systemd/system/docker.service.wants/b.service';
const root = makeRoot({
  [fragment]: '[Unit]\nAfter=a.service\nNonsense=x\n[Service]\nExecStart=/bin/true\n',
  [dropIn]: '[Unit]\nAfter=a.service c.service\n',
  [wants]: link('/nowhere'),
  '/etc/systemd/system/dockerd.service': link(fragment),
  '/etc/systemd/system/off.service': link('/dev/null'),
});

const load = (name: string): Unit => loadUnit(openRoot(root), name);

describe('the JSON of a unit', () => {
  test('has the contract’s keys, and what each holds', () => {
    expect(showReport(load('dockerd.service'))).toEqual({
      schema: 'unit-patch/show@1',
      unit: 'dockerd.service',
      id: 'docker.service',
      names: ['docker.service', 'dockerd.service'],
      loadState: 'loaded',
      fragment,
      dropIns: [dropIn],
      dependencies: {
        After: [
          {
            unit: 'a.service',
            from: [
              { file: fragment, line: 2 },
              { file: dropIn, line: 2 },
            ],
          },
          { unit: 'c.service', from: [{ file: dropIn, line: 2 }] },
        ],
        Wants: [{ unit: 'b.service', from: [{ file: wants, line: null }] }],
      },
      directives: [
        { section: 'Unit', key: 'After', value: 'a.service', file: fragment, line: 2 },
        { section: 'Service', key: 'ExecStart', value: '/bin/true', file: fragment, line: 5 },
        { section: 'Unit', key: 'After', value: 'a.service c.service', file: dropIn, line: 2 },
      ],
      problems: [
        {
          code: 'unknown-setting',
          file: fragment,
          line: 3,
          text: expect.stringContaining('Nonsense'),
        },
      ],
    });
  });

  test.each([
    ['missing', 'gone.service', 'not-found', null],
    ['masked', 'off.service', 'masked', '/etc/systemd/system/off.service'],
  ])('has all keys for a %s one too', (_, name, loadState, path) => {
    expect(showReport(load(name))).toEqual({
      schema: 'unit-patch/show@1',
      unit: name,
      id: name,
      names: [name],
      loadState,
      fragment: path,
      dropIns: [],
      dependencies: {},
      directives: [],
      problems: [],
    });
  });

  test('holds no path of this machine', () => {
    expect(JSON.stringify(showReport(load('docker.service')))).not.toContain(root);
  });
});

describe('the text of a unit', () => {
  test('is its head, then each section with the file and line of every setting, links and problems', () => {
    expect(showText(load('dockerd.service'), false)).toBe(
      [
        'docker.service  loaded',
        'asked as  dockerd.service',
        'aliases   dockerd.service',
        `fragment  ${fragment}`,
        `drop-in   ${dropIn}`,
        '',
        '[Unit]',
        `${fragment}:2: After=a.service`,
        `${dropIn}:2: After=a.service c.service`,
        '',
        '[Service]',
        `${fragment}:5: ExecStart=/bin/true`,
        '',
        'links:',
        `${wants}: Wants=b.service`,
        '',
        'problems:',
        `${fragment}:3: systemd knows no Nonsense= in [Unit] and ignores it`,
        '',
      ].join('\n'),
    );
  });

  test('is its head alone if there is nothing else', () => {
    expect(showText(load('gone.service'), false)).toBe('gone.service  not-found\n');
  });

  test('is the same under its colours', () => {
    const unit = load('docker.service');
    // eslint-disable-next-line no-control-regex
    expect(showText(unit, true).replace(/\x1b\[\d+m/g, '')).toBe(showText(unit, false));
    expect(showText(unit, true)).not.toBe(showText(unit, false));
  });
});
