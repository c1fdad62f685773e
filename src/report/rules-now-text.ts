import type { RulesNow } from '../doctor/rules-now.js';
import type { Plan } from '../plan/plan.js';
import { paint } from './color.js';
import { wrap } from './layout.js';
import { printable } from './printable.js';

const HEAL = 'sudo systemctl restart docker';

/**
 * When it is said: `refused`, the plan is · `nothing`, there is nothing to write · `before` the question, and before a
 * dry run ends · `after` success · both with a watch, which brings them back by itself
 */
export type RunMoment = 'refused' | 'nothing' | 'before' | 'after' | 'before-watch' | 'after-watch';

/** The moment before the question. */
export function momentBefore({ service }: Pick<Plan, 'service'>): RunMoment {
  return isWatch(service) ? 'before-watch' : 'before';
}

/** The moment after success. */
export function momentAfter({ service }: Pick<Plan, 'service'>): RunMoment {
  return isWatch(service) ? 'after-watch' : 'after';
}

function isWatch(service: Plan['service']): boolean {
  return service !== undefined && service.action !== 'stop';
}

/** A watch that finds the rules gone when it starts has nothing to put back. */
const WATCH_HEALS = 'the watch restarts Docker as soon as it starts';

/** When it is said too that no rule is missing. */
const LAST: readonly RunMoment[] = ['nothing', 'after', 'after-watch'];

/** How Docker's rules stand, for a person; missing rules with the command that brings them back. */
export function rulesNowText(rules: RulesNow, moment: RunMoment, color: boolean): string {
  const unsaved = unsavedText(rules, moment);
  const warning = unsaved === undefined ? '' : `${paint('yellow', '!', color)} ${unsaved}\n`;
  return warning + missingRulesText(rules, moment, color);
}

/** What a flush would open: said before the question. */
function unsavedText({ unsaved = [] }: RulesNow, moment: RunMoment): string | undefined {
  if (unsaved.length === 0 || !moment.startsWith('before')) return undefined;
  const rules = unsaved.length === 1 ? '1 own rule' : `${unsaved.length} own rules`;
  return (
    `${rules} in DOCKER-USER ${unsaved.length === 1 ? 'is' : 'are'} in no file of a firewall: after a flush a restart of ` +
    'Docker does not bring them back, and published ports are open. Add them to the rules that the firewall loads, or ' +
    'use --relation watch'
  );
}

function missingRulesText(rules: RulesNow, moment: RunMoment, color: boolean): string {
  const { needed, missing } = rules;
  if (missing === 0) {
    const isLast = LAST.includes(moment);
    return isLast ? `${inForce(needed)}\n` : '';
  }
  const are = moment.startsWith('after') ? 'still missing' : 'missing right now';
  return `${paint('yellow', '!', color)} ${missingText(rules)} ${are}${whatNext(rules, moment)}\n`;
}

/** The same for the screen of a plan, where the command stands on a line of its own. */
export function rulesNowLines(rules: RulesNow, moment: RunMoment, width: number, color: boolean): string[] {
  const { missing, needed, stayDown } = rules;
  const mark = paint('yellow', '!', color);
  const [begin, hang, deep] = moment.startsWith('before') ? ['  ', '    ', '      '] : ['', '  ', '    '];
  const unsaved = unsavedText(rules, moment);
  const warning =
    unsaved === undefined
      ? []
      : wrap(unsaved, width, hang).map((line, at) =>
          at === 0 ? `${begin}${mark} ${line.slice(hang.length)}` : line,
        );
  if (missing === 0) return [...warning, ...(LAST.includes(moment) ? [inForce(needed)] : [])];
  const state = {
    refused: "Docker's rules are missing RIGHT NOW",
    nothing: "Docker's rules are missing RIGHT NOW, and containers are offline",
    before: "Docker's rules are missing RIGHT NOW",
    after: "Containers are still offline: Docker's rules are missing",
    'before-watch': "Docker's rules are missing RIGHT NOW",
    'after-watch': "Docker's rules are still missing",
  }[moment];
  const next =
    {
      before: '. This file does not bring them back; afterwards run',
      'before-watch': `: ${WATCH_HEALS}. To look again`,
      'after-watch': `: ${WATCH_HEALS}. Look again in a moment`,
    }[moment as string] ?? ':';
  const looks = ['refused', 'before-watch', 'after-watch'].includes(moment);
  const command = looks ? 'sudo unit-patch doctor docker' : HEAL;
  const said = wrap(`${state} (${missing} of ${needed})${next}`, width, hang);
  const down =
    stayDown.length === 0 || moment === 'refused' ? [] : wrap(stayDownText(rules).trim(), width, deep);
  return [
    ...warning,
    `${begin}${mark} ${(said[0] ?? '').slice(hang.length)}`,
    ...said.slice(1),
    `${deep}${command}`,
    ...down,
  ];
}

/** The same on the line of `check`; empty if all is well. */
export function rulesNowSuffix(rules: RulesNow, isRefused: boolean): string {
  if (rules.missing === 0) return '';
  const heal = isRefused ? 'sudo unit-patch doctor docker' : `${HEAL}${stayDownText(rules)}`;
  return `; ${missingText(rules)} missing now: ${heal}`;
}

/** The last line if nothing is missing. */
function inForce(needed: number): string {
  return needed === 1 ? "Docker's rule is in force." : `All of Docker's ${needed} rules are in force.`;
}

function missingText({ needed, missing }: RulesNow): string {
  return `${missing} of Docker's ${needed} rules ${missing === 1 ? 'is' : 'are'}`;
}

function whatNext(rules: RulesNow, moment: RunMoment): string {
  switch (moment) {
    // The reason for the refusal may keep docker from starting again.
    case 'refused':
      return '. `sudo unit-patch doctor docker` says why';
    case 'before-watch':
    case 'after-watch':
      return `: ${WATCH_HEALS}${stayDownText(rules)}`;
    case 'before':
      return `. This change does not bring them back: run \`${HEAL}\` afterwards${stayDownText(rules)}`;
    case 'nothing':
    case 'after':
      return `: run \`${HEAL}\`${stayDownText(rules)}`;
  }
}

function stayDownText({ stayDown }: RulesNow): string {
  if (stayDown.length === 0) return '';
  const names = stayDown.map(printable);
  const verb = names.length === 1 ? 'has no restart policy and stays' : 'have no restart policy and stay';
  return ` (${names.join(', ')} ${verb} down: docker start ${names.join(' ')})`;
}
