import { describe, expect, test } from '@jest/globals';
import { allTemplates } from '../../src/cli/find-template.js';
import { dependenciesIn, fillIn } from '../../src/plan/drop-in-text.js';
import { parseTemplate, RELATIONS } from '../../src/plan/template.js';
import { parseUnit } from '../../src/syntax/parse.js';
import { readTemplate } from '../../src/system/package-templates.js';
import { parseUnitName } from '../../src/units/name.js';

const texts = { requires: '', 'part-of': '' };

describe('the templates of this package', () => {
  test('docker may follow these, in this order', () => {
    expect(allTemplates().find(({ name }) => name === 'docker')?.candidates).toEqual([
      'iptables.service',
      'netfilter-persistent.service',
      'nftables.service',
    ]);
  });

  test.each(allTemplates().map((one) => [one.name, one] as const))('%s names units', (_, template) => {
    const names = [template.unit, ...template.candidates, ...template.noNeed.map(({ unit }) => unit)];
    expect(names.filter((name) => !parseUnitName(name))).toEqual([]);
  });

  const files = [readTemplate(), ...allTemplates()];
  const drops = files.flatMap(({ name, texts: all }) =>
    RELATIONS.map((relation) => [name, relation, all[relation]] as const),
  );
  test.each(drops)(
    '%s/%s.conf is a drop-in that says why, and declares the relation and the order',
    (_, relation, text) => {
      const filled = fillIn(text, 'docker.service', 'fw.service');
      expect(parseUnit(Buffer.from(filled)).problems).toEqual([]);
      expect(filled).toMatch(/^# \S/);
      expect(dependenciesIn(filled)).toEqual([
        { type: relation === 'requires' ? 'Requires' : 'PartOf', unit: 'fw.service' },
        { type: 'After', unit: 'fw.service' },
      ]);
    },
  );
});

test('a description that lacks what it must say is an error', () => {
  expect(() => parseTemplate({ name: 'x', description: 'unit = x.service\n', texts })).toThrow('no purpose=');
  expect(() => parseTemplate({ name: 'x', description: 'unit = true\n', texts })).toThrow('no unit=');
  const all = 'unit = x.service\npurpose = x\ndrop-in = x.conf\n';
  expect(() => parseTemplate({ name: 'x', description: all, texts: { requires: '' } })).toThrow(
    'no part-of.conf',
  );
});
