import { afterAll, expect, test } from '@jest/globals';
import type { PlanReport } from '../../src/report/plan-json.js';
import { docker, firewall, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { fingerprint, link, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const LIB = '/usr/lib/systemd/system';
const masked = { '/etc/systemd/system/fw.service': link('/dev/null'), [`${LIB}/docker.service`]: docker() };
const follow = ['--follow', 'fw.service'];

test('a refusal writes nothing, and ends with 3', async () => {
  const root = makeRoot(masked);
  const before = fingerprint(root);
  const { status, out, err } = await run(['docker', '--root', root, ...follow, '--yes']);
  expect({ status, out }).toEqual({ status: 3, out: '' });
  expect(err).toContain('refused [followed-masked]');
  expect(fingerprint(root)).toBe(before);
});

test('--force overrides the finding that it names: it is shown as a warning, and the file is written', async () => {
  const root = makeRoot(masked);
  const { status, err } = await run([
    'docker',
    '--root',
    root,
    ...follow,
    '--force',
    'followed-masked',
    '--yes',
  ]);
  expect(status).toBe(0);
  expect(err).toContain('forced [followed-masked]');
  expect(fingerprint(root)).toContain('docker.service.d/50-follow-fw.service.conf');
});

test('--force overrides no other one, and may be given twice', async () => {
  const root = makeRoot({
    [`${LIB}/docker.service`]: docker('Before=fw.service'),
    [`${LIB}/fw.service`]: firewall(),
  });
  const args = ['docker', '--root', root, ...follow, '-n', '--json', '--force', 'followed-disabled'];
  const one = await run(args);
  expect(one.status).toBe(3);
  const levels = ({ out }: { out: string }): string[] =>
    (JSON.parse(out) as PlanReport).findings.map(
      ({ level, code, forced }) => `${level} ${code} ${forced ?? false}`,
    );
  expect(levels(one)).toContain('refuse ordering-cycle false');
  expect(levels(one)).toContain('warn followed-disabled true');
  const both = await run([...args, '--force', 'ordering-cycle']);
  expect(both.status).toBe(0);
  expect(levels(both)).toContain('warn ordering-cycle true');
});

test.each([
  ['no-such-code', 'there is no such refusal'],
  ['start-limit', 'there is no such refusal'],
  ['name-taken', 'unit-patch never does that'],
])('--force %s is wrong usage', async (code, why) => {
  const { status, err } = await run(['docker', '--root', makeRoot(withFirewall()), '--force', code]);
  expect(status).toBe(2);
  expect(err).toContain(why);
  expect(err).toContain('what may be forced: cannot-start');
});
