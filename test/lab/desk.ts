import { spawnSync } from 'node:child_process';
import fs from 'fs-extra';
import { fileURLToPath } from 'node:url';
import { type Box, type Outcome, spawnForOutcome } from './box.js';

const COMMAND = fileURLToPath(new URL('../../dist/bin/unit-patch.cjs', import.meta.url));

/** Whom the far side lets in: root, and somebody who may do anything by sudo. */
const PEOPLE = `
mkdir -p /root/.ssh /home/ann/.ssh
id ann 2>/dev/null || useradd --home-dir /home/ann --shell /bin/bash ann
cat >/root/.ssh/authorized_keys
cp /root/.ssh/authorized_keys /home/ann/.ssh
chown -R ann: /home/ann
chmod 700 /root/.ssh /home/ann/.ssh
echo 'ann ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/ann
useradd --shell /bin/bash --create-home bob
usermod -p '*' ann; usermod -p '*' bob
cp -r /home/ann/.ssh /home/bob && chown -R bob: /home/bob
grep -q " $(hostname)$" /etc/hosts || echo "127.0.1.1 $(hostname)" >>/etc/hosts
mkdir -p /run/sshd
ssh-keygen -A
# A login would start a manager of its own for the user, which takes a second.
echo 'UsePAM no' >/etc/ssh/sshd_config.d/quick.conf
systemctl restart ssh
`;

/** Where somebody sits: this machine, with ssh's own settings for a box, in whose network it is. */
export class Desk {
  private constructor(
    private readonly box: Box,
    /** only root may write here, so that commands of it are run */
    readonly place: string,
  ) {}

  /** Lets somebody with a new key into a booted box. */
  static async open(box: Box): Promise<Desk> {
    const place = fs.mkdtempSync('/run/unit-patch-desk.');
    const desk = new Desk(box, place);
    for (const key of ['key', 'other'])
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', `${place}/${key}`]);
    await box.run(PEOPLE, fs.readFileSync(`${place}/key.pub`));
    const hostKey = await box.run('cat /etc/ssh/ssh_host_ed25519_key.pub');
    const known = `box ${hostKey}\n`;
    fs.writeFileSync(`${place}/known`, known);
    fs.writeFileSync(`${place}/unknown`, '');
    fs.writeFileSync(
      `${place}/config`,
      [
        'Host box stranger wrong-key',
        '  HostName 127.0.0.1',
        '  IdentitiesOnly yes',
        '  GlobalKnownHostsFile /dev/null',
        '  HostKeyAlgorithms ssh-ed25519',
        'Host stranger',
        `  UserKnownHostsFile ${place}/unknown`,
        'Host wrong-key',
        `  IdentityFile ${place}/other`,
        'Host box stranger',
        `  IdentityFile ${place}/key`,
        'Host *',
        '  HostKeyAlias box',
        `  UserKnownHostsFile ${place}/known`,
        '',
      ].join('\n'),
    );
    fs.mkdirSync(`${place}/bin`);
    // It counts how often it is started.
    const ssh = `#!/bin/sh\necho "$*" >>${place}/calls\nexec /usr/bin/ssh -F ${place}/config "$@"\n`;
    fs.writeFileSync(`${place}/bin/ssh`, ssh, { mode: 0o755 });
    return desk;
  }

  /** Runs unit-patch here. */
  run(line: string, input = ''): Promise<Outcome> {
    return spawnForOutcome(
      'nsenter',
      ['-t', String(this.box.pid), '-n', 'sh', '-c', this.script(line)],
      input,
    );
  }

  /** How many sessions were opened since the last call. */
  sessions(): number {
    const calls = this.read('calls').trim().split('\n');
    fs.removeSync(`${this.place}/calls`);
    return calls.filter((line) => !line.includes('-O check')).length;
  }

  /** One of the files in its place; empty if it is not there. */
  read(name: string): string {
    const file = `${this.place}/${name}`;
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  }

  /** What was written here beside what ssh and this class keep. */
  written(): string[] {
    const ours = ['bin', 'calls', 'config', 'key', 'key.pub', 'known', 'other', 'other.pub', 'unknown'];
    return fs.readdirSync(this.place).filter((name) => !ours.includes(name));
  }

  close(): void {
    fs.removeSync(this.place);
  }

  private script(line: string): string {
    return `cd ${this.place} && PATH=${this.place}/bin:$PATH TMPDIR=${this.place} exec ${process.execPath} ${COMMAND} ${line}`;
  }
}
