import fc from 'fast-check';
import type { Relation } from '../../src/firewalls/template.js';
import { link, type Tree } from '../helpers/tree.js';
import { ETC, LIB } from '../plan/plan-for.js';
import { BOOT as BOOT_TREE } from './boot.js';
import { pulledIn } from './units.js';

/** A random small system, and the relation that is planned for it. */
export interface RandomSystem {
  readonly root: Tree;
  readonly relation: Relation;
}

const DOCKER = 'docker.service';
const FIREWALL = 'iptables.service';

/** The units that may stand beside the two. */
const OTHERS = [
  'a.service',
  'b.service',
  'c.service',
  'a.socket',
  'b.timer',
  'c.path',
  'd.target',
  'e@x.service',
  'srv.mount',
  'f.slice',
] as const;

/** Names that no file has, or that a link may lend to one. */
const ALIASES = ['alias.service', 'docker-engine.service'] as const;
const BOOT = [
  'multi-user.target',
  'basic.target',
  'sysinit.target',
  'network.target',
  'sockets.target',
] as const;

const OWN: Readonly<Record<string, string>> = {
  service: '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/bin/true\n',
  socket: '[Socket]\nListenStream=/run/s\n',
  timer: '[Timer]\nOnBootSec=1\n',
  path: '[Path]\nPathExists=/run/p\n',
  mount: '[Mount]\nWhat=/dev/sdx\nWhere=/srv\n',
  target: '',
  slice: '',
};

const weighted = <T>(...choices: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof({ withCrossShrink: true }, ...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));

const of = <T>(...items: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...items);

const name = weighted<string>(
  [6, of(DOCKER, FIREWALL)],
  [8, of(...OTHERS)],
  [1, of(...ALIASES)],
  [2, of(...BOOT)],
);

const dependency = fc
  .tuple(
    weighted<string>([6, of('After', 'Before')], [3, of('Wants', 'Requires', 'PartOf', 'BindsTo')]),
    name,
  )
  .map((parts) => parts.join('='));

const lines = (maxLength: number): fc.Arbitrary<string[]> =>
  fc
    .tuple(
      fc.array(dependency, { maxLength }),
      weighted<string[]>([4, of([])], [1, of(['DefaultDependencies=no'])]),
    )
    .map(([all, defaults]) => [...defaults, ...all]);

const text = (unit: string, unitLines: readonly string[]): string => {
  const type = unit.slice(unit.lastIndexOf('.') + 1);
  return `[Unit]\n${unitLines.map((line) => `${line}\n`).join('')}${OWN[type] ?? ''}`;
};

/** A line at the end of a unit, in the section of its own type, by which systemd orders it and others. */
const triggerLine = (unit: string, which: number): string => {
  const all: Readonly<Record<string, readonly string[]>> = {
    service: ['Sockets=a.socket\n', 'Slice=f.slice\n', '[Unit]\nRequiresMountsFor=/srv/x\n'],
    socket: ['Service=b.service\n', 'Accept=yes\n'],
    timer: ['Unit=a.service\n', 'Unit=d.target\n', 'OnCalendar=daily\n'],
    path: ['Unit=docker.service\n', 'Unit=b.service\n'],
  };
  return all[unit.slice(unit.lastIndexOf('.') + 1)]?.[which] ?? '';
};

const fileOf = (unit: string): string => `${LIB}/${unit.replace(/@.*\./, '@.')}`;

/** How a unit gets into the boot: not at all, or by the link of one that may or may not be there itself. */
const enabled = weighted<string | undefined>(
  [2, of(undefined)],
  [5, of('multi-user.target')],
  [2, of('sysinit.target', 'sockets.target', 'd.target', 'a.service', DOCKER, FIREWALL)],
);

const other = fc
  .record({
    unit: of(...OTHERS),
    unitLines: lines(3),
    by: enabled,
    how: weighted([5, of('wants')], [1, of('requires')]),
    isMasked: weighted([12, of(false)], [1, of(true)]),
    own: fc.nat(4),
  })
  .map(({ unit, unitLines, by, how, isMasked, own }): Tree => {
    const mask: Tree = isMasked ? { [`${ETC}/${unit}`]: link('/dev/null') } : {};
    const pulled = by === undefined ? {} : pulledIn(unit, by, how);
    // Whether a target waits for what it is part of depends on the order in which systemd loads the two.
    const decided = unit.endsWith('.target')
      ? unitLines.filter((line) => !line.startsWith('PartOf='))
      : unitLines;
    return { [fileOf(unit)]: text(unit, decided) + triggerLine(unit, own), ...pulled, ...mask };
  });

const alias = fc
  .tuple(of(...ALIASES), of(DOCKER, FIREWALL, 'a.service', 'b.service'))
  .map(([from, to]): Tree => ({ [`${ETC}/${from}`]: link(`${LIB}/${to}`) }));

const dropIn = fc
  .tuple(of(DOCKER, FIREWALL, 'a.service', 'b.service'), lines(2))
  .map(([unit, unitLines]): Tree => ({ [`${ETC}/${unit}.d/10-order.conf`]: text('x.target', unitLines) }));

const two = fc
  .record({ docker: lines(2), dockerBy: enabled, firewall: lines(3), firewallBy: enabled })
  .map(({ docker, dockerBy, firewall, firewallBy }): Tree => ({
    [fileOf(DOCKER)]: text(DOCKER, docker),
    ...(dockerBy === undefined ? {} : pulledIn(DOCKER, dockerBy)),
    [fileOf(FIREWALL)]: text(FIREWALL, firewall),
    ...(firewallBy === undefined ? {} : pulledIn(FIREWALL, firewallBy)),
  }));

/** Random systems of docker, a firewall and up to seven other units, most of them part of the boot. */
export const systemArbitrary: fc.Arbitrary<RandomSystem> = fc
  .record({
    two,
    others: fc.array(other, { minLength: 1, maxLength: 7, size: 'max' }),
    aliases: fc.array(alias, { maxLength: 1 }),
    dropIns: fc.array(dropIn, { maxLength: 1 }),
    relation: weighted<Relation>([3, of('requires')], [1, of('part-of')]),
  })
  .map(({ two: both, others, aliases, dropIns, relation }) => ({
    root: satisfiable(Object.assign({}, both, ...others, ...aliases, ...dropIns) as Tree),
    relation,
  }));

/**
 * Takes away what requires a unit that cannot be loaded: whether the one that requires it starts all the same
 * depends on systemd's version (see target.test.ts), and what it orders with it.
 */
function satisfiable(root: Tree): Tree {
  const isThere = (unit: string): boolean => {
    const item = root[`${ETC}/${unit}`];
    if (item === undefined) return `${LIB}/${unit}` in BOOT_TREE || fileOf(unit) in root;
    const to = typeof item === 'object' && 'link' in item ? item.link : '';
    return to.startsWith(`${LIB}/`) && isThere(to.slice(LIB.length + 1));
  };
  const isMet = (line: string): boolean => {
    const [, unit] = /^(?:Requires|BindsTo)=(.*)$/.exec(line) ?? [];
    return unit === undefined || isThere(unit);
  };
  const entries = Object.entries(root).filter(([path]) => {
    const [, unit] = /\.requires\/(.*)$/.exec(path) ?? [];
    return unit === undefined || isThere(unit);
  });
  return Object.fromEntries(
    entries.map(([path, item]) => [
      path,
      typeof item === 'string' ? item.split('\n').filter(isMet).join('\n') : item,
    ]),
  );
}
