import type { Source, Unit } from '../../units/unit.js';
import type { Check, NothingContext } from './check.js';
import { info, type Report, warn } from './finding.js';

/** Only the texts of some units are known: the finding names what is unknown about the rest of the machine. */
export const partialView: Check = {
  code: 'partial-view',
  level: 'warn',
  docs: {
    title: 'only part of the machine is known',
    meaning:
      'Only what `systemctl cat` printed is known (`--from-cat`), so this is not the full check: the finding names what is unknown.',
    wayOut: 'Run `unit-patch docker -n` on that machine, or with `--root` on a copy of its files.',
  },
  run: {
    nothing: (context) => (context.facts.isExcerpt ? unknownHere(context, undefined, false) : []),
    follow: (context) =>
      context.facts.isExcerpt ? unknownHere(context, context.follow, context.relation === 'requires') : [],
  },
};

function unknownHere(context: NothingContext, follow: Unit | undefined, starts: boolean): Report[] {
  return [onlyTexts(context, follow, starts), ...doubts(context, follow)];
}

function onlyTexts({ unit, template }: NothingContext, follow: Unit | undefined, starts: boolean): Report {
  const unknown = [
    ...(follow ? unknownOf(unit, follow, starts) : ['which firewall is in use']),
    'links in .wants and .requires directories',
    'aliases, masks and files that were not printed',
    'the orders of other units',
    ...(template.daemonFile === undefined ? [] : [template.daemonFile]),
  ];
  return warn(
    `only what systemctl cat printed is known, so this is not the full check; unknown are: ${unknown.join('; ')}`,
    `for the full check: unit-patch ${template.name} -n on that machine, or --root on a copy of its files`,
  );
}

function unknownOf(unit: Unit, follow: Unit, starts: boolean): string[] {
  const rivals = follow.dependencies
    .filter(({ type, unit: other }) => type === 'Conflicts' && other !== 'shutdown.target')
    .map(({ unit: other }) => other);
  return [
    `whether ${follow.id} is enabled or active${starts ? ` (if it is neither, a start of ${unit.id} would start it)` : ''}`,
    rivals.length > 0
      ? `whether what it conflicts with is in use (${rivals.join(', ')}), or anything that conflicts with it`
      : 'whether anything in use conflicts with it',
  ];
}

/** Problems of the texts themselves. */
function doubts({ excerpt, unit }: NothingContext, follow: Unit | undefined): Report[] {
  if (!excerpt) return [];
  const { source, outdated, isTerminated } = excerpt;
  const old = outdated.filter((name) => name === unit.id || name === follow?.id);
  return [
    ...old.map((name) =>
      warn(
        `the files of ${name} changed since systemd there loaded them, so drop-ins that came or went since are not in ${source}`,
        'systemctl daemon-reload there, and print them again',
      ),
    ),
    ...(isTerminated
      ? []
      : [
          warn(
            `the last line of ${source} has no end: if more should follow, it is missing here`,
            'print it again, and take all of it',
          ),
        ]),
  ];
}

/** The followed unit, or one that either side requires, is not there yet: a generator makes it of another file. */
export const generatedUnit: Check = {
  code: 'generated-unit',
  level: 'info',
  docs: {
    title: 'a unit is made when the machine boots',
    meaning:
      'The followed unit, or one that is required, has no unit file yet: a generator makes it from `/etc/fstab`, an init script or a quadlet.',
    wayOut: 'Nothing to do: `systemctl cat` shows it after the boot.',
  },
  run: {
    follow: ({ generated }) =>
      [...generated.values()].map(({ name, source }) =>
        info(
          `${name} has no unit file yet: systemd makes it from ${place(source)} at boot, and at each daemon-reload`,
          `systemctl cat ${name} shows it then`,
        ),
      ),
  },
};

function place({ file, line }: Source): string {
  return line === null ? file : `${file}:${line}`;
}
