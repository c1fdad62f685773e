import { afterAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fs from 'fs-extra';
import path from 'node:path';
import { openRoot } from '../../src/files/open-root.js';
import { RootSystem } from '../../src/system/root-system.js';
import type { Manager } from '../../src/system/system.js';
import { fakeMachine, FLUSHED, unit } from '../doctor/fake-machine.js';
import { docker, firewall, OURS, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { complaints, SCHEMAS } from '../helpers/schemas.js';
import { link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';

afterAll(removeTrees);

const LIB = '/usr/lib/systemd/system';
const ETC = '/etc/systemd/system';
const example = path.resolve('examples/centos-7');

const trees: [what: string, tree: Tree][] = [
  ['a firewall that is enabled', withFirewall()],
  [
    'a part that is in force',
    withFirewall('nftables.service', {
      [`${ETC}/docker.service.d/a.conf`]: '[Unit]\nAfter=nftables.service\n',
    }),
  ],
  [
    'a link and the other side say it',
    withFirewall('iptables.service', {
      [`${LIB}/iptables.service`]: firewall('Before=docker.service'),
      [`${ETC}/docker.service.requires/iptables.service`]: link(`${LIB}/iptables.service`),
    }),
  ],
  ['no need', withFirewall('firewalld.service')],
  ['no unit', {}],
  ['no firewall', { [`${LIB}/docker.service`]: docker() }],
  ['a masked unit', withFirewall('iptables.service', { [`${ETC}/docker.service`]: link('/dev/null') })],
  ['a file that is not ours', withFirewall('iptables.service', { [OURS]: '[Unit]\n' })],
  [
    'an edited file of ours',
    withFirewall('iptables.service', { [OURS]: '# Written by unit-patch\n[Unit]\n' }),
  ],
  [
    'lines that systemd drops',
    withFirewall('iptables.service', {
      [`${LIB}/docker.service`]: 'x=y\n[Unit]\nBogus=1\nAfter=%i /x y\nwhat\n[Service]\nExecStart=/bin/x\n',
    }),
  ],
  ['an alias', withFirewall('iptables.service', { [`${LIB}/dock.service`]: link('docker.service') })],
  [
    'names that are not text',
    withFirewall('iptables.service', {
      [`${ETC}/docker.service.d/\u001b[31m "\`.conf`]: '[Unit]\nAfter=a\\x2db.service\n',
    }),
  ],
];
const roots: [string, () => string][] = [
  ['the example', () => example],
  ...trees.map(([what, tree]): [string, () => string] => [what, () => makeRoot(tree)]),
];

/** What a run printed, as JSON; undefined if it printed nothing, since it made nothing. */
async function printed(...argv: string[]): Promise<unknown> {
  const { out } = await run([...argv, '--json']);
  return out === '' ? undefined : (JSON.parse(out) as unknown);
}

describe('everything that is printed is as its schema says, and no more', () => {
  test.each(roots)('%s', async (_, make) => {
    const root = ['--root', make()];
    const documents = [
      await printed('check', 'docker', 'a.service', ...root),
      await printed('show', 'docker.service', ...root),
      await printed('show', 'dock.service', ...root),
      await printed('compare', 'docker', ...root),
      await printed('docker', '-n', ...root),
      await printed('docker', '-n', '--relation', 'part-of', ...root),
      await printed('docker', '-n', '--follow', 'gone.service', ...root),
      await printed('docker', '-n', '--follow', 'gone.service', '--force', 'followed-missing', ...root),
      await printed('revert', 'docker', '-n', ...root),
      await printed('revert', 'docker', '-n', '--force', 'edited', ...root),
    ].filter((document) => document !== undefined);
    expect(documents.length).toBeGreaterThan(3);
    for (const document of documents) expect(complaints(document)).toEqual([]);
  });

  test('several roots, and plans that were applied, changed and reverted', async () => {
    const both = [makeRoot(withFirewall()), makeRoot(withFirewall('nftables.service'))];
    const args = both.flatMap((root) => ['--root', root]);
    for (const command of [
      ['docker', '--yes'],
      ['docker', '--relation', 'part-of', '--yes'],
      ['check', 'docker', 'x.service'],
      ['show', 'docker.service'],
      ['revert', 'docker', '--yes'],
    ]) {
      const documents = await printed(...command, ...args);
      expect(Array.isArray(documents)).toBe(true);
      expect(complaints(documents)).toEqual([]);
    }
  });

  test('an application that failed', async () => {
    const root = makeRoot(withFirewall());
    class Full extends RootSystem {
      override writeFile(): never {
        throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      }
    }
    const { status, out } = await run(['docker', '--json', '--yes'], {
      openSystem: () => new Full(openRoot(root), undefined),
    });
    expect(status).toBe(4);
    expect(complaints(JSON.parse(out))).toEqual([]);
    expect(out).toContain('"reason"');
  });

  test('doctor, and the evidence that it saves', async () => {
    const answer = { status: 0, stdout: '', stderr: '' };
    const manager: Manager = {
      about: () => ({ systemd: 257 }),
      isActive: () => true,
      activeUnits: () => [],
      reload: () => answer,
      show: () => answer,
    };
    const root = makeRoot(withFirewall());
    const saved = path.join(makeRoot(), 'saved');
    for (const different of [{}, { rules: FLUSHED, firewall: unit('iptables.service', 30) }]) {
      const { out } = await run(
        ['doctor', 'docker', '--json', ...('rules' in different ? ['--save', saved] : [])],
        {
          openSystem: () => new RootSystem(openRoot(root), manager),
          machine: fakeMachine(different).machine,
        },
      );
      expect(complaints(JSON.parse(out))).toEqual([]);
      expect(JSON.parse(out)).toMatchObject({ state: 'rules' in different ? 'broken' : 'healthy' });
    }
    expect(complaints(fs.readJsonSync(path.join(saved, 'evidence.json')))).toEqual([]);
  });
});

describe('a member that no schema describes is noticed', () => {
  const sample = async (): Promise<unknown[]> => [
    await printed('docker', '-n', '--root', example),
    await printed('show', 'docker.service', '--root', example),
    await printed('check', 'x.service', '--root', example),
    await printed('compare', 'docker', '--root', example),
  ];

  test('a new member, wherever it is', async () => {
    for (const document of await sample()) {
      expect(complaints(document)).toEqual([]);
      // The dependencies of a unit are a map: any name of a setting is one of its members.
      for (const [place, object] of objectsIn(document).filter(([at]) => at !== '/dependencies')) {
        object['new-member'] = 1;
        expect([place, complaints(document)]).toEqual([
          place,
          expect.arrayContaining([expect.stringContaining('new-member')]),
        ]);
        delete object['new-member'];
      }
    }
  });

  test('a member that is gone or of another type', async () => {
    for (const document of await sample())
      for (const [place, object] of objectsIn(document).filter(([at]) => at !== '/dependencies'))
        for (const [key, value] of Object.entries(object)) {
          Reflect.deleteProperty(object, key);
          expect([place, key, key === 'schema' ? ['x'] : complaints(document)]).not.toEqual([place, key, []]);
          object[key] = typeof value === 'number' ? 'x' : 1;
          expect([place, key, complaints(document)]).not.toEqual([place, key, []]);
          object[key] = value;
        }
  });

  test('a word that the schema does not list', async () => {
    const words = ['command', 'relation', 'level', 'action', 'event', 'outcome', 'loadState', 'schema'];
    const seen = new Set<string>();
    for (const document of await sample())
      for (const [place, object] of objectsIn(document))
        for (const key of words.filter((word) => typeof object[word] === 'string')) {
          const value = object[key];
          object[key] = 'other';
          expect([place, key, complaints(document)]).not.toEqual([place, key, []]);
          object[key] = value;
          seen.add(key);
        }
    expect([...seen].sort()).toEqual(words.sort());
  });

  test('a document without a schema', () => {
    expect(complaints({ schema: 'unit-patch/other@1' })).toEqual(['there is no schema unit-patch/other@1']);
  });
});

describe.each([...SCHEMAS])('%s', (name, schema) => {
  test('is of draft 2020-12, has a name of its own that is no address, and says what each member is', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: name.replace('unit-patch/', 'urn:unit-patch:'),
      properties: { schema: { const: name } },
    });
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema as object);
    expect(validate({})).toBe(false);
    const silent = objectsIn(schema).flatMap(([place, { properties }]) =>
      Object.entries((properties ?? {}) as Record<string, Record<string, unknown>>)
        .filter(([, one]) => typeof describedBy(one, schema).description !== 'string')
        .map(([key]) => `${place}/${key}`),
    );
    expect(silent).toEqual([]);
  });
});

test('readers may pass over what they do not know: the schemas as they are shipped are open', async () => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  const document = (await printed('docker', '-n', '--root', example)) as object;
  const validate = ajv.compile(SCHEMAS.get('unit-patch/plan@1') as object);
  expect(validate({ ...document, later: 1 })).toBe(true);
});

type Values = Record<string, unknown>;

/** A member without words of its own is described by its type. */
function describedBy(member: Values, schema: unknown): Values {
  if (member.description !== undefined || typeof member.$ref !== 'string') return member;
  const { $defs } = schema as { $defs: Record<string, Values> };
  return $defs[member.$ref.replace('#/$defs/', '')] ?? {};
}

/** Every object of a document, and where it is. */
function objectsIn(value: unknown, place = ''): [place: string, object: Values][] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([key, one]) => objectsIn(one, `${place}/${key}`));
  return Array.isArray(value) ? inside : [[place, value as Values], ...inside];
}
