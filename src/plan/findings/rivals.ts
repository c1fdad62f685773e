import type { Source, Unit } from '../../units/unit.js';
import { isInUse, type Check, refuse, type CheckContext } from './finding.js';
import { either, leadsOut, otherRelation, withoutStart } from './ways-out.js';

/** What ties a unit to another so that both have to go along: a Wants= gives way instead. */
const TIES = ['Requires', 'Requisite', 'BindsTo', 'PartOf'];

/** A unit in use and the one to be followed cannot run together: starting the one stops the other. */
export const rivalFirewall: Check = (context) => {
  const { unit, follow, relation } = context;
  if (relation !== 'requires' || follow.loadState !== 'loaded') return [];
  const rivals = rivalsOf(context);
  const other =
    rivals.length > 0 ? otherRelation(context, 'rival-firewall', withoutStart(context)) : undefined;
  return rivals.map(({ rival, from, needed }) =>
    refuse(
      'rival-firewall',
      `${rival.id} is in use and conflicts with ${needed.id}${needed.id === follow.id ? '' : `, which ${follow.id} requires`} ` +
        `(${place(from)}), so starting ${unit.id} would stop ` +
        `${rival.id}, or fail`,
      either(
        `disable the one that is not wanted: systemctl disable --now ${rival.id}`,
        other && `use ${other}`,
      ),
    ),
  );
};

/** Tied to two units that conflict, nothing can be started or restarted any more: systemd#2830. */
export const twoFirewalls: Check = (context) => {
  const { unit, follow, relation, planned } = context;
  // A hook ties docker to nothing: it is restarted in a transaction of its own.
  if (relation === 'hook') return [];
  const tied = planned.load(unit.id).dependencies.filter(({ type }) => TIES.includes(type));
  return tied
    .filter((dependency) => dependency.unit !== follow.id)
    .flatMap(({ type, unit: other, from: [tie] }) => {
      const from = conflictBetween(planned.load(other), follow);
      if (!from || !tie) return [];
      return [
        refuse(
          'two-firewalls',
          `${unit.id} is tied to ${other} already (${type}= in ${place(tie)}), which conflicts with ${follow.id} ` +
            `(${place(from)}): neither of the two could be restarted any more`,
          either(
            `take ${other} out of ${place(tie)} first`,
            leadsOut(context, 'two-firewalls', { follow: other })
              ? `follow ${other} itself: --follow ${other}`
              : undefined,
          ),
        ),
      ];
    });
};

interface Rival {
  readonly rival: Unit;
  readonly from: Source;
  /** what it conflicts with: the followed unit, or one that this requires */
  readonly needed: Unit;
}

function rivalsOf(context: CheckContext): Rival[] {
  const { follow, withoutOurs: withoutOurs, facts, unit } = context;
  const needs = withoutOurs.needsOf(follow.id).filter(({ loadState }) => loadState === 'loaded');
  const near = new Set([...withoutOurs.atBoot(), ...facts.activeUnits(), ...needs.flatMap(conflictsOf)]);
  return [...near].flatMap((name) => {
    const rival = withoutOurs.load(name);
    if (needs.includes(rival) || rival.id === unit.id || rival.loadState !== 'loaded') return [];
    if (!isInUse(context, rival.id)) return [];
    return needs.flatMap((needed) => {
      const from = conflictBetween(rival, needed);
      return from ? [{ rival, from, needed }] : [];
    });
  });
}

function conflictsOf({ dependencies }: Unit): string[] {
  return dependencies.filter(({ type }) => type === 'Conflicts').map(({ unit }) => unit);
}

/** Where either of two units says that they conflict. */
export function conflictBetween(one: Unit, other: Unit): Source | undefined {
  return saysConflict(one, other) ?? saysConflict(other, one);
}

function saysConflict(one: Unit, other: Unit): Source | undefined {
  return one.dependencies.find(({ type, unit }) => type === 'Conflicts' && other.names.includes(unit))
    ?.from[0];
}

function place({ file, line }: Source): string {
  return line === null ? file : `${file}:${line}`;
}
