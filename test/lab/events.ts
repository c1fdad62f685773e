import type { Suite } from './tree.js';

/** How docker may be tied to its firewall: not at all, or by a relation of unit-patch's. */
export const RELATIONS = ['nothing', 'requires', 'part-of', 'hook', 'watch'] as const;
export type Relation = (typeof RELATIONS)[number];

/**
 * What became of docker: OK is rules and traffic back, with a watch by itself, and else RESTARTED; LOST is docker up
 * and its rules gone, DOWN is docker not up, and FAILED is that by its start limit. A unit's state may follow, after a comma.
 */
export type Outcome = string;

/** What is said of an event: an outcome, or several of which one comes by chance; undefined if it is not tried. */
export type Stated = Partial<Record<Relation, Outcome | readonly Outcome[]>>;

/** Something that happens to the firewall of a box in which all is well, unless it goes on from another event. */
export interface FirewallEvent {
  readonly name: string;
  /** What is done, as a shell's script, which finds the relation in $relation. */
  readonly script: string;
  /** Whether the box is booted again after that. */
  readonly boots?: true;
  /** A unit whose state belongs to the outcome. */
  readonly unit?: string;
  readonly stated: Stated;
  /** What was seen if that is not so. */
  readonly seen?: Stated;
  /** What happens next. */
  readonly next?: readonly FirewallEvent[];
}

/** Where a box keeps the firewall's files as they were. */
export const KEPT = '/root/kept';
export const RULES = '/etc/sysconfig/iptables';
export const UNIT = '/usr/lib/systemd/system/iptables.service';
/** A drop-in of the administrator's that has docker's own start limit in force again. */
export const LIMIT = '/etc/systemd/system/docker.service.d/70-limit.conf';

const BREAK = `echo nonsense >${RULES}`;
const SOCKET_TOUCHED = "… then docker's socket is touched";
const TOUCH = 'timeout 20 docker version >/dev/null 2>&1 || true';

function restarts(times: number): string {
  const settled = 'until [ -z "$(systemctl list-jobs --no-legend)" ]; do sleep 0.2; done';
  return `for i in $(seq ${times}); do systemctl restart iptables; ${settled}; done`;
}

function stated(
  nothing: Outcome | undefined,
  requires: Outcome,
  partOf: Outcome,
  hook: Outcome,
  watch: Outcome = 'OK',
): Stated {
  return { ...(nothing !== undefined && { nothing }), requires, 'part-of': partOf, hook, watch };
}

/** A boot in which nothing is wrong. */
export const BOOT: FirewallEvent = {
  name: 'boot',
  script: 'true',
  stated: stated('OK', 'OK', 'OK', 'OK'),
  next: [
    {
      name: '… then 3 restarts',
      script: restarts(3),
      stated: { requires: 'FAILED', 'part-of': 'FAILED', hook: 'OK', watch: 'OK' },
    },
  ],
};

/** The drop-in is there, and systemd has not reloaded. */
export const NOT_RELOADED: FirewallEvent = {
  name: 'drop-in written, no daemon-reload, restart',
  script: 'systemctl restart iptables',
  stated: { requires: 'LOST', 'part-of': 'LOST', hook: 'LOST', watch: 'LOST' },
};

/** What can happen to a firewall, and what becomes of docker then. */
export function firewallEvents(suite: Suite): FirewallEvent[] {
  const fails: Stated = stated('OK', 'DOWN', 'OK', 'OK');
  const repaired = (next: FirewallEvent): readonly FirewallEvent[] => [
    {
      name: '… then repaired and started',
      script: `cp ${KEPT}/iptables ${RULES} && systemctl start iptables`,
      stated: stated('LOST', 'DOWN', 'LOST', 'OK'),
      next: [next],
    },
  ];
  const byHand: FirewallEvent = {
    name: '… then docker started by hand',
    script: 'systemctl start docker',
    stated: { requires: 'OK' },
  };
  const bySocket: FirewallEvent = {
    name: SOCKET_TOUCHED,
    script: TOUCH,
    stated: { requires: 'DOWN' },
    seen: { requires: 'OK' },
  };
  return [
    { name: 'restart', script: 'systemctl restart iptables', stated: stated('LOST', 'OK', 'OK', 'OK') },
    {
      name: 'try-restart',
      script: 'systemctl try-restart iptables',
      stated: stated('LOST', 'OK', 'OK', 'OK'),
    },
    { name: 'reload', script: 'systemctl reload iptables', stated: stated('LOST', 'LOST', 'LOST', 'OK') },
    {
      name: 'stop',
      script: 'systemctl stop iptables',
      stated: stated('LOST', 'DOWN', 'DOWN', 'OK'),
      next: [
        {
          name: '… then start',
          script: 'systemctl start iptables',
          stated: stated('LOST', 'DOWN', 'DOWN', 'OK'),
          next: [
            {
              name: SOCKET_TOUCHED,
              script: TOUCH,
              stated: { requires: 'OK', 'part-of': 'DOWN' },
              // The socket starts docker, whatever stopped it.
              seen: { 'part-of': 'OK' },
            },
          ],
        },
      ],
    },
    { name: 'iptables -F', script: 'iptables -F', stated: stated('LOST', 'LOST', 'LOST', 'LOST') },
    {
      name: 'iptables-restore of its file',
      script: `iptables-restore ${RULES}`,
      stated: stated('LOST', 'LOST', 'LOST', 'LOST'),
    },
    {
      name: 'restart with broken rules',
      script: `${BREAK}; systemctl restart iptables || true`,
      stated: stated('LOST', 'DOWN', 'OK', 'OK'),
    },
    {
      name: '4 restarts within a minute',
      script: restarts(4),
      stated: { nothing: 'LOST', requires: 'FAILED', 'part-of': 'FAILED', hook: 'OK', watch: 'OK' },
      next: [{ name: SOCKET_TOUCHED, script: TOUCH, stated: { requires: 'FAILED', 'part-of': 'FAILED' } }],
    },
    {
      name: "4 restarts, docker's own start limit in force",
      script: `printf '[Unit]\\nStartLimitIntervalSec=60\\nStartLimitBurst=3\\n' >${LIMIT} &&
        systemctl daemon-reload && ${restarts(4)}`,
      stated: { hook: 'FAILED' },
      next: [{ name: SOCKET_TOUCHED, script: TOUCH, stated: { hook: 'FAILED' } }],
    },
    {
      name: '4 restarts, StartLimitIntervalSec=0',
      script: `unit-patch docker --relation $relation --no-start-limit --yes && ${restarts(4)}`,
      stated: { requires: 'OK', 'part-of': 'OK' },
    },
    {
      name: 'restart, docker stopped by hand before',
      script: 'systemctl stop docker.socket docker.service && systemctl restart iptables',
      stated: stated('DOWN', 'DOWN', 'DOWN', 'DOWN', 'DOWN'),
    },
    {
      name: 'boot, unit missing',
      script: `systemctl -q disable iptables && rm ${UNIT}`,
      boots: true,
      stated: stated('OK', suite === 'bookworm' ? 'OK' : 'DOWN', 'OK', 'OK'),
    },
    {
      name: 'boot, unit masked',
      script: 'systemctl -q mask iptables',
      boots: true,
      stated: stated('OK', 'DOWN', 'OK', 'OK'),
      // Before 257 a boot passes over what is masked, as over what is missing.
      ...(suite === 'bookworm' && { seen: { requires: 'OK' } }),
    },
    { name: 'boot, its start fails', script: BREAK, boots: true, stated: fails, next: repaired(byHand) },
    {
      name: 'boot, rules file gone',
      script: `rm ${RULES}`,
      boots: true,
      stated: fails,
      next: repaired(bySocket),
    },
    {
      name: 'boot, firewall disabled',
      script: 'systemctl -q disable iptables',
      boots: true,
      unit: 'iptables.service',
      stated: stated(
        'OK, iptables.service inactive',
        'OK, iptables.service active',
        'OK, iptables.service inactive',
        'OK, iptables.service inactive',
        'OK, iptables.service inactive',
      ),
    },
    {
      name: 'boot, a firewalld in conflict',
      script: 'systemctl -q disable iptables && systemctl -q enable firewalld',
      boots: true,
      unit: 'firewalld.service',
      stated: {
        nothing: 'OK, firewalld.service active',
        requires: ['DOWN, firewalld.service active', 'OK, firewalld.service inactive'],
        'part-of': 'OK, firewalld.service active',
        hook: 'OK, firewalld.service active',
        watch: 'OK, firewalld.service active',
      },
    },
  ];
}
