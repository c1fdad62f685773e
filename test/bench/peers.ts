import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { openRoot } from '../../src/files/open-root.js';
import { loadUnit } from '../../src/units/loader.js';
import type { Side } from './in-turn.js';

/** Another way to have docker.service require iptables.service, and come after it. */
export interface Peer {
  readonly name: string;
  /** the Debian package that has it */
  readonly needs: string;
  /** what it does in a root of its own */
  readonly side: (root: string) => Side;
  /** what holds afterwards: of the two dependencies those that it can write; none if it only looks */
  readonly writes: readonly string[];
}

const UNITS = ['docker.service', 'iptables.service'] as const;
const DROP_IN = 'etc/systemd/system/docker.service.d/50-peer.conf';
const dropInOf = (root: string): string => path.join(root, DROP_IN);

const playbook = (file: string): string => `
- hosts: localhost
  gather_facts: false
  tasks:
    - community.general.ini_file: { path: ${file}, section: Unit, option: Requires, value: iptables.service }
    - community.general.ini_file: { path: ${file}, section: Unit, option: After, value: iptables.service }
`;

export const PEERS: readonly Peer[] = [
  {
    name: 'systemctl --root add-requires',
    needs: 'systemd',
    side: (root) => ({ command: 'systemctl', args: [`--root=${root}`, 'add-requires', ...UNITS] }),
    writes: ['Requires'],
  },
  {
    name: 'systemd-analyze verify --root',
    needs: 'systemd',
    // It ends with 1 where a program is missing, as in a root that holds unit files only.
    side: (root) => ({
      command: 'systemd-analyze',
      args: ['verify', `--root=${root}`, '--man=no', 'docker.service'],
      statuses: [0, 1],
    }),
    writes: [],
  },
  {
    name: 'augtool, two settings',
    needs: 'augeas-tools',
    side: (root) => {
      const settings = ['Requires', 'After'].map(
        (key) => `set /files/${DROP_IN}/Unit/${key}/value iptables.service`,
      );
      const script = path.join(root, 'augtool');
      const load = [
        'set /augeas/load/Systemd/lens Systemd.lns',
        `set /augeas/load/Systemd/incl /${DROP_IN}`,
        'load',
      ];
      fs.writeFileSync(script, `${[...load, ...settings, 'save'].join('\n')}\n`);
      return { command: 'augtool', args: ['--noautoload', `--root=${root}`, `--file=${script}`] };
    },
    writes: ['Requires', 'After'],
  },
  {
    name: 'crudini, two settings',
    needs: 'crudini',
    side: (root) => {
      const set = (key: string): string => `crudini --set "${dropInOf(root)}" Unit ${key} iptables.service`;
      return { command: 'sh', args: ['-c', `${set('Requires')} && ${set('After')}`] };
    },
    writes: ['Requires', 'After'],
  },
  {
    name: 'ansible-playbook, two ini_file tasks',
    needs: 'ansible',
    side: (root) => {
      const file = path.join(root, 'play.yaml');
      fs.writeFileSync(file, playbook(dropInOf(root)));
      return { command: 'ansible-playbook', args: ['-i', 'localhost,', '-c', 'local', file] };
    },
    writes: ['Requires', 'After'],
  },
];

/** Whether a peer is here and works. */
export function isThere({ side }: Peer, root: string): boolean {
  const { command, args, statuses = [0] } = side(root);
  const { status } = spawnSync(command, args, { stdio: 'ignore' });
  return statuses.includes(status ?? -1);
}

/** @throws Error if docker.service does not follow as the peer can have it */
export function mustFollow({ name, writes }: Peer, root: string): void {
  const { dependencies } = loadUnit(openRoot(root), UNITS[0]);
  for (const type of writes)
    if (!dependencies.some((one) => one.type === type && one.unit === UNITS[1]))
      throw new Error(`after ${name} there is no ${type}=${UNITS[1]} in ${root}`);
}
