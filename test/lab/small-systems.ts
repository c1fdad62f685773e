import fc from 'fast-check';
import type { Verb } from '../../src/transactions/job.js';
import { link, type Item } from '../helpers/tree.js';

/** What a stand-in does: it stays, is done at once, and is then up or down, or ends after a second. */
export type Kind = 'daemon' | 'done' | 'done-and-down' | 'short' | 'target';

/** A dependency, and where it stands: in the unit's own file, in a drop-in, or as a link where there are such links. */
export type Tie = readonly [type: string, other: number, place: Place];

/** Where something stands. */
export type Place = 'own' | 'drop-in' | 'link';

/** A command that asks systemd for something. */
export type Line = readonly [key: string, verb: Verb, other: number];

/** A stand-in for a unit of a real system. */
export interface SmallUnit {
  readonly kind: Kind;
  readonly restart: string;
  readonly ties: readonly Tie[];
  readonly lines: readonly Line[];
  readonly isMasked: boolean;
  /** whether its commands and Restart= stand in a drop-in */
  readonly isSplit: boolean;
  /** whether it has the default dependencies of its type */
  readonly hasDefaults: boolean;
}

/** Something that happens: a unit is asked for, or its start fails from now on. */
export interface Step {
  readonly verb: Verb | 'break' | 'mend';
  readonly unit: number;
}

/** A few units, the last of which is a target that a boot would start, and what happens to them. */
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
  'restart',
  'try-restart',
  'start',
  'stop',
  'reload-or-restart',
  'try-reload-or-restart',
  'reload',
];
const KINDS: readonly Kind[] = ['daemon', 'daemon', 'done', 'done', 'done-and-down', 'short', 'target'];

const isRare = (weight: number): fc.Arbitrary<boolean> =>
  fc.oneof({ weight, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

function unitArbitrary(count: number): fc.Arbitrary<SmallUnit> {
  const other = fc.nat({ max: count - 1 });
  return fc.record({
    kind: fc.constantFrom(...KINDS),
    restart: fc.constantFrom('no', 'no', 'no', 'on-failure', 'always'),
    ties: fc.array(
      fc.tuple(fc.constantFrom(...TIES), other, fc.constantFrom<Place>('own', 'own', 'drop-in', 'link')),
      { maxLength: 4 },
    ),
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
    isMasked: isRare(15),
    isSplit: isRare(4),
    hasDefaults: isRare(3),
  });
}

/** A target that wants some of the units, by links, as `systemctl enable` makes them. */
function bootArbitrary(count: number): fc.Arbitrary<SmallUnit> {
  return fc
    .record({ wanted: fc.subarray(Array.from({ length: count }, (_, at) => at)), hasDefaults: fc.boolean() })
    .map(({ wanted, hasDefaults }) => ({
      kind: 'target',
      restart: 'no',
      ties: wanted.map((other): Tie => ['Wants', other, 'link']),
      lines: [],
      isMasked: false,
      isSplit: false,
      hasDefaults,
    }));
}

/** Small systems of every kind: they boot, and then some things happen to them. */
export const smallSystems: fc.Arbitrary<SmallSystem> = fc.integer({ min: 2, max: 6 }).chain((count) =>
  fc
    .record({
      units: fc.array(unitArbitrary(count), { minLength: count, maxLength: count }),
      boot: bootArbitrary(count),
      steps: fc.array(
        fc.record({
          verb: fc.oneof(
            { weight: 6, arbitrary: fc.constantFrom<Step['verb']>(...VERBS) },
            { weight: 1, arbitrary: fc.constantFrom<Step['verb']>('break', 'mend') },
          ),
          unit: fc.nat({ max: count - 1 }),
        }),
        { minLength: 2, maxLength: 5 },
      ),
    })
    .map(({ units, boot, steps }) => ({
      units: [...units, boot],
      steps: [{ verb: 'start', unit: count }, ...steps],
    })),
);

/** The name of a unit of the system with this prefix. */
export function nameOf(prefix: string, units: readonly SmallUnit[], at: number): string {
  return `${prefix}-${'abcdefg'[at]}.${units[at]?.kind === 'target' ? 'target' : 'service'}`;
}

/** The directory that holds a file for each unit whose start fails. */
export const BROKEN = '/run/small';

/** The directories of links that declare dependencies: systemd.unit(5). */
const LINKS: Readonly<Record<string, string>> = { Wants: 'wants', Requires: 'requires' };

/** The unit files of a system, by their paths in a directory of units. */
export function filesOf(prefix: string, { units, steps }: SmallSystem): ReadonlyMap<string, Item> {
  const name = (at: number): string => nameOf(prefix, units, at);
  const files = new Map<string, Item>();
  for (const [at, unit] of units.entries()) {
    const ties = unit.ties.filter(([, other]) => other !== at);
    const placed = (place: Place): string[] =>
      ties.flatMap(([type, other, where]) =>
        (where === 'link' && LINKS[type] === undefined ? 'own' : where) === place
          ? `${type}=${name(other)}`
          : [],
      );
    const isBreakable = steps.some((step) => step.verb === 'break' && step.unit === at);
    const service = unit.kind === 'target' ? [] : ['[Service]', ...serviceLines(unit, name)];
    const start =
      unit.kind === 'target'
        ? []
        : [
            '[Service]',
            ...TYPES[unit.kind],
            ...(isBreakable ? [`ExecStartPre=/usr/bin/test ! -e ${BROKEN}/${name(at)}`] : []),
          ];
    const head = [
      '[Unit]',
      ...(unit.hasDefaults ? [] : ['DefaultDependencies=no']),
      'StartLimitIntervalSec=1h',
      'StartLimitBurst=4',
      ...placed('own'),
    ];
    const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
    files.set(
      name(at),
      unit.isMasked ? link('/dev/null') : text([...head, ...start, ...(unit.isSplit ? [] : service)]),
    );
    if (unit.isSplit && service.length > 1) files.set(`${name(at)}.d/20-service.conf`, text(service));
    if (placed('drop-in').length > 0)
      files.set(`${name(at)}.d/10-ties.conf`, text(['[Unit]', ...placed('drop-in')]));
    for (const [type, other, where] of ties) {
      const directory = LINKS[type];
      if (where === 'link' && directory !== undefined)
        files.set(`${name(at)}.${directory}/${name(other)}`, link(`../${name(other)}`));
    }
  }
  return files;
}

function serviceLines({ kind, restart, lines }: SmallUnit, name: (at: number) => string): string[] {
  // systemd-analyze: a oneshot takes some values of Restart= only.
  const again = kind.startsWith('done') && restart === 'always' ? 'no' : restart;
  return [
    ...(again === 'no' ? [] : [`Restart=${again}`]),
    ...lines.map(([key, verb, other]) => `${key}=-/usr/bin/systemctl --no-block ${verb} ${name(other)}`),
  ];
}

const TYPES: Readonly<Record<Exclude<Kind, 'target'>, readonly string[]>> = {
  daemon: ['ExecStart=/bin/sleep infinity'],
  done: ['Type=oneshot', 'RemainAfterExit=yes', 'ExecStart=/bin/true'],
  'done-and-down': ['Type=oneshot', 'ExecStart=/bin/true'],
  short: ['ExecStart=/bin/sleep 0.5'],
};

/** A system as it can be tried by hand. */
export function printSystem(prefix: string, small: SmallSystem): string {
  const files = [...filesOf(prefix, small)].map(([name, item]) =>
    typeof item === 'string'
      ? `-- ${name} --\n${item}`
      : `-- ${name} -> ${'link' in item ? item.link : ''}\n`,
  );
  const steps = small.steps.map(({ verb, unit }) => `$ ${verb} ${nameOf(prefix, small.units, unit)}\n`);
  return [...files, ...steps].join('');
}
