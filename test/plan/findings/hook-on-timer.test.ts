import { afterAll } from '@jest/globals';
import { firewall, systemctl } from '../../helpers/docker.js';
import { link, removeTrees, type Tree } from '../../helpers/tree.js';
import { ETC, LIB } from '../plan-for.js';
import { box, type Case, testFinding } from './cases.js';

afterAll(removeTrees);

const passing = firewall().replace('RemainAfterExit=yes\n', '');
const inUse = (name: string, text: string): Tree => ({
  [`${LIB}/${name}`]: text,
  [`${ETC}/${name.replace(/.*\./, '')}s.target.wants/${name}`]: link(`${LIB}/${name}`),
});
const beside = (more: Tree, unit = passing): Tree =>
  box({ ...systemctl, [`${LIB}/iptables.service`]: unit, ...more });
const hook = (tree: Tree, level: Case['level'], says = ''): Case => ({ tree, relation: 'hook', level, says });
const often = '[Timer]\nOnBootSec=1min\nOnUnitActiveSec=2min\n';

testFinding('hook-on-timer', {
  'a timer of its name runs it': hook(beside(inUse('iptables.timer', often)), 'refuse', 'iptables.timer'),
  'a timer of another name runs it': hook(
    beside(inUse('fw.timer', '[Timer]\nOnCalendar=hourly\nUnit=iptables.service\n')),
    'refuse',
    `fw.timer (${LIB}/fw.timer)`,
  ),
  'a path unit runs it': hook(beside(inUse('iptables.path', '[Path]\nPathChanged=/etc/x\n')), 'refuse'),
  'the timer is active, though not enabled': {
    ...hook(beside({ [`${LIB}/iptables.timer`]: often }), 'refuse'),
    facts: { activeUnits: () => ['iptables.timer'] },
  },
  'the timer is not in use': hook(beside({ [`${LIB}/iptables.timer`]: often }), 'none'),
  'the timer runs it once, after the boot': hook(
    beside(inUse('iptables.timer', '[Timer]\nOnBootSec=1min\n')),
    'none',
  ),
  'the timer runs something else': hook(beside(inUse('other.timer', often)), 'none'),
  'what stays active is not run again': hook(beside(inUse('iptables.timer', often), firewall()), 'none'),
  'part-of follows no start': {
    ...hook(beside(inUse('iptables.timer', often)), 'none'),
    relation: 'part-of',
  },
});
