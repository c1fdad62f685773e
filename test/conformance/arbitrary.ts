import fc from 'fast-check';
import { bytesOf, dropInArbitrary, type Text, textArbitrary } from './arbitraryText.js';
import { decided } from './decided.js';
import { DROP_INS, OUTSIDE, OWNERS, targetsOf, UNITS, WORDS } from './pools.js';
import { type Entry, file, link, LOAD_PATH, type Root } from './root.js';

const WEIGHTS = { common: 12, some: 5, rare: 1 } as const;

const dir = fc.constantFrom(...LOAD_PATH);

// The first units of the pool more often, so that they gather files from many places.
const unit = fc.oneof(
  { withCrossShrink: true },
  { arbitrary: fc.constantFrom(...UNITS.slice(0, 6)), weight: 3 },
  { arbitrary: fc.constantFrom(...UNITS), weight: 2 },
);

const owner = fc.oneof(
  { withCrossShrink: true },
  { arbitrary: unit, weight: 3 },
  { arbitrary: fc.constantFrom(...OWNERS), weight: 2 },
);

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
function target(at: string, name: string, which: number): string {
  const targets = targetsOf(at, name);
  return targets[which % targets.length] ?? name;
}

const fragment = fc
  .tuple(dir, unit, form(WEIGHTS.common), textArbitrary, unit, fc.nat(20))
  .map(([at, name, what, text, other, which]) =>
    entryOf(`${at}/${name}`, what, text, target(at, other, which)),
  );

const outside = fc
  .tuple(unit, form(WEIGHTS.some), textArbitrary, unit, fc.nat(20))
  .map(([name, what, text, other, which]) =>
    entryOf(`${OUTSIDE.units}/${name}`, what, text, target(OUTSIDE.units, other, which)),
  );

const dropInDirectory = fc.oneof(
  { withCrossShrink: true },
  { arbitrary: fc.tuple(dir, owner).map(([at, of]) => `${at}/${of}.d`), weight: 2 * WEIGHTS.common },
  { arbitrary: fc.constantFrom(OUTSIDE.dropIns, `${LOAD_PATH[0]}/other.service.d`), weight: WEIGHTS.some },
);

const dropInName = fc.oneof(
  { withCrossShrink: true },
  { arbitrary: fc.constantFrom(...DROP_INS.slice(0, 4)), weight: 3 },
  { arbitrary: fc.constantFrom(...DROP_INS), weight: 1 },
);

const dropIn = fc
  .tuple(dropInDirectory, dropInName, form(WEIGHTS.some), dropInArbitrary, unit, fc.nat(20))
  .map(([at, name, what, text, other, which]) =>
    entryOf(`${at}/${name}`, what, text, target(at, other, which)),
  );

const dependencyDirectory = fc
  .tuple(dir, owner, fc.constantFrom('wants', 'requires', 'upholds'))
  .map(([at, of, kind]) => `${at}/${of}.${kind}`);

const dependencyLink = fc
  .tuple(dependencyDirectory, fc.constantFrom(...WORDS), form(40), dropInArbitrary, unit, fc.nat(20))
  .map(([at, name, what, text, other, which]) =>
    entryOf(`${at}/${name.replaceAll('/', '_')}`, what, text, target(at, other, which)),
  );

const directoryLink = fc
  .tuple(dir, owner, fc.constantFrom('d', 'd', 'wants', 'requires'), fc.nat(8))
  .map(([at, of, kind, which]) => {
    const targets = [
      `/${OUTSIDE.dropIns}`,
      `/${LOAD_PATH[0]}/other.service.d`,
      'other.service.d',
      `${'../'.repeat(at.split('/').length)}${OUTSIDE.dropIns}`,
      OUTSIDE.dropIns,
      `/${LOAD_PATH[3]}/foo.service.${kind}`,
      '/opt/nothing',
      `/${OUTSIDE.units}/link`,
      `/${OUTSIDE.units}/foo.service`,
    ];
    return link(`${at}/${of}.${kind}`, targets[which] ?? '/opt/nothing');
  });

const extra = fc.constantFrom(
  link(`${OUTSIDE.units}/link`, `/${OUTSIDE.dropIns}`),
  link(`${OUTSIDE.units}/loop`, 'loop'),
  link(`${OUTSIDE.dropIns}/x.service`, '/usr/lib/systemd/system/x.service'),
);

/** Random roots; what the files alone do not decide is left out of them. */
export const rootArbitrary: fc.Arbitrary<Root> = fc
  .tuple(
    fc.array(fragment, { minLength: 1, maxLength: 7 }),
    fc.array(dropIn, { maxLength: 8 }),
    fc.array(dependencyLink, { maxLength: 4 }),
    fc.array(outside, { maxLength: 2 }),
    fc.array(directoryLink, { maxLength: 2 }),
    fc.array(extra, { maxLength: 2 }),
  )
  // The first entry of a path wins, so a link to a directory goes before what would stand in it.
  .map(([fragments, dropIns, links, others, directories, extras]) =>
    decided([...fragments, ...directories, ...dropIns, ...links, ...others, ...extras]),
  );
