import type { Cause } from './cause.js';
import type { Container, Evidence } from './evidence.js';

/** A command, and what it is good for. */
export interface Cure {
  readonly command: string;
  readonly why: string;
}

/** How to get docker's rules back, in the order of the story: heal, keep it healed, see that it is. */
export function curesOf(evidence: Evidence, isBroken: boolean, causes: readonly Cause[]): Cure[] {
  return [...(isBroken ? heal(evidence, causes) : []), ...keep(evidence)];
}

function heal(evidence: Evidence, causes: readonly Cause[]): Cure[] {
  const { unit } = evidence;
  const why = 'heals now: docker writes its rules when it starts';
  const [cause] = causes;
  switch (cause?.code) {
    case 'start-limit':
      return [{ command: `systemctl reset-failed ${unit} docker.socket && systemctl start ${unit}`, why }];
    case 'dependency':
    case 'stopped-along':
      return [{ command: `systemctl start ${cause.unit ?? ''} ${unit}`, why }];
    case 'docker-failed':
      return [
        { command: `journalctl -u ${unit}`, why: 'says why it failed' },
        { command: `systemctl start ${unit}`, why: 'once that is mended' },
      ];
    case 'docker-stopped':
      return [{ command: `systemctl start ${unit}`, why }];
    case 'docker-waiting':
      return [{ command: 'systemctl list-jobs', why: 'says what it waits for' }];
    case 'firewall':
    case 'passed-by':
    case undefined:
      return [{ command: `systemctl restart ${unit}`, why: why + notBack(evidence) }];
  }
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

function keep({ protection, unit }: Evidence): Cure[] {
  if (protection.state !== 'unprotected') return [];
  const firewall = protection.follow ?? 'its firewall';
  return [
    {
      command: 'unit-patch docker',
      why: `keeps it healed: ${unit} is restarted along with ${firewall} from then on`,
    },
    {
      command: 'unit-patch prove docker',
      why: `shows that it does: restarts ${firewall} for real, after asking`,
    },
  ];
}
