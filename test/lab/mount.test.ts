import { afterAll, beforeAll, expect } from '@jest/globals';
import { Box } from './box.js';
import { install, makeNode, pack } from './command.js';
import { describeLab } from './generations.js';
import { step } from './report.js';
import { makeTree } from './tree.js';

const MOUNT = 'srv-data.mount';

describeLab('a unit that needs a mount', (suite) => {
  let box: Box;
  beforeAll(async () => {
    box = await Box.open([makeNode(), makeTree(suite)]);
    await install(box, pack());
    await box.boot();
    await box.run(`
mkdir -p /srv/data
echo 'tmpfs /srv/data tmpfs nofail 0 0' >>/etc/fstab
printf '[Service]\\nExecStart=/bin/sleep infinity\\n' >/etc/systemd/system/app.service
systemctl daemon-reload
systemctl start ${MOUNT} app.service`);
  }, 300_000);
  afterAll(async () => {
    await box.close();
  });

  step('follows it by its path, and systemd agrees', async () => {
    expect(await box.run('unit-patch app --follow /srv/data/app --dry-run 2>&1')).toContain('mount-options');
    await box.run('unit-patch app --follow /srv/data/app --yes');
    expect(await box.run('systemctl show app -p RequiresMountsFor --value')).toBe('/srv/data/app');
    expect(await box.run('systemctl show app -p Requires --value')).toContain(MOUNT);
    expect(await box.run('unit-patch check app')).toContain(`in force, it follows ${MOUNT}`);
    return undefined;
  });

  step('is restarted along with it', async () => {
    const before = await box.run('systemctl show app -p InvocationID --value');
    await box.run(`systemctl restart ${MOUNT}`);
    expect(await box.run('systemctl show app -p InvocationID --value')).not.toBe(before);
    return undefined;
  });

  step('stops with it, and its start mounts it again', async () => {
    await box.run(`systemctl stop ${MOUNT}`);
    expect((await box.attempt('systemctl is-active app')).stdout).toContain('inactive');
    await box.run('systemctl start app');
    expect(await box.run(`systemctl is-active ${MOUNT}`)).toBe('active');
    return undefined;
  });

  step('does not start without it, so nothing is written below it', async () => {
    await box.run(`
systemctl stop app ${MOUNT}
sed -i 's/ nofail / size=nonsense /' /etc/fstab
systemctl daemon-reload`);
    expect((await box.attempt('timeout 20 systemctl start app')).status).not.toBe(0);
    return undefined;
  });

  step('is as before after a revert', async () => {
    await box.run('systemctl stop app; unit-patch revert app --yes');
    expect(await box.run('systemctl show app -p RequiresMountsFor --value')).toBe('');
    await box.run('systemctl start app');
    return undefined;
  });
});
