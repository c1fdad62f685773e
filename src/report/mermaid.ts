import type { Plan } from '../plan/plan.js';
import type { UnitRelation } from '../plan/settings.js';
import { printable } from './printable.js';

/** Longer names would make the picture wider than a comment. */
const NAME_MAX = 40;

/** Through each of these a restart of the other unit is a restart of this one: systemd.unit(5). */
const RESTARTS = ['Requires', 'BindsTo', 'Requisite', 'PartOf'];
/** Through these a stop may be passed on too; then one word cannot say what a restart does. */
const MAY_RESTART = ['PropagatesStopTo', 'StopPropagatedFrom'];

/** With any of these a command of the other unit restarts this one, at every restart of that: systemd.service(5). */
const HOOKS = ['ExecStartPost', 'ExecStopPost', 'ExecStartPre', 'ExecStart', 'ExecStop'];

const STYLES = [
  'classDef unit fill:#eef2f7,stroke:#57606a,color:#1f2328',
  'classDef well fill:#dafbe1,stroke:#1a7f37,color:#1f2328',
  'classDef ill fill:#ffebe9,stroke:#cf222e,color:#1f2328',
];

/**
 * What a restart of the followed unit does, before a plan and after it, as a Mermaid flowchart.
 * @returns undefined if there is nothing to be seen: no other unit, or a plan that changes none of these words
 */
export function planPicture({ unit, follow, changed, ties, missing, removed }: Plan): string | undefined {
  const { before, after } = ties;
  const others = new Set([...before, ...after].flatMap(({ of, to }) => [of, to]));
  if (follow) others.add(follow.unit);
  others.delete(unit);
  if (others.size === 0) return undefined;
  const differs = JSON.stringify(before) !== JSON.stringify(after);
  if (changed ? !differs : missing.length + removed.length > 0) return undefined;
  const scenes: [title: string, ties: readonly UnitRelation[]][] = changed
    ? [
        ['before', before],
        ['after', after],
      ]
    : [['now', after]];
  const drawn = scenes.map(([title, now]) => scene(title, unit, [...others], now));
  const order = changed ? ['  before ~~~ after'] : [];
  return ['flowchart TB', ...drawn.flat(), ...order, ...STYLES.map((style) => `  ${style}`)]
    .map((line) => `${line}\n`)
    .join('');
}

/** The unit, the others, and what each of them does to it. */
function scene(
  title: string,
  unit: string,
  others: readonly string[],
  ties: readonly UnitRelation[],
): string[] {
  const lines = others.flatMap((other, at) => {
    const between = ties.filter(({ of, to }) => of === other || to === other);
    const { outcome, style, arrow } = fate(unit, other, between);
    const [cause, effect] = [`${title}_cause${at}`, `${title}_effect${at}`];
    return [
      `${cause}(["${name(other)}<br>is restarted"]):::unit`,
      `${effect}["${name(unit)}<br>${outcome}"]:::${style}`,
      `${cause} ${arrow}${label(other, between)} ${effect}`,
    ];
  });
  return [`  subgraph ${title}`, '    direction LR', ...lines.map((line) => `    ${line}`), '  end'];
}

/** What becomes of a unit when the other one is restarted. */
function fate(
  unit: string,
  other: string,
  ties: readonly UnitRelation[],
): { outcome: string; style: string; arrow: string } {
  const says = (of: string, types: readonly string[]): boolean =>
    ties.some((tie) => tie.of === of && types.includes(tie.type));
  if (!says(unit, RESTARTS) && !says(other, HOOKS)) {
    const isSure = !says(unit, MAY_RESTART) && !says(other, MAY_RESTART);
    return isSure
      ? { outcome: 'is left as it is', style: 'ill', arrow: '-.-x' }
      : { outcome: 'may be stopped', style: 'ill', arrow: '-.->' };
  }
  if (says(unit, ['After']) || says(other, ['Before']))
    return { outcome: 'is restarted after it', style: 'well', arrow: '==>' };
  return { outcome: 'is restarted, in any order', style: 'ill', arrow: '-->' };
}

/** The settings on an arrow, what restarts first: the unit's own, and those that the other one has. */
function label(other: string, ties: readonly UnitRelation[]): string {
  const inOrder = [...ties].sort((a, b) => rank(a) - rank(b));
  const words = inOrder.map(({ of, type }) => (of === other ? `its ${type}=` : `${type}=`));
  return words.length === 0 ? '' : `|"${text([...new Set(words)].join(' '))}"|`;
}

function rank({ type }: UnitRelation): number {
  return RESTARTS.includes(type) || HOOKS.includes(type) ? 0 : 1;
}

function name(unit: string): string {
  const shown = Array.from(printable(unit));
  const half = NAME_MAX / 2;
  const short = shown.length <= NAME_MAX ? shown : [...shown.slice(0, half), '…', ...shown.slice(-half)];
  return text(short.join(''));
}

/** A text inside quotes: a character that may mean anything to Mermaid, Markdown or HTML is written as its number. */
function text(raw: string): string {
  return raw.replace(/[^\p{L}\p{N} ]/gu, (character) => {
    const number = `#${character.codePointAt(0) ?? 0};`;
    // Mermaid makes a line end of \n even so, unless something (a word joiner, which is not seen) stands between.
    return character === '\\' ? `${number}#8288;` : number;
  });
}
