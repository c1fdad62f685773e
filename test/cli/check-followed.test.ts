import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import type { PlanReport } from '../../src/report/plan-json.js';
import { enabled, firewall, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { complaints } from '../helpers/schemas.js';
import { addTo, fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const LIB = '/usr/lib/systemd/system';
const ETC = '/etc/systemd/system';

/** docker follows two firewalls. */
async function patchedTwice(): Promise<string> {
  const ip6 = { [`${LIB}/ip6tables.service`]: firewall(), ...enabled('ip6tables.service') };
  const root = makeRoot(withFirewall('iptables.service', ip6));
  await run(['docker', '--root', root, '--yes']);
  await run(['docker', '--follow', 'ip6tables.service', '--relation', 'part-of', '--root', root, '--yes']);
  return root;
}

describe('check and revert cover every unit that docker follows by our files', () => {
  test('both are in force', async () => {
    expect(await run(['check', 'docker', '--root', await patchedTwice()])).toMatchObject({
      status: 0,
      out: 'docker.service: in force, it follows iptables.service; for ip6tables.service, in force, it follows ip6tables.service\n',
    });
  });

  test('the second one is broken: the worst status counts, in text and in JSON', async () => {
    const root = await patchedTwice();
    fs.removeSync(`${root}${LIB}/ip6tables.service`);
    const { status, out } = await run(['check', 'docker', '--root', root]);
    expect(status).toBe(3);
    expect(out).toContain(
      'in force, it follows iptables.service; for ip6tables.service, refused, followed-missing',
    );
    const json = JSON.parse((await run(['check', 'docker', '--root', root, '--json'])).out) as PlanReport & {
      alsoChecked: PlanReport[];
    };
    expect(json.alsoFollows?.map(({ unit }) => unit)).toEqual(['ip6tables.service']);
    expect(json.alsoChecked).toMatchObject([{ follow: { unit: 'ip6tables.service' }, relation: 'part-of' }]);
    expect(complaints(json)).toEqual([]);
  });

  test('with --follow it is that one alone', async () => {
    const root = await patchedTwice();
    fs.removeSync(`${root}${LIB}/ip6tables.service`);
    const argv = ['check', 'docker', '--root', root, '--follow', 'iptables.service'];
    expect(await run(argv)).toMatchObject({
      status: 0,
      out: 'docker.service: in force, it follows iptables.service\n',
    });
  });

  test('also beside a firewall that docker need not follow', async () => {
    const root = makeRoot(withFirewall('firewalld.service', { [`${LIB}/db.service`]: firewall() }));
    addTo(root, enabled('db.service'));
    await run(['docker', '--follow', 'db.service', '--root', root, '--yes']);
    expect(await run(['check', 'docker', '--root', root])).toMatchObject({
      status: 0,
      out: 'docker.service: nothing to follow; for db.service, in force, it follows db.service\n',
    });
    fs.removeSync(`${root}${LIB}/db.service`);
    expect((await run(['check', 'docker', '--root', root])).status).toBe(3);
  });

  test('revert removes all of them', async () => {
    const root = await patchedTwice();
    expect((await run(['revert', 'docker', '--root', root, '--yes'])).status).toBe(0);
    expect(fingerprint(root)).not.toContain(`${ETC}/docker.service.d`);
  });
});
