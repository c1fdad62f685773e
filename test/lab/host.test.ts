import { afterAll, describe, expect } from '@jest/globals';
import { sshCutter } from './cut-ssh.js';
import type { Outcome } from './box.js';
import { Desk } from './desk.js';
import { rhel } from './firewalls.js';
import { describeLab } from './generations.js';
import { step } from './report.js';
import { Story } from './story.js';

const DIRECTORY = '/etc/systemd/system/docker.service.d';
const DROP_IN = `${DIRECTORY}/50-follow-firewall.conf`;

/** Breaks the connection at every command; otherwise once at each kind. */
const ALL = process.env.UNIT_PATCH_LAB_ROWS === 'all';

/** All that may be left of a run: files of units that are not there before, and processes. */
const TRACES =
  'find /etc/systemd /run/systemd/system /tmp /root /home -mindepth 1 -newer /run/begin ! -name "*.socket" ! -path "*/.ssh*" | sort; ' +
  'pgrep -fa "^sh -s$" || true';

describeLab('host', (suite) => {
  describe('a server without Node.js, from a desk', () => {
    const story = new Story(suite, rhel, true).around('over ssh');
    let desk: Desk;
    afterAll(() => {
      desk.close();
    });

    /** The properties by which systemd says that Docker follows the firewall. */
    const follows = async (): Promise<boolean> => {
      const shown = await story.box.run('systemctl show docker.service -p Requires -p After');
      return /^Requires=.*\biptables\.service/m.test(shown) && /^After=.*\biptables\.service/m.test(shown);
    };

    step('there is no Node.js, and the outage is seen by ssh', async () => {
      desk = await Desk.open(story.box.box);
      expect((await story.box.attempt('command -v node npm unit-patch')).stdout).toBe('');
      await story.box.firewallIs('restart');
      await story.box.run('touch /run/begin');
      const { status, stdout, stderr } = await desk.run('doctor docker --host root@box');
      expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
      expect(stdout).toContain('broken');
      expect(stdout).toContain('ssh root@box systemctl restart docker.service');
      expect(stdout).toContain('unit-patch -H root@box docker');
      return `doctor in ${desk.sessions()} sessions`;
    });

    step('a dry run shows the patch and the script, and writes nothing', async () => {
      const { status, stdout, stderr } = await desk.run('docker --host root@box --dry-run --verbose');
      expect(status).toBe(0);
      expect(stdout).toContain('+Requires=iptables.service');
      expect(stderr).toContain("step 'reload systemd' systemctl daemon-reload");
      expect(stderr).toContain('rules are missing right now');
      expect(await story.box.run(TRACES)).toBe('');
      return `in ${desk.sessions()} sessions`;
    });

    step('without a terminal and without --yes nothing is written', async () => {
      const { status, stderr } = await desk.run('docker --host root@box');
      expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('add --yes') });
      expect(await story.box.run(TRACES)).toBe('');
      return undefined;
    });

    step('it is written, systemd agrees, and nothing else is left there', async () => {
      const { status, stderr } = await desk.run('docker --host root@box --yes');
      expect(status).toBe(0);
      expect(stderr).toContain('done    check that systemd has loaded it');
      expect(await follows()).toBe(true);
      expect(await story.box.run(TRACES)).toBe(['/etc/systemd/system', DIRECTORY, DROP_IN].join('\n'));
      expect(await story.box.run(`stat -c '%a %U' ${DIRECTORY} ${DROP_IN}`)).toBe('755 root\n644 root');
      return `in ${desk.sessions()} sessions`;
    });

    step('the next run has nothing to do, and check says so', async () => {
      const { status, stdout } = await desk.run('docker --host root@box --yes');
      expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
      await story.restartDocker();
      const checked = await desk.run('check docker --host root@box');
      expect(checked.stdout).toBe('docker.service: in force, it follows iptables.service\n');
      return undefined;
    });

    step('a restart of the firewall is proved from afar', async () => {
      const { status, stdout } = await desk.run('prove docker --host root@box --yes --json');
      const proof = JSON.parse(stdout) as { holds: boolean; text: string };
      expect({ status, holds: proof.holds }).toEqual({ status: 0, holds: true });
      return proof.text;
    });

    step('show and compare read the same files', async () => {
      const { stdout } = await desk.run('show docker.service --host root@box --json');
      const { dropIns, loadState } = JSON.parse(stdout) as { dropIns: string[]; loadState: string };
      expect({ dropIns, loadState }).toEqual({ dropIns: [DROP_IN], loadState: 'loaded' });
      const compared = await desk.run('compare docker --host root@box --json');
      expect(JSON.parse(compared.stdout)).toMatchObject({ choice: { relation: expect.any(String) } });
      return undefined;
    });

    step('a user reads, and writes by sudo only', async () => {
      const revert = 'revert docker --host ann@box --yes';
      const refused = await desk.run(revert);
      expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('add --sudo') });
      expect(await follows()).toBe(true);
      const { status } = await desk.run(`${revert} --sudo`);
      expect({ status, follows: await follows() }).toEqual({ status: 0, follows: false });
      return undefined;
    });

    step('by sudo the outage is seen, healed, proved to be over, and the patch reverted', async () => {
      const sudo = '--host ann@box --sudo';
      await story.box.firewallIs('restart');
      const outage = await desk.run(`doctor docker ${sudo}`);
      expect(outage).toMatchObject({ status: 1, stdout: expect.stringContaining('broken'), stderr: '' });
      expect(outage.stdout).toContain('ssh ann@box sudo systemctl restart docker.service');
      expect(outage.stdout).toContain('unit-patch -H ann@box --sudo docker');
      const written = await desk.run(`docker ${sudo} --yes`);
      expect({ status: written.status, follows: await follows() }).toEqual({ status: 0, follows: true });
      expect(await story.box.run(`stat -c '%a %U' ${DIRECTORY} ${DROP_IN}`)).toBe('755 root\n644 root');
      await story.restartDocker();
      const { status, stdout } = await desk.run(`prove docker ${sudo} --yes --json`);
      const proof = JSON.parse(stdout) as { holds: boolean; text: string };
      expect({ status, holds: proof.holds }).toEqual({ status: 0, holds: true });
      expect(await desk.run(`doctor docker ${sudo}`)).toMatchObject({ status: 0, stderr: '' });
      expect((await desk.run(`revert docker ${sudo} --yes`)).status).toBe(0);
      expect(await story.box.run(`ls -d ${DIRECTORY} 2>/dev/null || echo none`)).toBe('none');
      return proof.text;
    });

    step('without a right to sudo nothing is written', async () => {
      const bob = await desk.run(`docker --host bob@box --sudo --yes`);
      expect(bob).toMatchObject({ status: 2, stderr: expect.stringContaining('sudo') });
      expect(await story.box.run(`ls -d ${DIRECTORY} 2>/dev/null || echo none`)).toBe('none');
      return undefined;
    });

    step('a saved plan goes where it was made for', async () => {
      const plan = await desk.run('docker --host root@box --dry-run --json');
      expect(JSON.parse(plan.stdout)).toMatchObject({ root: 'ssh://root@box', changed: true });
      const applied = await desk.run('apply - --yes', plan.stdout);
      expect({ status: applied.status, follows: await follows() }).toEqual({ status: 0, follows: true });
      await story.box.run(`rm -r ${DIRECTORY} && systemctl daemon-reload`);
      return undefined;
    });

    step('a full disk there: everything is rolled back', async () => {
      await story.box.run(
        `mkdir ${DIRECTORY} && mount -t tmpfs -o size=8k full ${DIRECTORY} && ! cat /dev/zero >${DIRECTORY}/all 2>/dev/null`,
      );
      const { status, stderr } = await desk.run('docker --host root@box --yes');
      expect({ status, stderr }).toEqual({
        status: 4,
        stderr: expect.stringContaining('No space left on device'),
      });
      expect(stderr).toContain('everything was rolled back');
      expect(await story.box.run(`ls -A ${DIRECTORY}`)).toBe('all');
      await story.box.run(`umount ${DIRECTORY} && rmdir ${DIRECTORY} && systemctl daemon-reload`);
      return undefined;
    });

    step('a wrong key, and a host key that nobody knows', async () => {
      const wrong = await desk.run('docker --host root@wrong-key --yes');
      expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('Permission denied') });
      const stranger = await desk.run('docker --host root@stranger --yes');
      expect(stranger).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('Host key verification failed'),
      });
      expect(desk.read('unknown')).toBe('');
      return undefined;
    });

    step('a far side that sends links out, without end, or nothing: nothing is written here', async () => {
      const tar = (text: string): Promise<void> => story.box.box.write('/usr/local/sbin/tar', text, '755');
      const run = (): Promise<Outcome> => desk.run('show docker.service --host root@box');
      // Every directory of units is a link into this machine's /etc; it is one of that machine, and nothing is there.
      await tar(
        `#!/bin/sh\nd=$(mktemp -d) && cd $d && mkdir -p etc/systemd && ln -s /etc/passwd etc/systemd/system && ` +
          `ln -s ../../../../../../etc/shadow etc/shadow && /usr/bin/tar -cf - etc; rm -r $d\n`,
      );
      expect(JSON.stringify(await run())).not.toMatch(/root:|internal error/);
      await tar(
        '#!/bin/sh\nd=$(mktemp -d) && cd $d && truncate -s 1G all && /usr/bin/tar -cf - all; rm -r $d\n',
      );
      const zeros = await run();
      expect(zeros).toMatchObject({ status: 2, stderr: expect.stringContaining('root@box cannot be read') });
      await tar('#!/bin/sh\nseq 100000\n');
      const noise = await run();
      expect(noise).toMatchObject({ status: 2, stderr: expect.stringContaining('sends no archive') });
      await tar('#!/bin/sh\nexit 0\n');
      const nothing = await run();
      expect(nothing).toMatchObject({ status: 2, stderr: expect.stringContaining('it sends nothing') });
      await story.box.run('rm /usr/local/sbin/tar');
      expect(desk.written()).toEqual([]);
      return zeros.stderr.split('\n')[0];
    });

    step(
      'whenever the connection breaks, the old state or the new one is there, and the next run says which',
      async () => {
        // Without Docker there are fewer questions.
        await story.box.run('systemctl stop docker.socket docker.service');
        const cutter = await sshCutter(story.box.box);
        const revert = `rm -r ${DIRECTORY} /etc/systemd/system/iptables.service.d 2>/dev/null; systemctl daemon-reload`;
        /** Breaks it there, and returns what is said here, and the state there. */
        const cutAt = async (at: number, relation: string): Promise<string> => {
          await cutter.cutAt(at);
          const { status, stderr } = await desk.run(`docker --host root@box --relation ${relation} --yes`);
          expect({ at, isCut: await cutter.hasCut() }).toEqual({ at, isCut: true });
          // The last questions are about the rules, which are additional information.
          if (status !== 0)
            expect({ at, stderr }).toEqual({ at, stderr: expect.stringMatching(/broke|no connection/) });
          await cutter.settled();
          const files = await story.box.run(
            'cd /etc/systemd/system && find *.service.d -type f 2>/dev/null | wc -l',
          );
          const { stdout } = await desk.run(`check docker --host root@box --relation ${relation}`);
          const state = files === '0' ? 'old' : 'new';
          expect({ at, files, stdout }).toEqual({
            at,
            files: state === 'old' ? '0' : relation === 'hook' ? '2' : '1',
            stdout: expect.stringContaining(state === 'old' ? ': missing' : ': in force'),
          });
          await story.box.run(revert);
          return `${state} state, exit ${status}`;
        };
        /** The kinds of commands of a whole run, in their order. */
        const commands = async (relation: string): Promise<string[]> => {
          await cutter.cutAt();
          expect(await desk.run(`docker --host root@box --relation ${relation} --yes`)).toMatchObject({
            status: 0,
          });
          const all = await cutter.commands();
          await story.box.run(revert);
          return all;
        };
        const seen: string[] = [];
        const kinds = await commands('requires');
        for (const [at, kind] of kinds.entries())
          if (ALL || kinds.indexOf(kind) === at) seen.push(await cutAt(at, 'requires'));
        // In the middle of two files.
        seen.push(await cutAt((await commands('hook')).lastIndexOf('mkdir'), 'hook'));
        await cutter.remove();
        expect(seen).toContain('old state, exit 4');
        return `${seen.length} times: ${[...new Set(seen)].join('; ')}`;
      },
      ALL ? 3_600_000 : 900_000,
    );
  });
});
