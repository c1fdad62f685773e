import fs from 'fs-extra';
import path from 'node:path';
import { makeRoot } from '../helpers/tree.js';

/** How large a system is. */
export interface Size {
  /** unit files besides those of the example */
  readonly units: number;
  /** how many of them multi-user.target pulls in; fewer if there are fewer */
  readonly enabled: number;
  /** drop-ins of an administrator, one per unit, for every tenth unit and at most this many */
  readonly dropIns: number;
  /** drop-ins of docker.service */
  readonly own: number;
}

const UNITS = 'usr/lib/systemd/system';
const ADMIN = 'etc/systemd/system';

/**
 * A copy of examples/centos-7 with many units. The unit of a number is the same in every size, and names only units of
 * lower numbers: as long as the enabled ones are the same, so is the boot. It goes with removeTrees().
 */
export function makeBigSystem({ units, enabled, dropIns, own }: Size): string {
  const root = makeRoot();
  fs.copySync('examples/centos-7', root);
  const put = (place: string, lines: readonly string[]): void => {
    fs.writeFileSync(path.join(root, place), lines.join('\n'));
  };
  const wants = `${ADMIN}/multi-user.target.wants`;
  for (let at = 0; at < units; at++) {
    put(`${UNITS}/${nameOf(at)}`, unitFile(at));
    if (at < enabled) fs.symlinkSync(`/${UNITS}/${nameOf(at)}`, path.join(root, wants, nameOf(at)));
  }
  for (let at = 0; at < dropIns && at * 10 < units; at++) {
    const directory = `${ADMIN}/${nameOf(at * 10)}.d`;
    fs.mkdirSync(path.join(root, directory));
    put(`${directory}/override.conf`, ['[Service]', 'MemoryMax=512M', `Environment=SHARD=${at}`, '']);
  }
  if (own > 0) fs.mkdirSync(path.join(root, ADMIN, 'docker.service.d'));
  for (let at = 0; at < own; at++) put(`${ADMIN}/docker.service.d/${numbered(at)}.conf`, ownDropIn(at));
  return root;
}

const numbered = (at: number): string => String(at).padStart(5, '0');
const nameOf = (at: number): string => `app-${numbered(at)}.service`;

/** What a package of a small server brings along. */
function unitFile(at: number): string[] {
  const below = nameOf(at >> 1);
  return [
    '[Unit]',
    `Description=Application server ${at}`,
    `Documentation=man:app(8) https://example.com/docs/app/${at}`,
    'Wants=network-online.target',
    ...(at > 0
      ? [`Wants=${below}`, `After=network-online.target ${below}`]
      : ['After=network-online.target']),
    '',
    '[Service]',
    'Type=simple',
    'User=app',
    `EnvironmentFile=-/etc/sysconfig/app-${at}`,
    `ExecStart=/usr/bin/app --config /etc/app/${at}.conf --listen 127.0.0.1:${20_000 + (at % 40_000)}`,
    'ExecReload=/bin/kill -HUP $MAINPID',
    'Restart=on-failure',
    'RestartSec=5s',
    'LimitNOFILE=65536',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ];
}

/** In turn an order and a setting; the units that are named may be missing. */
function ownDropIn(at: number): string[] {
  return at % 2 === 0
    ? ['[Unit]', `After=${nameOf(at)}`, '']
    : ['[Service]', `Environment=SETTING_${at}=${at}`, ''];
}
