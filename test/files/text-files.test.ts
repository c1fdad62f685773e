import { describe, expect, test } from '@jest/globals';
import { rootPath as at } from '../../src/files/files.js';
import { type TextOrLink, TextFiles } from '../../src/files/text-files.js';
import { textSystem } from '../../src/system/open-system.js';

const files = new TextFiles(
  'a text',
  new Map<ReturnType<typeof at>, TextOrLink>([
    [at('/etc/units/a.service'), Buffer.from('[Unit]\n')],
    [at('/etc/units/a.service.d/1.conf'), Buffer.from('')],
    [at('/etc/units/masked.service'), { link: at('/dev/null') }],
    [at('/etc/units/alias.service'), { link: at('/etc/units/a.service') }],
  ]),
  [at('/etc/units'), at('/usr/units')],
);

describe('files that were given', () => {
  test('are there, and so are the directories above them', () => {
    expect(files.lstat(at('/etc/units/a.service'))).toMatchObject({ kind: 'file', size: 7 });
    expect(files.read(at('/etc/units/a.service')).toString()).toBe('[Unit]\n');
    for (const path of ['/', '/etc', '/usr/units', '/etc/units/a.service.d'])
      expect(files.lstat(at(path))).toMatchObject({ kind: 'directory' });
  });

  test('are listed', () => {
    const list = (path: string): unknown => {
      const listing = files.list(at(path));
      return listing
        ?.names()
        .map((name) => `${name} ${listing.kind(name)}`)
        .sort();
    };
    expect(list('/')).toEqual(['etc directory', 'usr directory']);
    expect(list('/etc/units')).toEqual([
      'a.service file',
      'a.service.d directory',
      'alias.service link',
      'masked.service link',
    ]);
    expect(list('/usr/units')).toEqual([]);
    expect(list('/etc/units/a.service')).toBeUndefined();
  });

  test('are found through links', () => {
    expect(files.readLink(at('/etc/units/alias.service'))).toBe('/etc/units/a.service');
    expect(files.follow(at('/etc/units/alias.service'))).toMatchObject({
      path: '/etc/units/a.service',
      links: 1,
    });
    expect(files.read(at('/etc/units/alias.service')).toString()).toBe('[Unit]\n');
    expect(files.follow(at('/etc/units/masked.service'))).toMatchObject({
      path: '/dev/null',
      info: undefined,
    });
  });

  test('are all that there is in a directory that is known', () => {
    expect(files.lstat(at('/usr/units/b.service'))).toBeUndefined();
    expect(files.list(at('/usr/units/b.service.d'))).toBeUndefined();
    expect(() => files.read(at('/usr/units/b.service'))).toThrow('ENOENT');
  });

  test('say nothing of the rest, which is not the same as that nothing is there', () => {
    for (const path of ['/etc/docker/daemon.json', '/etc/os-release', '/var'])
      for (const ask of [
        () => files.lstat(at(path)),
        () => files.follow(at(path)),
        () => files.list(at(path)),
      ])
        expect(ask).toThrow(`${path} was not given`);
  });
});

test('a system of them can be read, and never written', () => {
  const system = textSystem(files);
  expect(system.files()).toBe(files);
  expect(system.manager).toBeUndefined();
  expect(system.whyNotWritable()).toContain('there is no root to write to');
  const path = at('/etc/units/x');
  for (const write of [
    () => {
      system.writeFile(path, '');
    },
    () => {
      system.removeFile(path);
    },
    () => {
      system.makeDirectory(path);
    },
    () => {
      system.removeDirectory(path);
    },
  ])
    expect(write).toThrow('there is no root to write to');
});
