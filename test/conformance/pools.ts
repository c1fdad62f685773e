// The words that random roots are made of: few, so that names meet often.
import { LOAD_PATH } from './root.js';

/** With the instance of a bare template in it, or twice in one word, this makes a name that is too long. */
export const LONG_NAME = `${'l'.repeat(238)}.service`;

/** Names under which units stand in the load path; templates are asked by an instance. */
export const UNITS = [
  'foo.service',
  'foo-bar.service',
  'alias.service',
  'foo@.service',
  'foo@i.service',
  'foo-bar@.service',
  'al-ias.service',
  'alias@.service',
  'foo-bar@i-j.service',
  'alias@i.service',
  'foo-bar-baz.service',
  'foo.socket',
  'foo.timer',
  'alias.timer',
  'foo.path',
  'foo.target',
  'foo-bar.slice',
  'foo.mount',
] as const;

/** Units that have to do with each other; a root is made of one such cast. */
export const CASTS: readonly (readonly [string, ...string[]])[] = [
  ['foo.service', 'alias.service', 'foo-bar.service'],
  ['foo-bar-baz.service', 'al-ias.service', 'foo-bar.service'],
  ['foo@.service', 'foo@i.service', 'alias@.service', 'alias@i.service'],
  ['foo-bar@.service', 'foo-bar@i-j.service', 'foo@.service', 'alias@.service', 'foo.service'],
  ['foo.timer', 'alias.timer', 'foo.service'],
  ['foo.socket', 'foo.path', 'foo.target', 'foo.service'],
  ['foo-bar.slice', 'foo.mount', 'foo.service', 'dev-foo-bar.device'],
  [LONG_NAME, 'alias.service', 'foo@.service'],
];

// Not the types of systemd's own units: those are loaded first, and what such directories name would be
// loaded before it is asked. The judge itself is a target.
const TYPES = ['service', 'timer', 'socket', 'path'];

/** What directories such as `foo-.service.d` are called after that a unit reads. */
export function ownersOf(unit: string): string[] {
  const [, prefix = '', instance = '', type = ''] = /^([^@]*)(@.*)?\.(\w+)$/.exec(unit) ?? [];
  const dashes = prefix.split('-').slice(0, -1);
  const prefixes = dashes.map((_, i) => `${dashes.slice(0, i + 1).join('-')}-`);
  const instances = instance === '' ? [''] : ['@', instance, ''];
  return [
    unit,
    unit.replace(/@.*\./, '@.'),
    ...prefixes.flatMap((start) => instances.map((end) => `${start}${end}.${type}`)),
    ...TYPES.filter((known) => known === type),
  ];
}

/** File names of drop-ins; the later ones do not count. */
export const DROP_INS = [
  '10.conf',
  '20.conf',
  'a.conf',
  'B.conf',
  '9.conf',
  '_.conf',
  'a b.conf',
  'é.conf',
  '.hidden.conf',
  'a.conf~',
  'a.config',
  'a.CONF',
] as const;

/** Words of lists of units: names, then specifiers, then words that are not names. */
export const WORDS = [
  'x.service',
  'y.timer',
  ...UNITS.filter((name) => !name.includes('@.')),
  'x@.service',
  'x-%j@.service',
  'name-of-ten@.service',
  'foo@.service',
  'a@b.mount',
  'dev-foo-bar.device',
  'foo.scope',
  '%n',
  '%N.socket',
  '%p.service',
  '%j.service',
  '%i.service',
  '%i',
  'x@%i.service',
  'x@%p.service',
  'foo@%i.service',
  'foo@a%i.service',
  'foo@%n.service',
  'alias@%i.service',
  'foo-%i.service',
  '%I.service',
  'x%P.service',
  '%J.service',
  'x@%%.service',
  'x%%y.service',
  '%z.service',
  '%',
  'x%.service',
  'foo',
  'foo.servic',
  '"x.service',
  'y.service"',
  "'z.service'",
  'x.service,y.service',
  '#',
  ';',
  'x.service#',
  '/x.service',
  'x.service\u00a0y.service',
  'x.service\u000by.service',
  '\ufeffx.service',
  'x\\x2dy.service',
  'ü.service',
] as const;

/** Every spelling of a setting that names units. */
export const DEPENDENCY_KEYS = [
  'After',
  'Requires',
  'Wants',
  'Before',
  'BindsTo',
  'PartOf',
  'Conflicts',
  'Requisite',
  'Upholds',
  'OnFailure',
  'OnSuccess',
  'PropagatesReloadTo',
  'ReloadPropagatedFrom',
  'PropagatesStopTo',
  'StopPropagatedFrom',
  'JoinsNamespaceOf',
  'BindTo',
  'PropagateReloadTo',
  'PropagateReloadFrom',
  'RequiresOverridable',
  'RequisiteOverridable',
] as const;

/** Directories besides the load path that links lead to, and their kind. */
export const OUTSIDE = { units: 'opt/units', dropIns: 'opt/drop-ins' } as const;

/** Where links may lead that stand in a directory and mean a file of some name. */
export function targetsOf(dir: string, name: string): string[] {
  const up = '../'.repeat(dir.split('/').length);
  return [
    name,
    ...LOAD_PATH.map((path) => `/${path}/${name}`),
    `${up}${LOAD_PATH[0]}/${name}`,
    `${up}${LOAD_PATH[3]}/${name}`,
    `/lib/systemd/system/${name}`,
    `./${name}`,
    `/${OUTSIDE.units}/${name}`,
    `${up}${OUTSIDE.units}/${name}`,
    '/dev/null',
    `${up}dev/null`,
    `/${OUTSIDE.units}/nothing`,
  ];
}
