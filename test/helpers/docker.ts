import { link, type Tree } from './tree.js';

const UNITS = '/usr/lib/systemd/system';

/** A docker.service that starts something, with more lines of [Unit] where they are given. */
export const docker = (unit = ''): string =>
  `[Unit]\nDescription=docker\n${unit}\n[Service]\nExecStart=/usr/bin/dockerd\n`;

/** A firewall as most are: a oneshot that stays. */
export const firewall = (unit = ''): string =>
  `[Unit]\n${unit}\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/sbin/fw\n[Install]\nWantedBy=multi-user.target\n`;

/** ufw is not a firewall before its own configuration turns it on. */
export const ufwIsOn: Tree = { '/etc/ufw/ufw.conf': 'ENABLED=yes\n' };

/** docker.service, and a firewall's unit that is enabled. */
export const withFirewall = (name = 'iptables.service', more: Tree = {}): Tree => ({
  [`${UNITS}/docker.service`]: docker(),
  [`${UNITS}/${name}`]: firewall(),
  ...enabled(name),
  ...(name === 'ufw.service' ? ufwIsOn : {}),
  ...more,
});

/** The link that `systemctl enable` makes. */
export const enabled = (name: string): Tree => ({
  [`/etc/systemd/system/multi-user.target.wants/${name}`]: link(`${UNITS}/${name}`),
});

/** What the commands of a hook need. */
export const systemctl: Tree = { '/usr/bin/systemctl': '#!/bin/sh\n' };

/** The programs that the script of a watch runs. */
export const watchTools: Tree = Object.fromEntries(
  ['sh', 'bash', 'awk', 'stdbuf', 'timeout', 'docker', 'iptables-save', 'iptables-restore'].map((name) => [
    `/usr/bin/${name}`,
    '',
  ]),
);

/** The service and the script of a watch. */
export const WATCH = {
  service: '/etc/systemd/system/docker-rules.service',
  script: '/usr/local/libexec/docker-rules',
} as const;

/** Where unit-patch writes. */
export const OURS = '/etc/systemd/system/docker.service.d/50-follow-firewall.conf';

/** Where it writes on the firewall's side, with the relation hook. */
export const HOOK = '/etc/systemd/system/iptables.service.d/50-restart-docker.conf';
