import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { saveTexts } from '../../src/system/evidence-directory.js';
import { fakeMachine, FLUSHED, saved, unit } from '../doctor/fake-machine.js';
import { type Run, run } from '../helpers/run.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const good = await saved({ rules: FLUSHED });

/** Evidence in which one file holds something else, as if that had been saved. */
function withFile(file: string, text: string): string {
  const table = JSON.parse(good['evidence.json'] ?? '') as { files: { file: string; length: number }[] };
  const files = table.files.map((one) => (one.file === file ? { ...one, length: text.length } : one));
  return makeRoot({ ...good, 'evidence.json': JSON.stringify({ ...table, files }), [file]: text });
}

const diagnose = (directory: string): Promise<Run> => run(['doctor', 'docker', '--from', directory]);

async function refused(directory: string, sentence: string): Promise<void> {
  const { status, out, err } = await diagnose(directory);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain(sentence);
}

describe('doctor --from trusts nothing in its directory', () => {
  test('a pipe that nobody writes to', async () => {
    const directory = makeRoot({ ...good });
    fs.rmSync(path.join(directory, 'journal.txt'));
    execFileSync('mkfifo', [path.join(directory, 'journal.txt')]);
    await refused(directory, 'journal.txt is not a regular file');
  });

  test.each(['/dev/zero', '/etc/hostname', 'iptables-save.txt'])('a link to %s', async (target) => {
    const directory = makeRoot({ ...good });
    fs.rmSync(path.join(directory, 'triggers.txt'));
    fs.symlinkSync(target, path.join(directory, 'triggers.txt'));
    await refused(directory, 'triggers.txt is a link');
  });

  test('a directory, and a file that is too large', async () => {
    const directory = makeRoot({ ...good });
    fs.truncateSync(path.join(directory, 'journal.txt'), 5 * 2 ** 20);
    await refused(directory, 'journal.txt is larger than 4 MiB');
    fs.rmSync(path.join(directory, 'journal.txt'));
    fs.mkdirSync(path.join(directory, 'journal.txt'));
    await refused(directory, 'journal.txt is not a regular file');
  });

  test.each([
    ['daemon.json', '{}', 'writesRules is missing'],
    ['daemon.json', 'null', 'is not an object'],
    ['daemon.json', '[]', 'is not an object'],
    ['daemon.json', '{"writesRules":"false"}', 'writesRules is neither true nor false'],
    ['protection.json', 'null', 'is not an object'],
    ['protection.json', '{"state":"x"}', 'state is none of protected'],
    ['docker-networks.jsonl', 'null\n', 'is not an object'],
    ['docker-networks.jsonl', '{"name":1}\n', 'name is not text'],
    ['docker-containers.jsonl', '{"name":"a","addresses":[1]}\n', 'addresses is not an object (number 1)'],
    ['docker-containers.jsonl', '{"__proto__":1}\n', 'name is missing'],
    [
      'evidence.json',
      '{"schema":"unit-patch/evidence@1","unit":"x","taken":"","files":[null]}',
      'files is not an object',
    ],
    ['evidence.json', '{"schema":"unit-patch/evidence@1","unit":1}', 'unit is not text'],
    ['evidence.json', '['.repeat(100_000), 'it is not JSON'],
  ])('%s: %s', async (file, text, why) => {
    await refused(withFile(file, text), `${file} is not what doctor --save writes: ${why}`);
  });

  test('a named file that is not one of ours', async () => {
    const contents = JSON.parse(good['evidence.json'] ?? '') as { files: object[] };
    const files = [...contents.files, { file: '../../etc/passwd', status: 0, length: 1, why: '' }];
    const directory = makeRoot({ ...good, 'evidence.json': JSON.stringify({ ...contents, files }) });
    await refused(directory, '../../etc/passwd is missing');
  });

  test('a time that no calendar has', async () => {
    const line = '99999999999999999.0 systemd[1]: Started iptables.service.\n';
    const { status, err } = await diagnose(withFile('journal.txt', line));
    expect({ status, err }).toEqual({ status: 1, err: '' });
  });
});

describe('doctor --save', () => {
  const empty = (directory: string): void => {
    expect(fs.readdirSync(directory)).toEqual([]);
  };

  test('makes its directory and files for their owner alone', async () => {
    const directory = path.join(makeRoot(), 'kept');
    await saveTexts(directory, { a: 'x' });
    expect(fs.statSync(directory).mode & 0o777).toBe(0o700);
    expect(fs.statSync(path.join(directory, 'a')).mode & 0o777).toBe(0o600);
  });

  test('takes an empty directory of this user', async () => {
    const directory = makeRoot();
    await saveTexts(directory, { a: 'x' });
    expect(fs.readFileSync(path.join(directory, 'a'), 'utf8')).toBe('x');
  });

  test.each(['', '/', '/.'])('follows no link to an empty directory, written as link%s', async (end) => {
    const [target, beside] = [makeRoot(), makeRoot()];
    fs.symlinkSync(target, path.join(beside, 'link'));
    await expect(saveTexts(`${beside}/link${end}`, { 'daemon.json': '{}' })).rejects.toThrow(
      'is a link, or not a directory',
    );
    empty(target);
  });

  test('takes no directory that others can write to', async () => {
    const directory = makeRoot();
    fs.chmodSync(directory, 0o777);
    await expect(saveTexts(directory, { a: 'x' })).rejects.toThrow('can be written by others');
    empty(directory);
  });

  test('leaves nothing that blocks the next one if it fails', async () => {
    const parent = makeRoot();
    const directory = path.join(parent, 'kept');
    await expect(saveTexts(directory, { a: 'x', 'no/such/place': 'y' })).rejects.toThrow(
      'nothing can be saved in',
    );
    empty(parent);
    await saveTexts(directory, { a: 'x' });
  });

  test('keeps no line of the journal that may hold a secret', async () => {
    const journal = [
      '5.1 systemd[1]: /etc/systemd/system/docker.service.d/p.conf:2: Invalid environment assignment, ignoring: A=hunter2',
      '5.2 systemd[1]: Started iptables.service - hunter2.',
      '',
    ].join('\n');
    const kept = await saved({ rules: FLUSHED, journal });
    expect(JSON.stringify(kept)).not.toContain('hunter2');
    expect(kept['journal.txt']).toBe('5.2 systemd[1]: Started iptables.service.\n');
  });
});

describe('doctor asks', () => {
  test('for the lines of trusted senders only, and for so many', async () => {
    const { raw, asked } = fakeMachine({ rules: FLUSHED, firewall: unit('iptables.service', 30) });
    await raw();
    const window = asked.find((line) => line.startsWith('journalctl') && line.includes('--since='));
    expect(window).toMatch(/ --lines=2000 _UID=0 \+ _EXE=\/usr\/bin\/sudo /);
  });

  test.each(['null', '{}', '[null]', '[{"ifname":1}]', '[{"ifname":"docker0","addr_info":[null]}]', 'x'])(
    'ip, which answers %s: that is no stack trace',
    async (answer) => {
      const { machine, raw } = fakeMachine({ version: null });
      const ask = machine.ask.bind(machine);
      machine.ask = (command) =>
        command[0] === 'ip' ? Promise.resolve({ status: 0, stdout: answer, stderr: '' }) : ask(command);
      const { contents } = await raw();
      expect(contents.files.find(({ file }) => file === 'interfaces.json')).toMatchObject({
        status: null,
        why: 'ip printed something else',
      });
    },
  );
});
