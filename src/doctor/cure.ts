import type { Container, Evidence } from '../docker/evidence.js';
import { type Cause, unitOf } from './cause.js';
import { type Cure, lasting } from './lasting-cure.js';

export type { Cure };

/** How to get docker's rules back, in this order: heal, protect, prove. */
export function curesOf(evidence: Evidence, isBroken: boolean, causes: readonly Cause[]): Cure[] {
  const now = isBroken ? heal(evidence, causes).map((cure) => ({ step: 'now' as const, ...cure })) : [];
  return [...now, ...lasting(evidence, isBroken, causes)];
}

function heal(evidence: Evidence, causes: readonly Cause[]): Omit<Cure, 'step'>[] {
  const { unit } = evidence;
  const why = 'docker writes its rules when it starts';
  const [cause] = causes;
  switch (cause?.code) {
    case 'watch-inactive':
    case 'watch-waits':
      return healByWatch(evidence, cause);
    case 'start-limit':
      return [{ command: `systemctl reset-failed ${unit} docker.socket && systemctl start ${unit}`, why }];
    case 'dependency':
    case 'stopped-along':
      return startWith(evidence, cause.unit ?? '', why);
    case 'docker-failed':
      return [
        { command: `journalctl -u ${unit}`, why: 'says why it failed' },
        { command: `systemctl start ${unit}`, why: 'once that is fixed' },
      ];
    case 'docker-stopped':
      return [{ command: `systemctl start ${unit}`, why }];
    case 'docker-waiting':
      return [{ command: 'systemctl list-jobs', why: 'says what it waits for' }];
    case 'outside-systemd':
      return [
        {
          command: `systemctl restart ${unit}`,
          why: `${why}; no dependency between units would have caught such a change${notBack(evidence)}`,
        },
      ];
    case 'firewall':
    case undefined:
      return [{ command: `systemctl restart ${unit}`, why: why + notBack(evidence) }];
  }
}

/** What heals if the watch does not. */
function healByWatch({ unit }: Evidence, cause: Cause): Omit<Cure, 'step'>[] {
  const service = cause.unit ?? '';
  if (cause.code === 'watch-inactive')
    return [
      {
        command: `systemctl start ${service}`,
        why: `it restarts docker, which writes its rules; journalctl -u ${service} says why it did not run`,
      },
    ];
  return [
    { command: `systemctl restart ${unit}`, why: 'docker writes its rules when it starts' },
    { command: `journalctl -u ${service}`, why: 'says what it has tried' },
  ];
}

/** A unit that docker needs may only have to be started, or may be masked or missing. */
function startWith(evidence: Evidence, needed: string, why: string): Omit<Cure, 'step'>[] {
  const { unit } = evidence;
  const start = { command: `systemctl start ${needed} ${unit}`, why };
  const state = unitOf(evidence, needed)?.LoadState;
  if (state === 'masked') return [{ ...start, command: `systemctl unmask ${needed} && ${start.command}` }];
  if (state !== 'not-found') return [start];
  return [
    { command: `unit-patch show ${unit}`, why: `names the file and line that needs ${needed}` },
    { command: `systemctl start ${unit}`, why: `once ${needed} is installed, or that line is gone` },
  ];
}

function notBack({ containers, daemon }: Evidence): string {
  if (daemon.keepsContainers) return '; live-restore keeps the containers running';
  const named = (policy: string): string => namesOf(containers, policy);
  const never = named('no');
  const perhaps = named('on-failure');
  return (
    (never === '' ? '' : `; these containers do not come back by themselves (restart policy no): ${never}`) +
    (perhaps === '' ? '' : `; these come back unless they end with 0 (on-failure): ${perhaps}`)
  );
}

function namesOf(containers: readonly Container[], policy: string): string {
  return containers
    .filter(({ restartPolicy }) => restartPolicy === policy)
    .map(({ name }) => name)
    .join(', ');
}
