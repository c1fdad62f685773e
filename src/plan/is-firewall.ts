import type { Files } from '../system/files.js';
import type { Unit } from '../units/unit.js';
import { effectsOf } from './firewall-effects.js';
import { runsFlush } from './runs-flush.js';
import { GENERAL_DROP_IN, type Template } from './template.js';

/**
 * Whether a followed unit is a firewall, of which it is known what its jobs take from others: by its name, or because
 * its commands flush rules. Any other unit, a mount or a database, takes none.
 */
export function isFirewall(files: Files, template: Template, follow: Unit): boolean {
  if (template.candidates.length === 0) return false;
  const known = [...knownFirewalls(template), ...template.noNeed.map(({ unit }) => unit)];
  return follow.names.some((name) => known.includes(name)) || runsFlush(files, follow);
}

/**
 * The template with the texts and the file name that are true of the followed unit: that a restart of it wipes rules is
 * said only of a firewall that does so.
 */
export function templateFor(files: Files, template: Template, unit: Unit, follow: Unit): Template {
  if (!isFirewall(files, template, follow)) return general(template);
  const { restart, reload } = effectsOf(files, template, unit, follow);
  if (restart === 'wipes' || reload === 'wipes') return template;
  const isNoNeed = template.noNeed.some((one) => one.unit === follow.id);
  return isNoNeed ? general(template) : { ...template, ...template.general() };
}

/** The same by the name of the followed unit alone. */
export function templateByName(template: Template, follow: string): Template {
  return knownFirewalls(template).includes(follow) ? template : general(template);
}

function knownFirewalls({ candidates, firewalls }: Template): string[] {
  return [...candidates, ...firewalls];
}

function general(template: Template): Template {
  return { ...template, ...template.general(), dropIn: GENERAL_DROP_IN };
}
