import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { openRoot } from '../../src/files/open-root.js';
import type { PlanReport } from '../../src/report/plan-json.js';
import { RootSystem } from '../../src/system/root-system.js';
import { docker, OURS, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { planned, refusedIn, rootAndPlan, save, tampered } from '../helpers/saved-plans.js';
import { addTo, fingerprint, link, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const LIB = '/usr/lib/systemd/system';
const ETC = '/etc/systemd/system';

describe('unit-patch apply', () => {
  test('writes nothing with --dry-run, and shows the patch', async () => {
    const { root, plan } = await rootAndPlan();
    const before = fingerprint(root);
    const { status, out, err } = await run(['apply', plan, '-n']);
    expect(status).toBe(0);
    expect(out).toBe((await run(['docker', '-n', '--root', root])).out);
    expect(err).toContain('dry run: nothing was written');
    expect((await run(['apply', plan, '-n', '--exit-code'])).status).toBe(1);
    expect(fingerprint(root)).toBe(before);
  });

  test('makes the changes of the plan; a second time there is nothing to do', async () => {
    const { root, plan } = await rootAndPlan();
    const { status } = await run(['apply', plan, '--yes']);
    expect(status).toBe(0);
    const { changes } = fs.readJsonSync(plan) as PlanReport;
    expect(fs.readFileSync(root + OURS, 'utf8')).toBe(changes[0]?.after);
    const before = fingerprint(root);
    const again = await run(['apply', plan, '--yes']);
    expect(again).toMatchObject({ status: 0, out: '' });
    expect(again.err).toContain('nothing to write');
    expect(fingerprint(root)).toBe(before);
  });

  test('asks as the patch itself does', async () => {
    const { root, plan } = await rootAndPlan();
    const asked: string[] = [];
    const ask = (question: string): Promise<string> => Promise.resolve(asked.push(question) > 1 ? 'y' : 'n');
    expect((await run(['apply', plan], { ask })).status).toBe(1);
    expect(fs.existsSync(root + OURS)).toBe(false);
    expect((await run(['apply', plan], { ask })).status).toBe(0);
    const question = `Write this file into ${root}?\n[y]es, [N]o, [d]iff in full, [c]ompare relations: `;
    expect(asked).toEqual([question, question]);
  });

  test('reverts too, also twice', async () => {
    const { root, plan } = await rootAndPlan();
    const before = fingerprint(root);
    await run(['apply', plan, '--yes']);
    const back = await planned('revert', 'docker', '--root', root);
    expect((await run(['apply', back, '--yes'])).out).toContain('deleted file mode');
    expect(fingerprint(root)).toBe(before);
    expect(await run(['apply', back, '--yes'])).toMatchObject({ status: 0, out: '' });
  });

  test('repeats the request: the unit to follow, the relation, the forced codes', async () => {
    const root = makeRoot({ [`${LIB}/a.service`]: docker(), [`${ETC}/b.service`]: link('/dev/null') });
    const request = ['a.service', '--follow', 'b.service', '--relation', 'part-of'];
    const plan = await planned(...request, '--force', 'followed-masked', '--root', root);
    const refused = await refusedIn(root, plan);
    expect(refused.status).toBe(3);
    expect(refused.err).toContain('plan.json was made with --force followed-masked');
    expect(refused.err).toMatch(/unit-patch apply \S+plan\.json --force followed-masked/);
    const { status, err } = await run(['apply', plan, '--force', 'followed-masked', '--yes']);
    expect(err).toContain('forced [followed-masked]');
    expect(status).toBe(0);
    const file = `${root}${ETC}/a.service.d/50-follow-b.service.conf`;
    expect(fs.readFileSync(file, 'utf8')).toContain('PartOf=b.service\n');
  });

  test('of several roots: all of them, or none if one is stale', async () => {
    const roots = [makeRoot(withFirewall()), makeRoot(withFirewall('nftables.service'))];
    const plan = await planned('docker', ...roots.flatMap((root) => ['--root', root]));
    addTo(roots[1] ?? '', { [`${ETC}/docker.service.d/10-a.conf`]: '[Unit]\n' });
    expect((await refusedIn(roots[0] ?? '', plan)).status).toBe(3);
    fs.removeSync(`${roots[1] ?? ''}${ETC}/docker.service.d`);
    const { status, out } = await run(['apply', plan, '--json', '--yes']);
    expect(status).toBe(0);
    expect((JSON.parse(out) as PlanReport[]).map(({ root }) => root)).toEqual(roots);
    for (const root of roots) expect(fs.existsSync(root + OURS)).toBe(true);
  });

  test('--root is another root, or several, whose files are the same', async () => {
    const { root, plan } = await rootAndPlan();
    const others = [makeRoot(withFirewall()), makeRoot(withFirewall())];
    const before = fingerprint(root);
    expect(
      (await run(['apply', plan, ...others.flatMap((other) => ['--root', other]), '--yes'])).status,
    ).toBe(0);
    for (const other of others) expect(fs.existsSync(other + OURS)).toBe(true);
    expect(fingerprint(root)).toBe(before);
  });

  test('a plan of the running system is for the running system', async () => {
    const { root } = await rootAndPlan();
    const opened: (string | undefined)[] = [];
    const openSystem = (asked?: string): RootSystem => {
      opened.push(asked);
      return new RootSystem(openRoot(root), undefined);
    };
    const { out } = await run(['docker', '-n', '--json'], { openSystem });
    await run(['apply', tampered(save(out), ({ plan }) => (plan.root = '/')), '--yes'], { openSystem });
    expect(opened).toEqual([undefined, undefined]);
    expect(fs.existsSync(root + OURS)).toBe(true);
  });

  test('where there was nothing to do, and still is not', async () => {
    const { root, plan } = await rootAndPlan();
    await run(['apply', plan, '--yes']);
    expect(await run(['apply', await planned('docker', '--root', root), '--yes'])).toMatchObject({
      status: 0,
      out: '',
    });
  });

  test('a plan that was refused is refused again', async () => {
    const root = makeRoot(withFirewall());
    const plan = await planned('docker', '--follow', 'gone.service', '--root', root);
    const { status, err } = await refusedIn(root, plan);
    expect(status).toBe(3);
    expect(err).toContain('refused [followed-missing]');
  });
});

describe('a stale plan ends with 3, and the file that changed is named:', () => {
  const before = { [`${ETC}/docker.service.d/10-a.conf`]: '[Unit]\nDescription=a\n' };
  const moves: [what: string, move: (root: string) => void, said: string][] = [
    [
      'changed',
      (root) => {
        addTo(root, { [`${ETC}/docker.service.d/10-a.conf`]: '[Unit]\nDescription=b\n' });
      },
      `${ETC}/docker.service.d/10-a.conf changed since the plan was made`,
    ],
    [
      'new',
      (root) => {
        addTo(root, { [`${ETC}/docker.service.d/20.conf`]: '[Unit]\n' });
      },
      `${ETC}/docker.service.d/20.conf is new since`,
    ],
    [
      'gone',
      (root) => {
        fs.removeSync(`${root}${ETC}/docker.service.d/10-a.conf`);
      },
      `${ETC}/docker.service.d/10-a.conf is gone`,
    ],
    [
      'of the firewall',
      (root) => {
        fs.appendFileSync(`${root}${LIB}/iptables.service`, '# x\n');
      },
      `${LIB}/iptables.service changed since`,
    ],
    [
      'our own',
      (root) => {
        addTo(root, { [OURS]: '[Unit]\n' });
      },
      `${OURS} is new since`,
    ],
    [
      'the unit itself is gone',
      (root) => {
        fs.removeSync(`${root}${LIB}/docker.service`);
      },
      `${LIB}/docker.service is gone`,
    ],
    [
      'the unit is masked',
      (root) => {
        addTo(root, { [`${ETC}/docker.service`]: link('/dev/null') });
      },
      'docker.service is masked',
    ],
  ];
  test.each(moves)('%s', async (_, move, said) => {
    const { root, plan } = await rootAndPlan(before);
    move(root);
    const { status, err } = await refusedIn(root, plan);
    expect(err).toContain(said);
    // Where no file moved that the plan was made from, the unit itself cannot serve.
    expect(status).toBe(said.includes('masked') ? 2 : 3);
  });

  test('another firewall is in use now', async () => {
    const { root, plan } = await rootAndPlan(withFirewall('nftables.service'));
    fs.removeSync(`${root}${ETC}/multi-user.target.wants/iptables.service`);
    const { status, err } = await refusedIn(root, plan);
    expect({ status, err }).toMatchObject({
      status: 3,
      err: expect.stringContaining(`${LIB}/nftables.service is new`),
    });
  });

  test('somebody else has written the same before: there is nothing to do', async () => {
    const { root, plan } = await rootAndPlan();
    await run(['docker', '--root', root, '--yes']);
    expect((await refusedIn(root, plan)).status).toBe(0);
  });

  test('a plan from another root does not fit this one', async () => {
    const { plan } = await rootAndPlan();
    const other = makeRoot(withFirewall('iptables.service', before));
    const { status, err } = await refusedIn(other, plan, '--root', other);
    expect(status).toBe(3);
    expect(err).toContain(`does not fit ${other}: ${ETC}/docker.service.d/10-a.conf is new`);
  });
});
