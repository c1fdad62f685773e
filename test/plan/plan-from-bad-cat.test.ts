import { afterAll, describe, expect, test } from '@jest/globals';
import { cat } from '../helpers/cat.js';
import { withFirewall } from '../helpers/docker.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';
import { BOTH, fromCat, fromText } from './from-text.js';
import { ETC, LIB } from './plan-for.js';

afterAll(removeTrees);

describe('what does not serve', () => {
  const tree = { ...withFirewall(), ...withFirewall('nftables.service') };
  test.each([
    [
      'docker.service is missing',
      ['iptables.service'],
      {},
      'FILE holds no docker.service, only iptables.service',
    ],
    [
      'no firewall',
      ['docker.service'],
      {},
      'FILE holds none of the units that docker.service may have to follow',
    ],
    [
      'two firewalls',
      [...BOTH, 'nftables.service'],
      {},
      'FILE does not show which of iptables.service, nftables.service is in use',
    ],
    [
      'another one is asked for',
      BOTH,
      { follow: 'a.service' },
      'FILE holds no a.service, only docker.service, iptables.service',
    ],
    [
      'no template, and no --follow',
      BOTH,
      { name: 'iptables.service' },
      'there is no template for iptables.service',
    ],
    ['no unit name', BOTH, { follow: 'a/b' }, '"a/b" is not a unit name'],
    ['itself', BOTH, { follow: 'docker.service' }, 'docker.service cannot follow itself'],
  ])('%s', (_, units, asked, message) => {
    expect(() => fromCat(tree, units, asked)).toThrow(message);
  });

  test.each([
    ['docker.service is masked', '# Unit docker.service is masked.\n', 'docker.service is masked there'],
    [
      'docker.service cannot be loaded',
      '# Unit docker.service could not be loaded.\n',
      'systemd cannot load docker.service there',
    ],
    [
      'docker.service has no files',
      'No files found for docker.service.\n',
      'there is no docker.service there',
    ],
    [
      'docker.service has no command, as if it was cut off',
      `# ${LIB}/docker.service\n[Unit]\nDescription=d\n`,
      'systemd would not load docker.service as it is in FILE',
    ],
  ])('%s', (_, text, message) => {
    expect(() => fromText(`${text}\n${cat(makeRoot(tree), 'iptables.service')}`)).toThrow(message);
  });

  test('drop-ins in an order that systemd does not apply', () => {
    const text = cat(makeRoot(withFirewall()), ...BOTH);
    const twisted = `${text}\n# ${ETC}/iptables.service.d/2.conf\n[Unit]\n\n# ${ETC}/iptables.service.d/1.conf\n[Unit]\n`;
    expect(() => fromText(twisted)).toThrow(
      'FILE has the drop-ins of iptables.service in another order than systemd',
    );
  });
});
