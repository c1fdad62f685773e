import { expect, test } from '@jest/globals';
import { UnitPatchError } from '../../src/errors.js';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { GENERAL_DROP_IN } from '../../src/firewalls/template.js';

test.each(['docker', 'docker.service'])('%s is the template of docker', (name) => {
  expect(findTemplate(name)).toMatchObject({ name: 'docker', unit: 'docker.service' });
});

test('any other unit follows what the request names', () => {
  const { unit, candidates, dropIn } = findTemplate('myapp.service');
  expect({ unit, candidates, dropIn }).toEqual({
    unit: 'myapp.service',
    candidates: [],
    dropIn: GENERAL_DROP_IN,
  });
});

test.each(['dokcer', 'a b.service', '../docker', ''])('%j is neither', (name) => {
  expect(() => findTemplate(name)).toThrow(UnitPatchError);
  expect(() => findTemplate(name)).toThrow(
    'is neither a template (docker, fail2ban, libvirtd, lxc-net, virtnetworkd) nor a unit name',
  );
});
