import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { addTo, makeRoot } from '../helpers/tree.js';
import { checkout, example, type Outcome, runIn } from './checkout.js';
import { shownCommand, shownCommands } from './readme.js';
import { SshHosts } from './ssh-hosts.js';

const STAND_IN = path.join(import.meta.dirname, 'stand-in-systemctl.js');
const SYSTEM = 'etc/systemd/system';
/** A host that has this file loads nothing new, whatever is reloaded. */
export const DEAF = 'deaf';

/** What Ansible's recap counts of a host. */
export interface Counts {
  readonly ok: number;
  readonly changed: number;
  readonly unreachable: number;
  readonly failed: number;
  readonly skipped: number;
  readonly rescued: number;
}

/** How a play ended. */
export interface Played extends Outcome {
  readonly counts: Readonly<Record<string, Counts>>;
}

/** The play of the example, and hosts that it reaches by ssh, each with a root directory of its own. */
export class Fleet {
  readonly directory = checkout({ fleet: 'fleet' });
  private readonly ssh: SshHosts;
  /** The client's; the path of a socket has to be short. */
  private readonly sockets = makeRoot();

  constructor(readonly hosts: readonly string[]) {
    for (const host of hosts) {
      const root = this.root(host);
      fs.copySync(example('debian-12'), root);
      const systemctl = `#!/bin/sh\nexec ${process.execPath} ${STAND_IN} ${root} "$@"\n`;
      addTo(root, { 'bin/systemctl': systemctl });
      fs.chmodSync(path.join(root, 'bin/systemctl'), 0o755);
    }
    this.ssh = new SshHosts(this.directory, path.join(this.directory, 'roots'));
  }

  /** Starts the servers. */
  start(): Promise<void> {
    return this.ssh.start(this.hosts);
  }

  end(): Promise<void> {
    return this.ssh.end();
  }

  root(host: string): string {
    return path.join(this.directory, 'roots', host);
  }

  /** Makes a host what the example is, changes that, and has its systemd load it. */
  reset(host: string, change: (root: string) => void = () => undefined): void {
    const root = this.root(host);
    for (const name of ['usr', DEAF]) fs.removeSync(path.join(root, name));
    // sshd has mounted the directory itself.
    fs.emptyDirSync(path.join(root, SYSTEM));
    fs.copySync(example('debian-12'), root);
    change(root);
    this.run([path.join(root, 'bin/systemctl'), 'daemon-reload']);
    fs.removeSync(path.join(root, 'systemctl.log'));
  }

  /** What the host's systemctl was asked to do. */
  asked(host: string): string[] {
    const log = path.join(this.root(host), 'systemctl.log');
    const lines = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trimEnd().split('\n') : [];
    return lines.map((line) => line.split(' ')[0] ?? '');
  }

  /** Runs unit-patch on one host. */
  unitPatch(host: string, ...args: readonly string[]): string {
    return this.run([process.execPath, this.command, ...args, '--root', this.root(host)]);
  }

  /** Makes the plan on one host, as the README says. */
  plan(host: string, ...more: readonly string[]): void {
    const { command } = shownCommand('fleet', /plan\.json$/);
    const [, args = ''] = /unit-patch (.*) > plan\.json$/.exec(command) ?? [];
    const plan = this.unitPatch(host, ...args.split(' '), ...more);
    fs.writeFileSync(path.join(this.directory, 'fleet/plan.json'), plan);
  }

  /** Plays for these hosts and their variables, by the command of the README that ends so. */
  async play(ending: string, hosts: Readonly<Record<string, string>>): Promise<Played> {
    const command = shownCommands('fleet').find((shown) => shown.command.endsWith(ending))?.command;
    if (command === undefined) throw new Error(`the README shows no play that ends ${ending}`);
    fs.writeFileSync(path.join(this.directory, 'fleet/hosts.ini'), this.inventory(hosts));
    const env = {
      ANSIBLE_CONFIG: `${makeRoot({ 'ansible.cfg': '' })}/ansible.cfg`,
      ANSIBLE_FORKS: `${this.hosts.length}`,
      ANSIBLE_LOCAL_TEMP: `${this.directory}/tmp`,
      ANSIBLE_REMOTE_TEMP: `${this.directory}/tmp`,
      ANSIBLE_NOCOLOR: '1',
      ANSIBLE_PIPELINING: '1',
      ANSIBLE_SSH_ARGS: `-o ControlMaster=auto -o ControlPersist=60s ${this.ssh.clientOptions.join(' ')}`,
      ANSIBLE_SSH_CONTROL_PATH_DIR: this.sockets,
      LC_ALL: 'C.UTF-8',
    };
    const ended = await runIn(path.join(this.directory, 'fleet'), ['sh', '-c', command], env);
    return { ...ended, counts: recap(ended.stdout) };
  }

  private get command(): string {
    return path.join(this.directory, 'node_modules/.bin/unit-patch');
  }

  private inventory(hosts: Readonly<Record<string, string>>): string {
    const lines = Object.entries(hosts).map(
      ([host, variables]) => `${host} ansible_port=${this.ssh.ports.get(host)} ${variables}`,
    );
    return `${lines.join('\n')}
[all:vars]
ansible_host=127.0.0.1
ansible_user=root
ansible_become=false
ansible_python_interpreter=/usr/bin/python3
docker_follows_firewall_command=${this.command}
docker_follows_firewall_followed=netfilter-persistent.service
`;
  }

  private run([program = '', ...args]: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: this.directory, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }
}

/** What Ansible says in the end, of each host. */
export function recap(text: string): Record<string, Counts> {
  const counts: Record<string, Counts> = {};
  for (const [, host = '', rest = ''] of text.matchAll(/^(\S+) +: (ok=.*)$/gm)) {
    const count = (name: string): number => Number(new RegExp(`${name}=(\\d+)`).exec(rest)?.[1]);
    counts[host] = {
      ok: count('ok'),
      changed: count('changed'),
      unreachable: count('unreachable'),
      failed: count('failed'),
      skipped: count('skipped'),
      rescued: count('rescued'),
    };
  }
  return counts;
}
