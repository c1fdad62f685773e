import { describe, expect, test } from '@jest/globals';
import { allTemplates } from '../../src/firewalls/find-template.js';
import { parseTemplate, templateForUnit } from '../../src/firewalls/parse-template.js';
import type { Relation } from '../../src/firewalls/template.js';
import { fillIn } from '../../src/plan/drop-in-text.js';
import { settingsIn, written } from '../../src/plan/settings.js';
import { parseUnit } from '../../src/syntax/parse.js';
import { readTemplate } from '../../src/system/package-files.js';
import { parseUnitName } from '../../src/units/name.js';

const texts = {
  'come-back': '',
  requires: '',
  'part-of': '',
  hook: '',
  'hook-follow': '',
  wants: '',
  order: '',
};

const files = [templateForUnit('', readTemplate().texts), ...allTemplates()];

describe('the templates of this package', () => {
  test('docker may follow these, in this order', () => {
    expect(allTemplates().find(({ name }) => name === 'docker')?.candidates).toEqual([
      'iptables.service',
      'netfilter-persistent.service',
      'nftables.service',
    ]);
  });

  test.each(allTemplates().map((one) => [one.name, one] as const))('%s names units', (_, template) => {
    const { unit, candidates, firewalls, noNeed, noReload, tools, packages } = template;
    const known = [...candidates, ...firewalls, ...noNeed.map((one) => one.unit)];
    const names = [unit, ...known, ...packages.map((one) => one.unit)];
    expect(unit).toBe(`${template.name}.service`);
    expect(names.filter((name) => !parseUnitName(name))).toEqual([]);
    expect(known).toEqual([...new Set(known)]);
    // A line about a unit that none of the three sections names would have no effect.
    expect(noReload.filter((name) => !known.includes(name))).toEqual([]);
    expect(Object.keys(tools).filter((name) => !known.includes(name))).toEqual([]);
    expect(packages.filter(({ wanted }) => !known.includes(wanted))).toEqual([]);
  });

  const drops = files.flatMap(({ name, texts: all, watch }) => [
    ...(['requires', 'part-of', 'hook', 'wants', 'order'] as const).map(
      (relation) => [name, relation, all[relation]] as const,
    ),
    ...(watch ? [[name, 'watch', watch.texts().conf] as const] : []),
  ]);
  test.each(drops)(
    '%s/%s.conf is a drop-in that says why, and declares the relation and the order',
    (_, relation, text) => {
      const filled = fillIn(text, {
        unit: 'docker.service',
        follow: 'fw.service',
        service: 'docker-rules.service',
      });
      expect(parseUnit(Buffer.from(filled)).problems).toEqual([]);
      expect(filled).toMatch(/^# \S/);
      const ties: Record<Relation, string[]> = {
        requires: ['Requires=fw.service'],
        'part-of': ['PartOf=fw.service'],
        hook: [],
        watch: ['Wants=docker-rules.service'],
        wants: ['Wants=fw.service'],
        order: [],
      };
      expect(settingsIn(filled).map(written)).toEqual([
        ...ties[relation],
        'After=fw.service',
        'StartLimitIntervalSec=0',
      ]);
    },
  );
});

test.each(files.map(({ name, hookText }) => [name, hookText] as const))(
  '%s/hook-follow.conf is a drop-in that says why, and has commands that wait for nobody',
  (_, text) => {
    const filled = fillIn(text, {
      unit: 'docker.service',
      follow: 'fw.service',
      systemctl: '/bin/systemctl',
    });
    expect(parseUnit(Buffer.from(filled)).problems).toEqual([]);
    expect(filled).toMatch(/^# \S/);
    expect(settingsIn(filled).map(written)).toEqual([
      'Before=docker.service',
      ...['ExecStartPost', 'ExecReload', 'ExecStopPost'].map(
        (key) => `${key}=-/bin/systemctl --no-block try-restart docker.service`,
      ),
    ]);
  },
);

test('a description that lacks what it must say is an error', () => {
  expect(() => parseTemplate({ name: 'x', description: 'unit = x.service\n', texts })).toThrow('no purpose=');
  expect(() => parseTemplate({ name: 'x', description: 'unit = true\n', texts })).toThrow('no unit=');
  const all =
    'unit = x.service\npurpose = x\ndrop-in = x.conf\nhook-drop-in = y.conf\ncome-back-drop-in = z.conf\n';
  expect(() => parseTemplate({ name: 'x', description: all, texts: { requires: '' } })).toThrow(
    'no hook-follow.conf',
  );
});
