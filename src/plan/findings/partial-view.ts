import type { Source, Unit } from '../../units/unit.js';
import { type Finding, info, type Check, warn } from './finding.js';

/** Only the texts of some units are known: what the rest of the machine would say is said to be unknown. */
export const partialView: Check = ({ unit, follow, template, relation, facts }) =>
  facts.isExcerpt ? [onlyTexts(unit, follow, relation === 'requires', template)] : [];

/** The same where nothing is followed. */
export function onlyTexts(
  unit: Unit,
  follow: Unit | undefined,
  starts: boolean,
  { name, daemonFile }: { readonly name: string; readonly daemonFile: string | undefined },
): Finding {
  const unknown = [
    ...(follow ? unknownOf(unit, follow, starts) : ['which firewall is in use']),
    'links in .wants and .requires directories',
    'aliases, masks and files that were not printed',
    'the orders of other units',
    ...(daemonFile === undefined ? [] : [daemonFile]),
  ];
  return warn(
    'partial-view',
    `only what systemctl cat printed is known, so this is not the full check; unknown are: ${unknown.join('; ')}`,
    `for all of it: unit-patch ${name} -n on that machine, or --root on a copy of its files`,
  );
}

function unknownOf(unit: Unit, follow: Unit, starts: boolean): string[] {
  const rivals = follow.dependencies
    .filter(({ type, unit: other }) => type === 'Conflicts' && other !== 'shutdown.target')
    .map(({ unit: other }) => other);
  return [
    `whether ${follow.id} is enabled or active${starts ? ` (where it is neither, a start of ${unit.id} would start it)` : ''}`,
    rivals.length > 0
      ? `whether what it conflicts with is in use (${rivals.join(', ')}), or anything that conflicts with it`
      : 'whether anything in use conflicts with it',
  ];
}

/** The followed unit, or one that either side requires, is not there yet: a generator makes it of another file. */
export const generatedUnit: Check = ({ generated }) =>
  [...generated.values()].map(({ name, source }) =>
    info(
      'generated-unit',
      `${name} has no unit file yet: systemd makes it from ${place(source)} at boot, and at each daemon-reload`,
      `systemctl cat ${name} shows it then`,
    ),
  );

function place({ file, line }: Source): string {
  return line === null ? file : `${file}:${line}`;
}
