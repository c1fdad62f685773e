import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { type RootPath, rootPath } from '../../src/files/files.js';
import { openRoot } from '../../src/files/open-root.js';
import { RootSystem } from '../../src/system/root-system.js';
import { addTo, directory, fingerprint, link, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

/** Directories of an image that would be the machine's `outside`, were their links followed by the kernel. */
const ways = [
  ['an absolute link', '/absolute'],
  ['a link with ".."', '/dotdot'],
  ['a link with more ".." than there are directories', '/many'],
  ['a link to a link', '/chain'],
  ['a link in a directory that is a link', '/linked/absolute'],
  ['".." in the path itself', '/../outside'],
] as const;

interface Machine {
  readonly outside: string;
  readonly image: string;
}

/** A directory with files beside an image whose links all try to get out to it. */
function makeMachine(): Machine {
  const machine = makeRoot({ 'outside/secret': 'secret', 'outside/sub/secret': 'secret' });
  const [outside, image] = [`${machine}/outside`, `${machine}/image`];
  addTo(image, {
    absolute: link(outside),
    dotdot: link('../outside'),
    many: link(`${'../'.repeat(40)}${outside.slice(1)}`),
    chain: link('absolute'),
    'real/absolute': link(outside),
    linked: link('real'),
  });
  return { outside, image };
}

/** What is outside, with the times of its directories: those tell of a temporary file too. */
function stateOf(outside: string): string {
  const times = [outside, `${outside}/sub`].map((place) => fs.statSync(place).mtimeMs);
  return [fingerprint(outside), ...times].join('\n');
}

/** Everything that may be done to a root, on what would be files and directories outside. */
const acts: [what: string, act: (system: RootSystem, within: (name: string) => RootPath) => void][] = [
  [
    'written',
    (system, within) => {
      system.writeFile(within('new'), 'x');
    },
  ],
  [
    'written further below',
    (system, within) => {
      system.writeFile(within('sub/new'), 'x');
    },
  ],
  [
    'replaced',
    (system, within) => {
      system.writeFile(within('secret'), 'x');
    },
  ],
  [
    'made, a directory,',
    (system, within) => {
      system.makeDirectory(within('made'));
    },
  ],
  [
    'removed, a file,',
    (system, within) => {
      system.removeFile(within('secret'));
    },
  ],
  [
    'removed, a directory,',
    (system, within) => {
      system.removeDirectory(within('sub'));
    },
  ],
  ['read', (system, within) => void system.files().read(within('secret'))],
  ['read further below', (system, within) => void system.files().read(within('sub/secret'))],
];

/** Does it in an image, and checks that it throws and that nothing outside has changed. */
function mustStayInside({ outside, image }: Machine, dir: string, act: (typeof acts)[number][1]): void {
  const before = stateOf(outside);
  const system = new RootSystem(openRoot(image), undefined);
  expect(() => {
    act(system, (name) => rootPath(`${dir}/${name}`));
  }).toThrow();
  expect(stateOf(outside)).toBe(before);
}

describe.each(ways)('through %s', (_, way) => {
  test.each(acts)('nothing is %s outside a root', (_what, act) => {
    mustStayInside(makeMachine(), way, act);
  });

  test('nothing outside a root is seen', () => {
    const files = openRoot(makeMachine().image);
    expect(files.lstat(rootPath(`${way}/secret`))).toBeUndefined();
    expect(files.follow(rootPath(`${way}/secret`)).info).toBeUndefined();
    expect(files.list(rootPath(way))).toBeUndefined();
    expect(files.list(rootPath(`${way}/sub`))).toBeUndefined();
  });

  test('a file is written where the link leads inside the root, also if this machine has the same path', () => {
    const { outside, image } = makeMachine();
    // Inside the image the links lead here.
    addTo(image, { [outside]: directory, outside: directory });
    const before = stateOf(outside);
    new RootSystem(openRoot(image), undefined).writeFile(rootPath(`${way}/new`), 'x');
    expect(stateOf(outside)).toBe(before);
    expect(
      openRoot(image)
        .read(rootPath(`${way}/new`))
        .toString(),
    ).toBe('x');
  });
});

describe('through a loop of links inside a root, which on this machine is none,', () => {
  /** The path of `outside` is a link to itself inside the image. */
  function makeLoop(): Machine {
    const machine = makeMachine();
    addTo(machine.image, { [machine.outside]: link(machine.outside) });
    return machine;
  }

  test.each(acts)('nothing is %s outside a root', (_, act) => {
    mustStayInside(makeLoop(), '/absolute', act);
    const machine = makeLoop();
    mustStayInside(machine, machine.outside, act);
  });

  test('no file is read', () => {
    const { outside, image } = makeMachine();
    const secret = `${outside}/secret`;
    addTo(image, { [secret]: link(secret), link: link(secret) });
    expect(() => openRoot(image).read(rootPath('/link'))).toThrow();
    expect(() => openRoot(image).read(rootPath(secret))).toThrow();
  });
});
