import { afterAll } from '@jest/globals';
import { removeTrees, type Tree } from '../../helpers/tree.js';
import { LIB } from '../plan-for.js';
import { box, testFinding } from './cases.js';

afterAll(removeTrees);

const RESTORE = 'ExecStart=/sbin/iptables-restore /etc/iptables.rules';
const service = (...lines: string[]): Tree =>
  box({ [`${LIB}/iptables.service`]: ['[Service]', ...lines, ''].join('\n') });
const script = (...lines: string[]): Tree => ({
  ...service('ExecStart=/etc/fw.sh'),
  '/etc/fw.sh': ['#!/bin/sh', ...lines, ''].join('\n'),
});

testFinding('loads-too-late', {
  'a service without a type loads rules and ends': {
    tree: service(RESTORE),
    level: 'refuse',
    says: /ExecStart=, .*iptables\.service:2\)[^]*every start of docker\.service[^]*Type=oneshot and RemainAfterExit=yes/,
  },
  'no start of docker runs it again': { tree: service(RESTORE), relation: 'part-of', level: 'warn' },
  'it stays active': { tree: service('Type=simple', 'RemainAfterExit=yes', RESTORE), level: 'warn' },
  'a script loads rules and ends': {
    tree: script('set -e', 'f() { iptables -F; }', 'f', 'iptables -P INPUT DROP', 'exit 0'),
    level: 'refuse',
  },
  'a script goes on for ever': {
    tree: script('iptables -F', 'while true; do sleep 60; done'),
    level: 'none',
  },
  'a script runs what is not known': { tree: script('iptables -F', 'watch-rules'), level: 'none' },
  'a oneshot': { tree: service('Type=oneshot', 'RemainAfterExit=yes', RESTORE), level: 'none' },
  'a daemon': { tree: service('ExecStart=/usr/sbin/firewalld --nofork'), level: 'none' },
  'nft that goes on': { tree: service('ExecStart=/usr/sbin/nft monitor'), level: 'none' },
});
