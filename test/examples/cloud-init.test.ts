import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import path from 'node:path';
import { parse } from 'yaml';
import { OURS } from '../helpers/docker.js';
import { removeTrees } from '../helpers/tree.js';
import { Box } from '../lab/box.js';
import { describeLab } from '../lab/generations.js';
import { makeLayer, makeTree } from '../lab/tree.js';
import { checkout, example, runIn } from './checkout.js';
import { debianDropIn } from './drop-in.js';

afterAll(removeTrees);

const TIME = 300_000;
const SEED = '/var/lib/cloud/seed/nocloud';

// The box has no network to set up, no ssh to make keys for, and no other source of data to look for.
const BOX = 'network: {config: disabled}\nssh_genkeytypes: []\ndatasource_list: [NoCloud]\n';

const userData = fs.readFileSync(path.join(example('image'), 'user-data.yaml'), 'utf8');

interface UserData {
  readonly write_files: readonly {
    readonly path: string;
    readonly permissions: string;
    readonly content: string;
  }[];
  readonly runcmd: unknown;
}

test('the file in the user data is byte for byte what unit-patch writes', async () => {
  const { write_files } = parse(userData) as UserData;
  expect(write_files).toEqual([{ path: OURS, permissions: '0644', content: await debianDropIn() }]);
});

test('and what the command in its comment prints', async () => {
  const [, command = ''] = /`(npx unit-patch@\S+ render [^`]+)`/.exec(userData) ?? [];
  const { status, stdout } = await runIn(checkout({}), ['sh', '-c', command]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: await debianDropIn() });
}, 240_000);

// cloud-init is installed in a layer over the box: a machine that has it would do things at its own boots.
describeLab('examples/image/user-data.yaml', (suite) => {
  let box: Box;
  beforeAll(async () => {
    const layers = ['cloud-init', 'iptables-persistent'].map((name) => makeLayer(suite, name));
    box = await Box.open([...layers, makeTree(suite)]);
    await box.write(`${SEED}/user-data`, userData);
    await box.write(`${SEED}/meta-data`, 'instance-id: example-1\n');
    await box.write('/etc/cloud/cloud.cfg.d/99-box.cfg', BOX);
  }, TIME);
  afterAll(async () => {
    await box.close();
  });

  test('is valid by cloud-init’s own schema', async () => {
    expect(await box.run(`cloud-init schema --config-file ${SEED}/user-data`)).toMatch(/^Valid/m);
    const wrong = userData.replace('permissions', 'permission');
    const { status, stdout, stderr } = await box.attempt(
      'cat >/tmp/wrong && cloud-init schema --config-file /tmp/wrong',
      wrong,
    );
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain('permission');
  });

  test(
    'at the first boot the drop-in is written, and systemd knows the relation without a restart of docker',
    async () => {
      await box.boot();
      expect(await box.run('cloud-init status --wait')).toContain('status: done');
      expect(`${await box.run(`cat ${OURS}`)}\n`).toBe(await debianDropIn());
      expect(await box.run(`stat -c '%a %U' ${OURS}`)).toBe('644 root');
      const shown = await box.run(
        'systemctl show docker.service -p Requires -p After -p NeedDaemonReload -p NRestarts',
      );
      expect(shown).toMatch(/^Requires=.*\bnetfilter-persistent\.service/m);
      expect(shown).toMatch(/^After=.*\bnetfilter-persistent\.service/m);
      expect(shown).toContain('NeedDaemonReload=no');
    },
    TIME,
  );
});
