import { describe, expect } from '@jest/globals';
import { rhel } from './firewalls.js';
import { describeLab } from './generations.js';
import { COMMAND } from './harm-box.js';
import { Story } from './story.js';
import { step } from './report.js';

describeLab('a baked image', (suite) => {
  describe('patched by --root while it was not running', () => {
    const story = new Story(suite, rhel).around('an image, patched by --root', async ({ box }) => {
      const { status, stderr } = await box.outside((root) => [
        process.execPath,
        COMMAND,
        'docker',
        '--root',
        root,
        '--yes',
      ]);
      expect({ status, stderr }).toMatchObject({ status: 0 });
    });

    step('from its first boot on systemd knows the relation', async () => {
      const shown = await story.box.run('systemctl show docker.service -p Requires -p NeedDaemonReload');
      expect(shown).toMatch(/^Requires=.*\biptables\.service/m);
      expect(shown).toContain('NeedDaemonReload=no');
      return undefined;
    });

    step('the firewall was up before docker', async () => {
      const since = (unit: string): Promise<string> =>
        story.box.run(`systemctl show ${unit} -p ActiveEnterTimestampMonotonic --value`);
      expect(Number(await since('iptables'))).toBeLessThan(Number(await since('docker')));
      return undefined;
    });

    step('systemctl restart iptables heals', () => story.expectHealed('restart', 'requires'));

    step('in the box there is nothing left to write', async () => {
      const { status, stdout, stderr } = await story.box.attempt('unit-patch docker --yes');
      expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
      expect(stderr).toContain('nothing to write');
      return undefined;
    });
  });
});
