import fs from 'fs-extra';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { addTo, readFrom } from '../helpers/tree.js';
import { whyNoProgram } from '../helpers/where.js';

/** It starts itself again for each client, so it has to know its path. */
const SSHD = '/usr/sbin/sshd';

/** What a host is given of its own before sshd serves it; root has a home that none of this machine's profiles is in. */
const HOST = `
for own in /etc/systemd/system /etc/passwd /etc/shadow; do mount --bind "$1$own" "$own"; done
mount -t tmpfs tmpfs /run
mkdir -m 755 /run/sshd
exec ${SSHD} -D -e -f "$1/sshd_config"
`;
const APART = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** Why no host can be reached by ssh here, or undefined. */
export function whyNoSshHosts(): string | undefined {
  if (process.geteuid?.() !== 0) return 'needs root';
  const missing = whyNoProgram('ssh', 'ssh-keygen', 'unshare', 'setpriv');
  if (missing !== undefined) return missing;
  if (!fs.existsSync(SSHD)) return 'sshd is not installed';
  if (!fs.existsSync('/etc/systemd/system')) return 'there is no /etc/systemd/system to cover';
  const { status, stderr } = spawnSync('unshare', [...APART, 'true'], { encoding: 'utf8' });
  return status === 0 ? undefined : `no host apart from this one: ${stderr}`;
}

/**
 * Hosts with a sshd each, on 127.0.0.1. They are this machine, each in a mount namespace of its own, where
 * /etc/systemd/system and systemctl are those of a directory of `roots`.
 */
export class SshHosts {
  private readonly servers: ChildProcess[] = [];
  readonly ports = new Map<string, number>();

  constructor(
    readonly directory: string,
    private readonly roots: string,
  ) {
    makeKey(this.at('user_key'));
  }

  /** What a client needs to reach them, and nothing that it may know from elsewhere. */
  get clientOptions(): string[] {
    const options = [
      'IdentitiesOnly=yes',
      `UserKnownHostsFile=${this.at('known_hosts')}`,
      'GlobalKnownHostsFile=/dev/null',
      'StrictHostKeyChecking=yes',
    ];
    return ['-F', 'none', '-i', this.at('user_key'), ...options.flatMap((option) => ['-o', option])];
  }

  /** Starts these, all at once. */
  async start(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.startOne(name)));
    const known = [...this.ports].map(
      ([name, port]) => `[127.0.0.1]:${port} ${readFrom(this.roots, `${name}/host_key.pub`)}`,
    );
    fs.writeFileSync(this.at('known_hosts'), known.join(''));
  }

  /** Ends them, and with them all that runs there. */
  async end(): Promise<void> {
    await Promise.all(this.servers.map(endServer));
  }

  private at(name: string): string {
    return path.join(this.directory, name);
  }

  /** Somebody else may take the port before sshd does; then it gets another. */
  private async startOne(name: string): Promise<void> {
    const root = path.join(this.roots, name);
    makeKey(path.join(root, 'host_key'));
    const others = fs.readFileSync('/etc/passwd', 'utf8').replace(/^root:.*\n/gm, '');
    addTo(root, {
      'root/.hushlogin': '',
      'etc/passwd': `root:x:0:0:root:${root}/root:/bin/sh\n${others}`,
      'etc/shadow': 'root:*:::::::\n',
    });
    for (;;) {
      const port = await freePort();
      addTo(root, { sshd_config: this.configuration(root, port) });
      const args = ['--pdeathsig', 'KILL', 'unshare', ...APART, 'sh', '-euc', HOST, 'sh', root];
      const server = spawn('setpriv', args, { stdio: ['ignore', 'ignore', 'pipe'] });
      this.servers.push(server);
      let said = '';
      for await (const line of createInterface(server.stderr)) {
        said += `${line}\n`;
        if (line.startsWith('Server listening on ')) break;
      }
      // What it says later is of no use, but it must not wait for somebody to read it.
      server.stderr.resume();
      if (said.includes('Server listening on ')) {
        this.ports.set(name, port);
        return;
      }
      if (!said.includes('Address already in use')) throw new Error(said);
    }
  }

  private configuration(root: string, port: number): string {
    const programs = [path.join(root, 'bin'), path.dirname(process.execPath), process.env.PATH];
    return `
ListenAddress 127.0.0.1
Port ${port}
HostKey ${root}/host_key
AuthorizedKeysFile ${this.at('user_key.pub')}
PidFile ${root}/sshd.pid
StrictModes no
UsePAM no
UseDNS no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp internal-sftp
SetEnv PATH=${programs.join(path.delimiter)}
`;
  }
}

/** Between this process and sshd stands unshare, which ends when sshd has, and that takes along its whole namespace. */
async function endServer(unshare: ChildProcess): Promise<void> {
  if (unshare.exitCode !== null || unshare.signalCode !== null) return;
  const ended = once(unshare, 'exit');
  const sshd = fs.readFileSync(`/proc/${unshare.pid}/task/${unshare.pid}/children`, 'utf8');
  process.kill(Number(sshd), 'SIGKILL');
  await ended;
}

/** Makes a key, and a file of the same name and .pub. */
function makeKey(file: string): void {
  const { status, stderr } = spawnSync(
    'ssh-keygen',
    ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
