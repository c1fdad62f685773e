import { afterAll, describe, expect, test } from '@jest/globals';
import { docker, firewall, OURS, withFirewall } from '../helpers/docker.js';
import { link, removeTrees, type Tree } from '../helpers/tree.js';
import { ETC, LIB, planFor, settingsOf } from './plan-for.js';

afterAll(removeTrees);

describe('only missing settings are written', () => {
  test('nothing is in force: Requires= and After=', () => {
    const plan = planFor(withFirewall());
    expect(plan.changes).toMatchObject([{ path: OURS, action: 'create', before: null }]);
    expect(settingsOf(plan)).toEqual(['Requires=iptables.service', 'After=iptables.service']);
    expect(plan.missing).toEqual(settingsOf(plan));
  });

  const saysAfter: Record<string, Tree> = {
    'the fragment': { [`${LIB}/docker.service`]: docker('After=a.service iptables.service') },
    'a drop-in in /etc': { [`${ETC}/docker.service.d/10.conf`]: '[Unit]\nAfter=iptables.service\n' },
    'a drop-in in /run': {
      '/run/systemd/system/docker.service.d/10.conf': '[Unit]\nAfter=iptables.service\n',
    },
    'a drop-in in /usr/local': {
      '/usr/local/lib/systemd/system/docker.service.d/10.conf': '[Unit]\nAfter=iptables.service\n',
    },
    'a drop-in of its type': { [`${LIB}/service.d/10.conf`]: '[Unit]\nAfter=iptables.service\n' },
    "the firewall's own Before=": { [`${LIB}/iptables.service`]: firewall('Before=docker.service') },
    "the Before= of a drop-in on the firewall's side": {
      [`${ETC}/iptables.service.d/x.conf`]: '[Unit]\nBefore=docker.service\n',
    },
    'an alias of the firewall': {
      [`${LIB}/fw.service`]: link('iptables.service'),
      [`${LIB}/docker.service`]: docker('After=fw.service'),
    },
    'a specifier': { [`${LIB}/docker.service`]: docker('After=iptables%i.service') },
    'an empty assignment after it, which resets nothing': {
      [`${LIB}/docker.service`]: docker('After=iptables.service\nAfter='),
    },
  };
  test.each(Object.entries(saysAfter))('After= is not written again if %s says it', (_, tree) => {
    const plan = planFor(withFirewall('iptables.service', tree));
    expect(plan.missing).toEqual(['Requires=iptables.service']);
    expect(settingsOf(plan)).toEqual(['Requires=iptables.service']);
    expect(plan.inForce).toHaveLength(1);
  });

  const saysRequires: Record<string, Tree> = {
    'the fragment': { [`${LIB}/docker.service`]: docker('Requires=iptables.service') },
    'a .requires link': {
      [`${ETC}/docker.service.requires/iptables.service`]: link(`${LIB}/iptables.service`),
    },
    'a .requires link by an alias': {
      [`${LIB}/fw.service`]: link('iptables.service'),
      [`${ETC}/docker.service.requires/fw.service`]: link(`${LIB}/fw.service`),
    },
    'the stronger BindsTo=': { [`${LIB}/docker.service`]: docker('BindsTo=iptables.service') },
  };
  test.each(Object.entries(saysRequires))('Requires= is not written again if %s says it', (_, tree) => {
    expect(planFor(withFirewall('iptables.service', tree)).missing).toEqual(['After=iptables.service']);
  });

  const doesNotCount: Record<string, Tree> = {
    'a weaker Wants=': { [`${LIB}/docker.service`]: docker('Wants=iptables.service') },
    'a drop-in that another of its name replaces': {
      [`${LIB}/docker.service.d/10.conf`]: '[Unit]\nRequires=iptables.service\n',
      [`${ETC}/docker.service.d/10.conf`]: '[Unit]\n',
    },
    'a drop-in that is masked': {
      [`${LIB}/docker.service.d/10.conf`]: '[Unit]\nRequires=iptables.service\n',
      [`${ETC}/docker.service.d/10.conf`]: link('/dev/null'),
    },
    'a .requires link that is masked': {
      [`${LIB}/docker.service.requires/iptables.service`]: link('../iptables.service'),
      [`${ETC}/docker.service.requires/iptables.service`]: link('/dev/null'),
    },
    'a fragment that another one hides': {
      [`${LIB}/docker.service`]: docker('Requires=iptables.service'),
      [`${ETC}/docker.service`]: docker(),
    },
    'a line under the wrong section': { [`${LIB}/docker.service`]: `${docker()}Requires=iptables.service\n` },
    'a quoted name': { [`${LIB}/docker.service`]: docker('Requires="iptables.service"') },
    'what stands behind a broken header': {
      [`${ETC}/docker.service.d/10.conf`]: '[Unit] # x\nRequires=iptables.service\n',
    },
    'an order through a third unit': {
      [`${LIB}/docker.service`]: docker('After=network-pre.target'),
      [`${LIB}/iptables.service`]: firewall('Before=network-pre.target'),
    },
  };
  test.each(Object.entries(doesNotCount))('%s does not count', (_, tree) => {
    const plan = planFor(withFirewall('iptables.service', tree));
    expect(plan.missing).toEqual(['Requires=iptables.service', 'After=iptables.service']);
  });

  test('part-of is covered by the stronger Requires= of somebody else', () => {
    const tree = { [`${LIB}/docker.service`]: docker('Requires=iptables.service') };
    const plan = planFor(withFirewall('iptables.service', tree), { relation: 'part-of' });
    expect(plan.missing).toEqual(['After=iptables.service']);
    expect(plan.inForce).toMatchObject([
      { setting: 'PartOf=iptables.service', by: 'Requires=iptables.service' },
    ]);
  });

  test('places in force are named by file and line; a link has no line', () => {
    const tree: Tree = {
      [`${LIB}/docker.service`]: docker('After=iptables.service'),
      [`${ETC}/docker.service.requires/iptables.service`]: link(`${LIB}/iptables.service`),
    };
    const plan = planFor(withFirewall('iptables.service', tree));
    expect(plan.changed).toBe(false);
    expect(plan.inForce).toEqual([
      {
        setting: 'Requires=iptables.service',
        by: 'Requires=iptables.service',
        file: `${ETC}/docker.service.requires/iptables.service`,
        line: null,
      },
      {
        setting: 'After=iptables.service',
        by: 'After=iptables.service',
        file: `${LIB}/docker.service`,
        line: 3,
      },
    ]);
  });
});
