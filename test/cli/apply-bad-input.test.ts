import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { OURS, withFirewall } from '../helpers/docker.js';
import { installCommand } from '../helpers/installed.js';
import { run } from '../helpers/run.js';
import { planned, refusedIn, rootAndPlan, save } from '../helpers/saved-plans.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';

afterAll(removeTrees);

describe('an input that is not a plan ends with 2', () => {
  const texts: [what: string, text: string, said: string][] = [
    ['empty', '', 'plan.json is empty'],
    ['blank', ' \n', 'plan.json is empty'],
    ['no JSON', 'diff --git a/x b/x\n', 'is not JSON, or not all of it'],
    ['bytes', '\0\x1b[31m', 'is not JSON'],
    ['a number', '1', 'is not a plan'],
    ['null', 'null', 'is not a plan'],
    ['an empty list', '[]', 'holds no plan'],
    ['a list of lists', '[[]]', 'is not a plan'],
    ['another document', '{"a":1}', 'is not a plan'],
    ['very deep', '['.repeat(200_000), 'is not JSON'],
    [
      'another version',
      '{"schema":"unit-patch/plan@2"}',
      'is "unit-patch/plan@2", which is not unit-patch/plan@1',
    ],
    ['nothing but the schema', '{"schema":"unit-patch/plan@1"}', 'is missing, or not what it should be'],
  ];
  test.each(texts)('%s', async (_, text, said) => {
    const { status, out, err } = await run(['apply', save(text)]);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(said);
    expect(err).toContain('--json --dry-run > plan.json');
  });

  test.each([
    ['check', 'x.service'],
    ['show', 'docker.service'],
  ])('what %s prints', async (...argv) => {
    const { out } = await run([...argv, '--json', '--root', makeRoot(withFirewall())]);
    const { status, err } = await run(['apply', save(out)]);
    expect(status).toBe(2);
    expect(err).toMatch(/is "unit-patch\/(error|show)@1", which is not unit-patch\/plan@1/);
  });

  test('a plan that was cut off', async () => {
    const { root, plan } = await rootAndPlan();
    const text = fs.readFileSync(plan, 'utf8');
    const { status, err } = await refusedIn(root, save(text.slice(0, text.length / 2)));
    expect({ status, err }).toMatchObject({ status: 2, err: expect.stringContaining('not all of it') });
  });

  test('a missing file, a directory, a file without end, a name that is empty', async () => {
    const directory = makeRoot({ '/file': '' });
    expect((await run(['apply', path.join(directory, 'x')])).err).toContain('x does not exist');
    expect((await run(['apply', path.join(directory, 'file/x')])).err).toContain('cannot be read (ENOTDIR)');
    expect((await run(['apply', directory])).err).toContain('is a directory');
    expect((await run(['apply', ''])).err).toContain('the name of the plan is empty');
    const { status, err } = await run(['apply', '/dev/zero']);
    expect({ status, err }).toMatchObject({
      status: 2,
      err: expect.stringContaining('is larger than 8 MiB'),
    });
  });

  test('several plans have their own roots', async () => {
    const roots = [makeRoot(withFirewall()), makeRoot(withFirewall())];
    const plan = await planned('docker', ...roots.flatMap((root) => ['--root', root]));
    const { status, err } = await refusedIn(roots[0] ?? '', plan, '--root', roots[0] ?? '');
    expect({ status, err }).toMatchObject({ status: 2, err: expect.stringContaining('holds 2 plans') });
  });

  test('--force and --exit-code alone are usage errors', async () => {
    const { root, plan } = await rootAndPlan();
    expect((await refusedIn(root, plan, '--force', 'edited')).err).toContain(
      'plan.json was made without --force edited',
    );
    expect((await refusedIn(root, plan, '--exit-code')).err).toContain('--exit-code is for --dry-run');
  });
});

describe('standard input', () => {
  const command = (input: string): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, ['dist/bin/unit-patch.cjs', 'apply', '-', '--yes'], {
      input,
      encoding: 'utf8',
    });

  test('- reads the plan from there', async () => {
    const { root, plan } = await rootAndPlan();
    expect(command(fs.readFileSync(plan, 'utf8')).status).toBe(0);
    expect(fs.existsSync(root + OURS)).toBe(true);
  });

  test('nothing comes from there, or it is closed', () => {
    expect(command('')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('standard input is empty'),
    });
    const shell = `"${process.execPath}" dist/bin/unit-patch.cjs apply - <&-`;
    const { status, stderr } = spawnSync('sh', ['-c', shell], { encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('standard input'),
    });
  });
});

const whyNotNobody = process.geteuid?.() === 0 ? undefined : 'it takes root to become somebody else';
describeWhere(whyNotNobody, 'as a user who may not read the plan', () => {
  test('it says so', () => {
    const at = makeRoot({ 'plan.json': '{}' });
    fs.chmodSync(at, 0o755);
    fs.chmodSync(path.join(at, 'plan.json'), 0o600);
    const args = [installCommand(at), 'apply', path.join(at, 'plan.json')];
    const { status, stderr } = spawnSync(process.execPath, args, {
      uid: 65534,
      gid: 65534,
      encoding: 'utf8',
      cwd: '/',
    });
    expect(stderr).toContain('plan.json cannot be read by this user (EACCES)');
    expect(status).toBe(2);
  });
});
