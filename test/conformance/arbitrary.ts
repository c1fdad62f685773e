import fc from 'fast-check';
import { bytesOf, dropInArbitrary, type Text, textArbitrary } from './arbitrary-text.js';
import { decided } from './decided.js';
import { CASTS, DROP_INS, OUTSIDE, ownersOf, targetsOf, WORDS } from './pools.js';
import { type Entry, file, link, LOAD_PATH, type Root } from './root.js';

const WEIGHTS = { common: 12, some: 5, rare: 1 } as const;

const dir = fc.constantFrom(...LOAD_PATH);

// Names are drawn as numbers, and mean something once the cast of the root is known.
const number = fc.nat(41);

type Cast = (typeof CASTS)[number];
type Part = (cast: Cast) => Entry;

function pick<T>(items: readonly [T, ...T[]], which: number): T {
  return items[which % items.length] ?? items[0];
}

function pickOwner(cast: Cast, which: number): string {
  const unit = pick(cast, which);
  return pick([unit, ...ownersOf(unit)], Math.floor(which / cast.length));
}

/** What may stand at a path instead of a file of text. */
type Form = 'text' | 'empty' | 'newline' | 'unreadable' | 'directory' | 'link';

function form(links: number): fc.Arbitrary<Form> {
  const odd = (['empty', 'newline', 'unreadable', 'directory'] as const).map((name) => ({
    arbitrary: fc.constant<Form>(name),
    weight: WEIGHTS.rare,
  }));
  return fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.constant<Form>('text'), weight: 2 * WEIGHTS.common },
    ...odd,
    { arbitrary: fc.constant<Form>('link'), weight: links },
  );
}

function entryOf(path: string, what: Form, text: Text, target: string): Entry {
  const type = /(\w+)(?:\.d\/[^/]*)?$/.exec(path)?.[1] ?? 'service';
  switch (what) {
    case 'text':
      return file(path, bytesOf(text, type));
    case 'empty':
      return file(path, '');
    case 'newline':
      return file(path, '\n');
    case 'unreadable':
      return file(path, bytesOf(text, type), 0);
    case 'directory':
      return { path, kind: 'dir' };
    case 'link':
      return link(path, target);
  }
}

/** Picks one of the places that a link in a directory may lead to. */
function target(at: string, cast: Cast, which: number): string {
  const [first = '', ...others] = targetsOf(at, pick(cast, which));
  return pick([first, ...others], Math.floor(which / cast.length));
}

const fragment = fc
  .tuple(dir, number, form(WEIGHTS.common), textArbitrary, number)
  .map(([at, which, what, text, to]): Part => {
    return (cast) => entryOf(`${at}/${pick(cast, which)}`, what, text, target(at, cast, to));
  });

// A link to another unit of the cast, by one of the ways that stay in the load path.
const alias = fc.tuple(dir, number, fc.nat(8)).map(([at, which, way]): Part => {
  return (cast) => {
    const other = pick(cast, which + 1 + (which % (cast.length - 1)));
    return link(`${at}/${pick(cast, which)}`, targetsOf(at, other)[way] ?? other);
  };
});

const outside = fc
  .tuple(number, form(WEIGHTS.some), textArbitrary, number)
  .map(([which, what, text, to]): Part => {
    const at = OUTSIDE.units;
    return (cast) => entryOf(`${at}/${pick(cast, which)}`, what, text, target(at, cast, to));
  });

const dropInName = fc.oneof(
  { withCrossShrink: true },
  { arbitrary: fc.constantFrom(...DROP_INS.slice(0, 4)), weight: 3 },
  { arbitrary: fc.constantFrom(...DROP_INS), weight: 1 },
);

const dropIn = fc
  .tuple(dir, number, dropInName, form(WEIGHTS.some), dropInArbitrary, number)
  .map(([at, which, name, what, text, to]): Part => {
    return (cast) => {
      const folder = `${at}/${pickOwner(cast, which)}.d`;
      return entryOf(`${folder}/${name}`, what, text, target(folder, cast, to));
    };
  });

// Drop-ins that only a link to their directory leads to.
const farDropIn = fc
  .tuple(fc.constantFrom(OUTSIDE.dropIns, `${LOAD_PATH[0]}/other.service.d`), dropInName, dropInArbitrary)
  .map(
    ([at, name, text]): Part =>
      () =>
        entryOf(`${at}/${name}`, 'text', text, ''),
  );

const dependencyLink = fc
  .tuple(
    dir,
    number,
    fc.constantFrom('wants', 'requires', 'upholds'),
    fc.constantFrom(...WORDS),
    form(40),
    dropInArbitrary,
    number,
  )
  .map(([at, which, kind, name, what, text, to]): Part => {
    return (cast) => {
      const folder = `${at}/${pickOwner(cast, which)}.${kind}`;
      return entryOf(`${folder}/${name.replaceAll('/', '_')}`, what, text, target(folder, cast, to));
    };
  });

const directoryLink = fc
  .tuple(dir, number, fc.constantFrom('d', 'd', 'wants', 'requires'), fc.nat(10))
  .map(([at, which, kind, to]): Part => {
    const targets = [
      `/${OUTSIDE.dropIns}`,
      `/${LOAD_PATH[0]}/other.service.d`,
      `/${OUTSIDE.dropIns}`,
      'other.service.d',
      `${'../'.repeat(at.split('/').length)}${OUTSIDE.dropIns}`,
      OUTSIDE.dropIns,
      `/${LOAD_PATH[3]}/foo.service.${kind}`,
      '/opt/nothing',
      `/${OUTSIDE.units}/link`,
      `/${OUTSIDE.units}/foo.service`,
    ];
    const [first = '', ...others] = targets;
    return (cast) => link(`${at}/${pickOwner(cast, which)}.${kind}`, pick([first, ...others], to));
  });

const extra = fc.constantFrom(
  link(`${OUTSIDE.units}/link`, `/${OUTSIDE.dropIns}`),
  link(`${OUTSIDE.units}/loop`, 'loop'),
  link(`${OUTSIDE.dropIns}/x.service`, '/usr/lib/systemd/system/x.service'),
);

/** Random roots; what the files alone do not decide is left out of them. */
export const rootArbitrary: fc.Arbitrary<Root> = fc
  .tuple(
    fc.constantFrom(...CASTS),
    fc.array(alias, { maxLength: 2 }),
    fc.array(fragment, { minLength: 1, maxLength: 6, size: 'max' }),
    // The first entry of a path wins, so a link to a directory goes before what would stand in it.
    fc.array(directoryLink, { maxLength: 1 }),
    fc.array(dropIn, { maxLength: 8, size: 'max' }),
    fc.array(dependencyLink, { maxLength: 4, size: 'max' }),
    fc.array(outside, { maxLength: 2 }),
    fc.array(farDropIn, { minLength: 1, maxLength: 2 }),
    fc.array(extra, { maxLength: 2 }),
  )
  .map(([cast, ...parts]) =>
    decided(parts.flat().map((part) => (typeof part === 'function' ? part(cast) : part))),
  );
