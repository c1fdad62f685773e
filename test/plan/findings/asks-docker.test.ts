import { afterAll } from '@jest/globals';
import { docker, enabled } from '../../helpers/docker.js';
import { removeTrees, type Tree } from '../../helpers/tree.js';
import { ETC, LIB } from '../plan-for.js';
import { box, testFinding } from './cases.js';

afterAll(removeTrees);

const SOCKET: Tree = {
  [`${LIB}/docker.service`]: docker('Requires=docker.socket'),
  [`${LIB}/docker.socket`]: '[Socket]\nListenStream=/run/docker.sock\n',
};
const onFirewall = (line: string, more: Tree = SOCKET): Tree =>
  box({ ...more, [`${ETC}/iptables.service.d/x.conf`]: `[Service]\n${line}\n` });
const script = (...lines: string[]): Tree =>
  onFirewall('ExecStartPost=/etc/fw.sh start', {
    ...SOCKET,
    '/etc/fw.sh': ['#!/bin/bash', ...lines, ''].join('\n'),
  });

testFinding('asks-docker', {
  'a line of the start asks': {
    tree: onFirewall('ExecStartPost=-/usr/bin/docker network ls'),
    level: 'refuse',
    says: `ExecStartPost= of iptables.service (${ETC}/iptables.service.d/x.conf:2) asks Docker`,
  },
  'whatever the relation': {
    tree: onFirewall('ExecStartPre=/usr/bin/docker ps'),
    relation: 'part-of',
    level: 'refuse',
  },
  'a script that it runs asks': {
    tree: script('iptables -F', 'for net in $(docker network ls -q); do :; done'),
    level: 'refuse',
    says: '/etc/fw.sh:3',
  },
  'by docker-compose': { tree: script('docker-compose up -d'), level: 'refuse' },
  'by curl on its socket': {
    tree: script('curl -s --unix-socket /var/run/docker.sock http://localhost/networks'),
    level: 'refuse',
  },
  'it asks in the background': { tree: script('docker ps &'), level: 'none' },
  'the branch for another word asks': {
    tree: script('case "$1" in start) iptables -F;; stop) docker ps;; esac'),
    level: 'none',
  },
  'timeout ends the question': { tree: script('timeout 10 docker ps'), level: 'warn' },
  'it asks whether docker is installed': {
    tree: script('command -v docker && docker --version'),
    level: 'none',
  },
  'it asks first whether docker runs': {
    tree: script('if systemctl -q is-active docker; then docker ps; fi'),
    level: 'none',
  },
  'the stop asks': { tree: onFirewall('ExecStop=/usr/bin/docker ps'), level: 'none' },
  'a daemon asks, once it is started': {
    tree: box({
      ...SOCKET,
      [`${LIB}/iptables.service`]: '[Service]\nExecStart=/etc/fw.sh\n',
      '/etc/fw.sh': '#!/bin/sh\ndocker events\n',
    }),
    level: 'none',
  },
  'another daemon is asked': { tree: script('docker -H tcp://other ps'), level: 'none' },
  'without a socket unit nothing answers, and the line fails': {
    tree: onFirewall('ExecStartPost=/usr/bin/docker ps', {}),
    level: 'refuse',
    says: 'nothing answers',
  },
  'without a socket unit nothing answers, and that does no harm': {
    tree: onFirewall('ExecStartPost=-/usr/bin/docker ps', {}),
    level: 'warn',
  },
  'a unit that is no engine is not asked': {
    tree: {
      ...onFirewall('ExecStartPost=/usr/bin/docker ps'),
      [`${LIB}/app.service`]: docker(),
      ...enabled('app.service'),
    },
    name: 'app.service',
    follow: 'iptables.service',
    level: 'none',
  },
});
