import { afterAll, beforeAll, expect } from '@jest/globals';
import { Box } from './box.js';
import { install, makeNode, pack } from './command.js';
import { describeLab } from './generations.js';
import { step } from './report.js';
import { makeTree } from './tree.js';

/** What a package upgrade does to a database, and what its application makes of it. */
const UPGRADE = 'systemctl stop db && systemctl start db && sleep 1';

describeLab('an application and its database', (suite) => {
  let box: Box;
  beforeAll(async () => {
    box = await Box.open([makeNode(), makeTree(suite)]);
    await install(box, pack());
    await box.boot();
    await box.run(`
printf '[Unit]\\nStartLimitIntervalSec=0\\n[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/db.service
cp /etc/systemd/system/db.service /etc/systemd/system/app.service
systemctl daemon-reload
systemctl enable --now db app`);
  }, 300_000);
  afterAll(async () => {
    await box.close();
  });

  const stateOf = async (unit: string): Promise<string> =>
    (await box.attempt(`systemctl is-active ${unit}`)).stdout.trim();
  const invocationOf = (unit: string): Promise<string> =>
    box.run(`systemctl show ${unit} -p InvocationID --value`);

  step('requires alone stays down after an upgrade, and the plan says so', async () => {
    expect(await box.run('unit-patch app --follow db --dry-run 2>&1')).toContain('[stays-down]');
    await box.run('unit-patch app --follow db --yes');
    await box.run(UPGRADE);
    expect(await stateOf('app')).toBe('inactive');
    return undefined;
  });

  for (const relation of ['requires', 'part-of'])
    step(`${relation} with --come-back is up again, and restarted by a restart`, async () => {
      await box.run(
        `unit-patch app --follow db --relation ${relation} --come-back --yes && systemctl start app`,
      );
      expect(await box.run('systemctl show db -p Wants --value')).toContain('app.service');
      await box.run(UPGRADE);
      expect(await stateOf('app')).toBe('active');
      const before = await invocationOf('app');
      await box.run('systemctl restart db && sleep 1');
      expect(await invocationOf('app')).not.toBe(before);
      expect(await box.run('unit-patch check app')).toContain('in force, it follows db.service');
      return undefined;
    });

  step(
    'what it costs: a start or restart starts one that was stopped by hand, and nothing else does',
    async () => {
      await box.run('systemctl stop app && sleep 1');
      expect(await stateOf('app')).toBe('inactive');
      await box.run('systemctl restart db && sleep 1');
      expect(await stateOf('app')).toBe('active');
      return undefined;
    },
  );

  step('Upholds= would start one that was stopped by hand at once', async () => {
    await box.run(`
mkdir -p /run/systemd/system/db.service.d
printf '[Unit]\\nUpholds=app.service\\n' >/run/systemd/system/db.service.d/upholds.conf
systemctl daemon-reload && systemctl stop app && sleep 2`);
    expect(await stateOf('app')).toBe('active');
    await box.run('rm -r /run/systemd/system/db.service.d && systemctl daemon-reload');
    return undefined;
  });

  step('a masked one stays down', async () => {
    await box.run('systemctl stop app && mv /etc/systemd/system/app.service /run/app && systemctl mask app');
    await box.run(UPGRADE);
    expect(await stateOf('app')).toBe('inactive');
    await box.run(
      'systemctl unmask app && mv /run/app /etc/systemd/system/app.service && systemctl daemon-reload',
    );
    return undefined;
  });

  step('a boot starts one that is not enabled, which the plan warns of', async () => {
    await box.run('systemctl disable app');
    const { stderr } = await box.attempt('unit-patch app --dry-run --verbose');
    expect(stderr).toMatch(/starts-along.*though app\.service is not enabled/);
    await box.reboot();
    expect(await stateOf('app')).toBe('active');
    return undefined;
  });

  step('both drop-ins go with a revert', async () => {
    await box.run('unit-patch revert app --yes && systemctl start app');
    expect(await box.run('ls /etc/systemd/system')).not.toContain('.d');
    await box.run(UPGRADE);
    expect(await stateOf('app')).toBe('active');
    return undefined;
  });

  for (const relation of ['wants', 'order'])
    step(
      `${relation} restarts nothing, and ${relation === 'wants' ? 'starts' : 'does not start'} the database`,
      async () => {
        await box.run(`unit-patch app --follow db --relation ${relation} --yes`);
        const before = await invocationOf('app');
        await box.run(`systemctl restart db && ${UPGRADE}`);
        expect(await invocationOf('app')).toBe(before);
        await box.run('systemctl stop app db && systemctl start app && sleep 1');
        expect(await stateOf('db')).toBe(relation === 'wants' ? 'active' : 'inactive');
        await box.run('systemctl start db; unit-patch revert app --yes');
        return undefined;
      },
    );
});
