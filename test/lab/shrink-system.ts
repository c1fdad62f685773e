import type { SmallSystem, SmallUnit } from './small-systems.js';

/**
 * The smallest system that can be had by leaving things out.
 * @param firstWrong the first of many that still disagrees
 */
export async function shrink(
  small: SmallSystem,
  firstWrong: (candidates: readonly SmallSystem[]) => Promise<SmallSystem | undefined>,
): Promise<SmallSystem> {
  const next = await firstWrong(simpler(small));
  return next ? shrink(next, firstWrong) : small;
}

/** Each way to leave one thing out, those that leave out most first. */
export function simpler(small: SmallSystem): SmallSystem[] {
  const { units, steps } = small;
  return [
    ...units.map((_, at) => withoutUnit(small, at)),
    ...steps.map((_, at) => ({ units, steps: steps.filter((_, other) => other !== at) })),
    ...units.flatMap((unit, at) =>
      simplerUnits(unit).map((one) => ({
        units: units.map((other, index) => (index === at ? one : other)),
        steps,
      })),
    ),
  ].filter((one) => one.steps.length > 0);
}

function withoutUnit({ units, steps }: SmallSystem, gone: number): SmallSystem {
  const shifted = (at: number): number => (at > gone ? at - 1 : at);
  return {
    units: units
      .filter((_, at) => at !== gone)
      .map((unit) => ({
        ...unit,
        ties: unit.ties.flatMap(([type, other, place]) =>
          other === gone ? [] : [[type, shifted(other), place] as const],
        ),
        lines: unit.lines.flatMap(([key, verb, other]) =>
          other === gone ? [] : [[key, verb, shifted(other)] as const],
        ),
      })),
    steps: steps.flatMap(({ verb, unit }) => (unit === gone ? [] : [{ verb, unit: shifted(unit) }])),
  };
}

function simplerUnits(unit: SmallUnit): SmallUnit[] {
  const without = <T>(all: readonly T[], at: number): T[] => all.filter((_, other) => other !== at);
  return [
    ...unit.ties.map((_, at) => ({ ...unit, ties: without(unit.ties, at) })),
    ...unit.lines.map((_, at) => ({ ...unit, lines: without(unit.lines, at) })),
    ...(unit.restart === 'no' ? [] : [{ ...unit, restart: 'no' }]),
    ...(unit.isMasked ? [{ ...unit, isMasked: false }] : []),
    ...(unit.isSplit ? [{ ...unit, isSplit: false }] : []),
    ...(unit.hasDefaults ? [{ ...unit, hasDefaults: false }] : []),
    ...unit.ties.flatMap(([type, other, place], at) =>
      place === 'own'
        ? []
        : [
            {
              ...unit,
              ties: unit.ties.map((tie, index) => (index === at ? ([type, other, 'own'] as const) : tie)),
            },
          ],
    ),
    ...(unit.kind === 'short' || unit.kind === 'done-and-down' ? [{ ...unit, kind: 'daemon' as const }] : []),
  ];
}
