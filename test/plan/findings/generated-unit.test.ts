import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { docker } from '../../helpers/docker.js';
import { link, makeRoot, removeTrees, type Tree } from '../../helpers/tree.js';
import { ETC, found, LIB, planFor, refusals } from '../plan-for.js';
import { box, testFinding } from './cases.js';

afterAll(removeTrees);

const FSTAB = {
  '/etc/fstab':
    '# data\nUUID=1 / ext4 defaults 0 1\n192.0.2.1:/x /srv/data nfs4 _netdev 0 0\n/swap none swap sw 0 0\n',
};
const QUADLET = {
  '/etc/containers/systemd/fw.container': '[Container]\nImage=x\n[Install]\nWantedBy=multi-user.target\n',
};

testFinding('generated-unit', {
  'a mount of /etc/fstab': {
    tree: box(FSTAB),
    follow: 'srv-data.mount',
    level: 'info',
    says: 'systemd makes it from /etc/fstab:3',
  },
  'swap of /etc/fstab': { tree: box(FSTAB), follow: 'swap.swap', level: 'info', says: '/etc/fstab:4' },
  'a quadlet': {
    tree: box(QUADLET),
    follow: 'fw.service',
    level: 'info',
    says: '/etc/containers/systemd/fw.container',
  },
  'a mount that the followed unit requires': {
    tree: box({ ...FSTAB, [`${LIB}/iptables.service.d/m.conf`]: '[Unit]\nRequires=srv-data.mount\n' }),
    level: 'info',
    says: 'srv-data.mount has no unit file yet',
  },
  'a mount that docker requires': {
    tree: box({ ...FSTAB, [`${LIB}/docker.service`]: docker('Requires=srv-data.mount') }),
    level: 'info',
  },
  'a mount with a unit file': {
    tree: box({ ...FSTAB, [`${LIB}/srv-data.mount`]: '[Mount]\nWhat=/dev/sda\nWhere=/srv/data\n' }),
    follow: 'srv-data.mount',
    level: 'none',
  },
  'a mount that the running system has made already': {
    tree: box({
      ...FSTAB,
      '/run/systemd/generator/srv-data.mount': '[Mount]\nWhat=/dev/sda\nWhere=/srv/data\n',
    }),
    follow: 'srv-data.mount',
    level: 'none',
  },
  'a mount that is masked': {
    tree: box({ ...FSTAB, [`${ETC}/srv-data.mount`]: link('/dev/null') }),
    follow: 'srv-data.mount',
    level: 'none',
  },
  'another mount': { tree: box(FSTAB), follow: 'srv-database.mount', level: 'none' },
});

/** A root with an init script that starts in runlevel 2. */
function withScript(more: Tree = {}): string {
  const root = makeRoot(
    box({
      '/etc/init.d/fw': '#!/bin/sh\n### BEGIN INIT INFO\n# Provides: fw\n### END INIT INFO\n',
      '/etc/rc2.d/S01fw': link('../init.d/fw'),
      ...more,
    }),
  );
  fs.chmodSync(`${root}/etc/init.d/fw`, 0o755);
  return root;
}

describe('an init script', () => {
  test('is a service that the boot starts', () => {
    const plan = planFor(withScript(), { follow: 'fw.service' });
    expect(refusals(plan)).toEqual([]);
    expect(plan.missing).toEqual(['Requires=fw.service', 'After=fw.service']);
    expect(found(plan, 'generated-unit')[0]?.text).toContain('from /etc/init.d/fw ');
    expect(plan.inputs.map(({ path }) => path)).toContain('/etc/init.d/fw');
  });

  test('without a link in a runlevel is not enabled', () => {
    const root = withScript();
    fs.removeSync(`${root}/etc/rc2.d`);
    expect(refusals(planFor(root, { follow: 'fw.service' })).map(({ code }) => code)).toEqual([
      'followed-disabled',
    ]);
  });

  test('is not one since systemd 260', () => {
    const [refusal] = refusals(planFor(withScript(), { follow: 'fw.service' }, { systemd: 260 }));
    expect(refusal).toMatchObject({
      code: 'followed-missing',
      text: expect.stringContaining('/etc/init.d/fw is a System V script'),
    });
    const library = { '/usr/lib/systemd/libsystemd-shared-260.so': '' };
    expect(refusals(planFor(withScript(library), { follow: 'fw.service' }))).toHaveLength(1);
    expect(refusals(planFor(withScript(), { follow: 'fw.service' }, { systemd: 259 }))).toEqual([]);
  });
});

test('the plan reads fstab: its orders count, and the file is one of the inputs', () => {
  const fstab = { '/etc/fstab': '/dev/sdb1 /srv/data ext4 x-systemd.after=docker.service 0 0\n' };
  const plan = planFor(box(fstab), { follow: 'srv-data.mount' });
  expect(refusals(plan).map(({ code }) => code)).toEqual(['ordering-cycle']);
  expect(plan.inputs.map(({ path }) => path)).toContain('/etc/fstab');
  expect(plan.inputs.map(({ path }) => path)).not.toContain('/run/systemd/generator/srv-data.mount');
});
