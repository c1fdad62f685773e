import fc from 'fast-check';
import type { Verb } from '../../src/transactions/job.js';

/** What a stand-in does: it stays, is done at once, and is then up or down, or ends after a second. */
export type Kind = 'daemon' | 'done' | 'done-and-down' | 'short' | 'target';

/** A dependency, or a command that asks systemd for something. */
export type Tie = readonly [type: string, other: number];
export type Line = readonly [key: string, verb: Verb, other: number];

/** A stand-in for a unit of a real system. */
export interface SmallUnit {
  readonly kind: Kind;
  readonly restart: string;
  readonly ties: readonly Tie[];
  readonly lines: readonly Line[];
}

/** Something that happens: a unit is asked for, or its start fails from now on. */
export interface Step {
  readonly verb: Verb | 'break' | 'mend';
  readonly unit: number;
}

/** A few units, and what happens to them. */
export interface SmallSystem {
  readonly units: readonly SmallUnit[];
  readonly steps: readonly Step[];
}

const TIES = [
  ...[
    'Requires',
    'Requires',
    'Wants',
    'Wants',
    'PartOf',
    'PartOf',
    'BindsTo',
    'Requisite',
    'Upholds',
    'Conflicts',
  ],
  ...['After', 'After', 'After', 'After', 'Before', 'OnFailure', 'OnSuccess'],
  ...['PropagatesStopTo', 'StopPropagatedFrom', 'PropagatesReloadTo', 'ReloadPropagatedFrom'],
];

const VERBS: readonly Verb[] = [
  'restart',
  'try-restart',
  'start',
  'stop',
  'reload-or-restart',
  'try-reload-or-restart',
];
const KINDS: readonly Kind[] = ['daemon', 'daemon', 'done', 'done', 'done-and-down', 'short', 'target'];

function unitArbitrary(count: number): fc.Arbitrary<SmallUnit> {
  const other = fc.nat({ max: count - 1 });
  return fc.record({
    kind: fc.constantFrom(...KINDS),
    restart: fc.constantFrom('no', 'no', 'no', 'on-failure', 'always'),
    ties: fc.array(fc.tuple(fc.constantFrom(...TIES), other), { maxLength: 4 }),
    lines: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.array(
          fc.tuple(
            fc.constantFrom('ExecStartPost', 'ExecStop', 'ExecStopPost', 'ExecReload'),
            fc.constantFrom<Verb>('try-restart', 'try-restart', 'restart', 'start', 'stop'),
            other,
          ),
          { maxLength: 2 },
        ),
      },
    ),
  });
}

/** Small systems of every kind. */
export const smallSystems: fc.Arbitrary<SmallSystem> = fc.integer({ min: 2, max: 6 }).chain((count) =>
  fc.record({
    units: fc.array(unitArbitrary(count), { minLength: count, maxLength: count }),
    steps: fc
      .array(
        fc.record({
          verb: fc.oneof(
            { weight: 6, arbitrary: fc.constantFrom<Step['verb']>(...VERBS) },
            { weight: 1, arbitrary: fc.constantFrom<Step['verb']>('break', 'mend') },
          ),
          unit: fc.nat({ max: count - 1 }),
        }),
        { minLength: 2, maxLength: 4 },
      )
      .map((steps) => [
        ...Array.from({ length: count }, (_, unit): Step => ({ verb: 'start', unit })),
        ...steps,
      ]),
  }),
);

/** The name of a unit of the system with this number. */
export function nameOf(system: number, units: readonly SmallUnit[], at: number): string {
  return `s${system}-${'abcdef'[at]}.${units[at]?.kind === 'target' ? 'target' : 'service'}`;
}

/** The file whose presence has a unit's start fail. */
export function breakerOf(name: string): string {
  return `/run/small/${name}.broken`;
}

/** The unit files of a system, by name. */
export function filesOf(system: number, { units }: SmallSystem): ReadonlyMap<string, string> {
  return new Map(
    units.map((unit, at) => {
      const name = nameOf(system, units, at);
      const ties = unit.ties
        .filter(([, other]) => other !== at)
        .map(([type, other]) => `${type}=${nameOf(system, units, other)}`);
      const head = [
        '[Unit]',
        'DefaultDependencies=no',
        'StartLimitIntervalSec=1h',
        'StartLimitBurst=4',
        ...ties,
      ];
      if (unit.kind === 'target') return [name, `${head.join('\n')}\n`];
      const lines = unit.lines.map(
        ([key, verb, other]) =>
          `${key}=-/usr/bin/systemctl --no-block ${verb} ${nameOf(system, units, other)}`,
      );
      return [
        name,
        [
          ...head,
          '[Service]',
          ...TYPES[unit.kind],
          // systemd-analyze: a oneshot takes some values of Restart= only.
          `Restart=${unit.kind.startsWith('done') && unit.restart === 'always' ? 'no' : unit.restart}`,
          `ExecStartPre=/usr/bin/test ! -e ${breakerOf(name)}`,
          ...lines,
          '',
        ].join('\n'),
      ];
    }),
  );
}

const TYPES: Readonly<Record<Exclude<Kind, 'target'>, readonly string[]>> = {
  daemon: ['ExecStart=/bin/sleep infinity'],
  done: ['Type=oneshot', 'RemainAfterExit=yes', 'ExecStart=/bin/true'],
  'done-and-down': ['Type=oneshot', 'ExecStart=/bin/true'],
  short: ['ExecStart=/bin/sleep 0.5'],
};

/** A system as it can be tried by hand. */
export function printSystem(system: number, small: SmallSystem): string {
  const files = [...filesOf(system, small)].map(([name, text]) => `-- ${name} --\n${text}`);
  const steps = small.steps.map(({ verb, unit }) => `$ ${verb} ${nameOf(system, small.units, unit)}\n`);
  return [...files, ...steps].join('');
}
