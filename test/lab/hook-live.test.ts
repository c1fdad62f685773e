import { expect } from '@jest/globals';
import { rhel } from './firewalls.js';
import { describeLab } from './generations.js';
import { Story } from './story.js';
import { step } from './report.js';

const FILES = 'cd /etc/systemd/system && find . | sort';

describeLab('a hook beside iptables.service', (suite) => {
  const story = new Story(suite, rhel).around('a hook beside iptables.service');
  let before = '';

  /** Runs unit-patch, which has to end with this status; what it says on stderr. */
  async function unitPatch(words: string, expected = 0): Promise<string> {
    const { status, stderr, stdout } = await story.box.attempt(`unit-patch ${words}`);
    expect({ words, status, stderr, stdout }).toMatchObject({ status: expected });
    return stderr;
  }

  step('two drop-ins are written, and systemd agrees', async () => {
    before = await story.box.run(FILES);
    const said = await unitPatch('docker --relation hook --yes');
    expect(said).toContain('done    check that systemd has loaded it');
    expect(said).toContain('done    check that systemd-analyze verify reports nothing new');
    expect(await unitPatch('docker --relation hook')).toContain('everything is in force; nothing to write');
    await unitPatch('check docker --relation hook');
    return undefined;
  });

  step('systemd shows what was written', async () => {
    const property = async (unit: string, name: string): Promise<string> =>
      story.box.run(`systemctl show ${unit} -p ${name} --value`);
    for (const key of ['ExecStartPost', 'ExecReload', 'ExecStopPost'])
      expect(await property('iptables.service', key)).toContain(
        'argv[]=/usr/bin/systemctl --no-block try-restart docker.service ; ignore_errors=yes',
      );
    expect(await property('docker.service', 'StartLimitIntervalUSec')).toBe('0');
    return undefined;
  });

  step('doctor calls docker protected', async () => {
    await unitPatch('doctor docker');
    return undefined;
  });

  for (const action of ['restart', 'reload', 'stop', 'start'])
    step(`${action} heals`, () => story.expectHealed(action, 'hook'));

  step('prove proves it', async () => {
    await unitPatch('prove docker --yes');
    return undefined;
  });

  step('a systemd that does not know the files yet is told to read them', async () => {
    await story.box.run(
      `systemctl revert docker.service >/dev/null 2>&1; cd /etc/systemd/system && ` +
        `rm -rf iptables.service.d docker.service.d && systemctl daemon-reload`,
    );
    await unitPatch('docker --relation hook --yes --root /');
    expect(await unitPatch('check docker --relation hook', 1)).toBe('');
    expect(await unitPatch('docker --relation hook --yes')).toContain('[not-loaded]');
    await unitPatch('check docker --relation hook');
    return undefined;
  });

  step('another relation takes the hook away, and revert takes back all of it', async () => {
    await unitPatch('docker --relation part-of --no-start-limit --yes');
    expect(await story.box.run(FILES)).not.toContain('50-restart-docker.conf');
    expect(await story.box.run('systemctl show docker.service -p StartLimitIntervalUSec --value')).toBe('0');
    await unitPatch('docker --relation hook --yes');
    expect(await unitPatch('revert docker --yes')).toContain('done    check that systemd has loaded it');
    expect(await story.box.run(FILES)).toBe(before);
    expect(await story.box.run('systemctl show iptables.service -p ExecStopPost --value')).toBe('');
    return undefined;
  });
});
