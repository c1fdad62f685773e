import type { Files } from '../files/files.js';
import { type Effects, effectsOf } from '../firewalls/effects.js';
import { isFirewall } from '../firewalls/in-use.js';
import type { Relation, Template } from '../firewalls/template.js';
import { staysActive } from '../transactions/transactions.js';
import { hasReload, type Unit } from '../units/unit.js';

/** What may happen to the followed unit. */
export const EVENTS = ['restart', 'reload', 'stop-start', 'failed-start', 'outside-systemd'] as const;

/** The events in the words of a table. */
export const EVENT_WORDS: Readonly<Record<Event, string>> = {
  restart: 'restart',
  reload: 'reload',
  'stop-start': 'stop and start',
  'failed-start': 'failed start',
  'outside-systemd': 'changes made outside systemd',
};

/** What happens to the followed unit; `outside-systemd`: what tools do that no job of systemd knows of. */
export type Event = (typeof EVENTS)[number];

/**
 * What comes of it: `covered`, the unit is restarted too · `harmless`, it loses nothing · `lost`, it goes on without
 * its rules · `not-restarted`, it goes on and is not restarted · `down`, it is stopped · `not-applicable`, there is no such job
 */
export type Outcome = 'covered' | 'harmless' | 'lost' | 'not-restarted' | 'down' | 'not-applicable';

/** What a relation makes of one event. */
export interface Covered {
  readonly event: Event;
  readonly outcome: Outcome;
  /** a few words: what happens */
  readonly text: string;
}

type Follows = Extract<Outcome, 'covered' | 'not-restarted' | 'down'>;

/** As it was measured with dockerd on systemd 252 and 257; the rules are those of systemd.unit(5). */
const FOLLOWS: Readonly<Record<Relation, Readonly<Record<Event, Follows>>>> = {
  requires: {
    restart: 'covered',
    reload: 'not-restarted',
    'stop-start': 'down',
    'failed-start': 'down',
    'outside-systemd': 'not-restarted',
  },
  'part-of': {
    restart: 'covered',
    reload: 'not-restarted',
    'stop-start': 'down',
    'failed-start': 'covered',
    'outside-systemd': 'not-restarted',
  },
  hook: {
    restart: 'covered',
    reload: 'covered',
    'stop-start': 'covered',
    'failed-start': 'covered',
    'outside-systemd': 'not-restarted',
  },
};

/**
 * What a relation covers, and what it does not, for these two units in this root.
 * @param isStopCancelled whether the followed unit cannot be stopped, as `hook-cancels-stop` says
 */
export function coverageOf(
  files: Files,
  template: Template,
  relation: Relation,
  unit: Unit,
  follow: Unit,
  { isStopCancelled = false } = {},
): Covered[] {
  // Only of a firewall it is known what its jobs take from others.
  const effects = isFirewall(files, template, follow) ? effectsOf(files, template, unit, follow) : undefined;
  const reload = effects?.reload ?? (hasReload(follow) ? 'wipes' : 'not-applicable');
  return EVENTS.map((event) => {
    // A restart that comes along does nothing to what is down: systemctl(1), try-restart.
    const follows = staysActive(unit) ? FOLLOWS[relation][event] : 'not-restarted';
    if (event === 'reload' && reload === 'not-applicable') return noReload(follow.id);
    if (event === 'stop-start' && isStopCancelled) return noStop(unit.id, follow.id);
    const outcome = effects ? withRules(event, follows, effects) : follows;
    const text =
      outcome === 'not-restarted' && event !== 'outside-systemd' && !staysActive(unit)
        ? `${unit.id} does not stay active (a oneshot without RemainAfterExit=yes), so it is not restarted`
        : textOf(event, outcome, follows, unit.id, effects);
    return { event, outcome, text };
  });
}

function withRules(event: Event, follows: Follows, { restart, reload }: Effects): Outcome {
  if (follows === 'down') return follows;
  const effect = event === 'outside-systemd' ? 'wipes' : event === 'reload' ? reload : restart;
  if (effect === 'keeps') return 'harmless';
  return follows === 'not-restarted' ? 'lost' : follows;
}

/** `systemctl reload` fails where there is no ExecReload=, and a hook brings none: systemd.service(5). */
function noReload(follow: string): Covered {
  return { event: 'reload', outcome: 'not-applicable', text: `${follow} has no ExecReload=` };
}

/** A start of the one, in the middle of the stop of the other, starts that again. */
function noStop(unit: string, follow: string): Covered {
  const text = `the stop is cancelled: the restart of ${unit} starts ${follow} again`;
  return { event: 'stop-start', outcome: 'not-restarted', text };
}

function textOf(event: Event, outcome: Outcome, follows: Follows, unit: string, effects?: Effects): string {
  switch (outcome) {
    case 'covered':
      return event === 'failed-start' ? `${unit} is restarted all the same` : `${unit} is restarted too`;
    case 'harmless':
      return follows === 'covered' ? `the rules stay; ${unit} is restarted all the same` : 'the rules stay';
    case 'down':
      return event === 'stop-start'
        ? `${unit} is stopped, and stays down until something starts it`
        : `${unit} is stopped, and not started again`;
    case 'lost':
      return event === 'outside-systemd'
        ? `no dependency sees ${(effects?.tools ?? []).join(' or ')}`
        : `${unit} is not restarted, so its rules stay gone`;
    case 'not-restarted':
    case 'not-applicable':
      return event === 'outside-systemd' ? 'no dependency sees them' : `${unit} is not restarted`;
  }
}
