import { afterAll } from '@jest/globals';
import { link, removeTrees, type Tree } from '../../helpers/tree.js';
import { ETC, LIB } from '../plan-for.js';
import { box, testFinding } from './cases.js';

afterAll(removeTrees);

const enabled = (name: string): [string, Tree[string]] => [
  `${ETC}/multi-user.target.wants/${name}`,
  link(`${LIB}/${name}`),
];
const app = '[Service]\nExecStart=/usr/bin/app\nRestart=always\n[Install]\nWantedBy=multi-user.target\n';
const daemon = '[Service]\nExecStart=/usr/sbin/db\n[Install]\nWantedBy=multi-user.target\n';
const shell =
  '[Service]\nType=oneshot\nExecStart=/bin/true\nExecReload=/bin/true\nRemainAfterExit=on\n[Install]\nWantedBy=multi-user.target\n';
const tree = (db: string, more: Tree = {}): Tree => ({
  [`${LIB}/app.service`]: app,
  [`${LIB}/db.service`]: db,
  '/usr/bin/systemctl': '',
  ...Object.fromEntries([enabled('app.service'), enabled('db.service')]),
  ...more,
});
const asked = { name: 'app.service', follow: 'db.service' };

testFinding('stays-down', {
  'a stop of a database stops what requires it, and its start does not bring that back': {
    tree: tree(daemon),
    ...asked,
    level: 'warn',
    says: /a stop of db\.service stops app\.service too[^]*bring it back: --come-back, or use --relation hook, or start it/,
  },
  'by PartOf= as well': { tree: tree(daemon), ...asked, relation: 'part-of', level: 'warn' },
  'a hook brings it back': { tree: tree(daemon), ...asked, relation: 'hook', level: 'none' },
  'so does a database that wants it': {
    tree: tree(`[Unit]\nWants=app.service\n${daemon}`),
    ...asked,
    relation: 'part-of',
    level: 'none',
  },
  'of a firewall the table says what a stop does': { tree: box(), level: 'none' },
});

const instances = { [`${LIB}/db@.service`]: `[Unit]\nPartOf=db.service\n${daemon}` };

testFinding('stands-for-instances', {
  'a service that runs nothing, and has instances that are part of it': {
    tree: tree(shell, instances),
    ...asked,
    level: 'info',
    says: /its instances \(db@….service\) do the work[^]*--follow db@NAME\.service/,
  },
  'a service that runs something': { tree: tree(daemon, instances), ...asked, level: 'none' },
  'instances that are not part of it': {
    tree: tree(shell, { [`${LIB}/db@.service`]: daemon }),
    ...asked,
    level: 'none',
  },
  'a service without instances': { tree: tree(shell), ...asked, level: 'none' },
});
