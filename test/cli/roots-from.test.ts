import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const roots = (): [string, string] => [makeRoot(withFirewall()), makeRoot(withFirewall())];

async function* given(text: string): AsyncGenerator<Buffer> {
  yield Promise.resolve(Buffer.from(text));
}

const check = (...argv: string[]) => run(['check', 'docker', ...argv]);

describe('check --roots-from names the roots, one per line:', () => {
  const left = (root: string): string =>
    `${root}: docker.service: missing: Requires=iptables.service After=iptables.service\n`;

  test('in a file', async () => {
    const [one, other] = roots();
    const file = `${makeRoot()}/roots`;
    fs.writeFileSync(file, `${one}\n\n${other}\n`);
    expect(await check('--roots-from', file)).toMatchObject({ status: 1, out: left(one) + left(other) });
  });

  test.each([
    ['as find prints them', '\n'],
    ['as find -print0 prints them', '\0'],
    ['with the line ends of Windows', '\r\n'],
  ])('on standard input, %s', async (_, end) => {
    const [one, other] = roots();
    const input = given([one, other, ''].join(end));
    expect(await run(['check', 'docker', '--roots-from', '-'], { input })).toMatchObject({
      status: 1,
      out: left(one) + left(other),
    });
  });

  test('a line feed in a name stays, if NUL separates the names', async () => {
    const input = given('/no\nsuch\0/place\0');
    const { out } = await run(['check', 'docker', '--roots-from', '-'], { input });
    expect(out).toMatch(/^\/no\\nsuch: .*\n\/place: .*\n$/);
  });

  test('after those of --root', async () => {
    const [one, other] = roots();
    const io = { input: given(other) };
    const { out } = await run(['check', 'docker', '--root', one, '--roots-from', '-'], io);
    expect(out).toBe(left(one) + left(other));
  });

  test('as JSON it is one array; a single root is not an array', async () => {
    const [one, other] = roots();
    const json = async (text: string): Promise<unknown> =>
      JSON.parse((await run(['check', 'docker', '--json', '--roots-from', '-'], { input: given(text) })).out);
    expect(await json(`${one}\n${other}`)).toMatchObject([{ root: one }, { root: other }]);
    expect(await json(one)).toMatchObject({ root: one });
  });
});

describe('a list that cannot be used is named, with the way out:', () => {
  test.each([
    ['nothing is there', () => '/nowhere/roots', '--roots-from: /nowhere/roots does not exist'],
    ['a directory', () => makeRoot(), 'is a directory'],
    ['an empty file', () => emptyFile(), 'names no root'],
    ['an empty name', () => '', '--roots-from is empty'],
  ])('%s', async (_, name, told) => {
    const { status, out, err } = await check('--roots-from', name());
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(told);
    expect(err).toContain('one directory per line');
  });

  test('one of two', async () => {
    const { status, err } = await check('--roots-from', 'a', '--roots-from', 'b');
    expect(status).toBe(2);
    expect(err).toContain('--roots-from was given 2 times');
  });

  test('a root that does not exist does not hide the others', async () => {
    const [one] = roots();
    const { status, out } = await run(['check', 'docker', '--roots-from', '-'], {
      input: given(`/nowhere\n${one}\n`),
    });
    expect(status).toBe(2);
    expect(out).toMatch(/^\/nowhere: docker\.service: cannot tell, .*\n.*: docker\.service: missing: /);
  });
});

function emptyFile(): string {
  const file = `${makeRoot()}/empty`;
  fs.writeFileSync(file, '\n\n');
  return file;
}
