import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { Ssh, type SshOptions } from '../../../src/system/host/ssh.js';
import { directory, makeRoot, removeTrees } from '../../helpers/tree.js';

afterAll(removeTrees);

// What the client of OpenSSH does with a shell on this machine in the place of the other one; its socket is a file.
const CLIENT = `#!/bin/sh
printf '%s\\n' "$*" >>DESK/calls
env >>DESK/env
socket= master= check=
while [ "$1" != -- ]; do
  case $1 in -S) socket=$2; shift ;; -M) master=yes ;; -O) check=yes; shift ;; -o) shift ;; esac
  shift
done
if [ "$check" ]; then [ -e "$socket" ]; exit; fi
if [ "$master" ]; then MASTER; touch "$socket"; sh -c "$3"; status=$?; rm -f "$socket"; exit $status; fi
[ -e "$socket" ] || exit 255
exec sh -c "$3"
`;

const READY = 'main() {\necho hello\necho ready\n}\nmain\n';

/** A desk with such a client. */
class FakeSsh {
  private readonly desk = makeRoot({ bin: directory });

  /** @param beginning what the process that keeps the connection does first */
  constructor(beginning = ':') {
    const text = CLIENT.replaceAll('DESK', this.desk).replace('MASTER', beginning);
    fs.writeFileSync(`${this.desk}/bin/ssh`, text, { mode: 0o755 });
  }

  async open(options: SshOptions = {}): Promise<Ssh> {
    const { ssh } = await Ssh.open('root@web1', READY, { ...options, command: `${this.desk}/bin/ssh` });
    opened.push(ssh);
    return ssh;
  }

  calls(): string[] {
    return fs.readFileSync(`${this.desk}/calls`, 'utf8').trim().split('\n');
  }

  env(): string {
    return fs.readFileSync(`${this.desk}/env`, 'utf8');
  }
}

const opened: Ssh[] = [];

afterEach(() => {
  for (const ssh of opened.splice(0)) ssh.close();
});

describe('Ssh', () => {
  test('one connection serves all commands, and no other is made', async () => {
    const fake = new FakeSsh();
    const ssh = await fake.open();
    expect(ssh.run('echo one', 5000)).toMatchObject({ status: 0, stdout: 'one\n' });
    expect(await ssh.start('echo two; exit 3', 5000)).toMatchObject({ status: 3, stdout: 'two\n' });
    const [master = '', ...others] = fake.calls();
    expect(master).toMatch(/^-T -M -S \S+\/s .* -- root@web1 sh -s$/);
    for (const call of others)
      expect(call).toMatch(/^-T -S \S+\/s -o ControlMaster=no -o ProxyCommand=false -- root@web1 sh -s$/);
  });

  test('nothing of it is left once it is closed', async () => {
    const fake = new FakeSsh();
    const ssh = await fake.open();
    const [, socket = ''] = /-S (\S+)/.exec(fake.calls()[0] ?? '') ?? [];
    expect(fs.statSync(socket.slice(0, -2)).mode & 0o777).toBe(0o700);
    ssh.close();
    expect(fs.existsSync(socket.slice(0, -2))).toBe(false);
  });

  test('host keys, forwarding and commands of the configuration: nothing is accepted or handed over', async () => {
    const fake = new FakeSsh();
    await fake.open();
    const [master = ''] = fake.calls();
    expect(master).not.toMatch(/HostKey|KnownHosts/i);
    for (const option of ['BatchMode=yes', 'ForwardAgent=no', 'ForwardX11=no', 'PermitLocalCommand=no'])
      expect(master).toContain(`-o ${option}`);
  });

  test('with somebody at a terminal ssh may ask', async () => {
    const fake = new FakeSsh();
    await fake.open({ mayAsk: true });
    expect(fake.calls()[0]).toContain('-o BatchMode=no');
  });

  test('an agent is found, and nothing else of the environment gets there', async () => {
    const fake = new FakeSsh();
    await fake.open({ env: { SSH_AUTH_SOCK: '/run/agent', LD_PRELOAD: '/x', BASH_ENV: '/y' } });
    expect(fake.env()).toContain('SSH_AUTH_SOCK=/run/agent');
    expect(fake.env()).not.toMatch(/^(?:LD_PRELOAD|BASH_ENV)=/m);
  });

  test('with sudo everything runs by it', async () => {
    const fake = new FakeSsh();
    await expect(fake.open({ sudo: true })).rejects.toThrow('no connection to root@web1');
    expect(fake.calls()[0]).toMatch(/ -- root@web1 sudo -n sh -s$/);
  });

  test.each([
    ['Host key verification failed.', 'compare its host key, and connect once by hand: ssh root@web1'],
    ['root@web1: Permission denied (publickey).', 'try it by hand: ssh root@web1 true'],
    [
      'sudo: a password is required',
      'allow this user to run sh by sudo without a password, or connect as root',
    ],
    ['ssh: connect to host web1 port 22: Connection refused', 'try it by hand: ssh root@web1 true'],
  ])('%s', async (said, hint) => {
    const fake = new FakeSsh(`echo '@@@@'>&2; echo '${said}' >&2; exit 255`);
    await expect(fake.open()).rejects.toMatchObject({
      code: 'no-connection',
      message: `no connection to root@web1: ${said}`,
      hint,
      exitStatus: 2,
    });
  });

  test('a far side that prints without end', async () => {
    const fake = new FakeSsh('while :; do echo welcome to this machine, all activity is logged; done');
    await expect(fake.open()).rejects.toThrow('it prints without end');
  });

  test('a connection that is gone is named, and not made again', async () => {
    const fake = new FakeSsh();
    const ssh = await fake.open();
    const [, socket = ''] = /-S (\S+)/.exec(fake.calls()[0] ?? '') ?? [];
    fs.removeSync(socket);
    expect(() => ssh.run('echo one', 5000)).toThrow('the connection to root@web1 broke');
    expect(fake.calls().filter((call) => call.includes(' -M '))).toHaveLength(1);
  });

  test('without a client', async () => {
    await expect(Ssh.open('web1', READY, { command: '/nowhere/ssh' })).rejects.toThrow();
    await expect(Ssh.open('web1', READY, { command: 'no-such-ssh' })).rejects.toMatchObject({
      code: 'no-ssh',
      message: 'ssh is not installed',
    });
  });
});
