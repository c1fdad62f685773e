import { afterAll, describe, expect, test } from '@jest/globals';
import type { Comparison } from '../../src/plan/compare.js';
import { firewall, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { complaints } from '../helpers/schemas.js';
import { fingerprint, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { nftables, OWN_STOP, OWN_TABLE } from '../plan/findings/firewalls.js';

afterAll(removeTrees);

const LIB = '/usr/lib/systemd/system';

/** An enabled firewall whose start needs a file that is not there: with Requires= docker would not start. */
const asserting = withFirewall('iptables.service', {
  [`${LIB}/iptables.service`]: firewall('AssertPathExists=/etc/sysconfig/iptables'),
});

async function compared(tree: Tree, ...argv: string[]): Promise<Comparison> {
  const { status, out } = await run(['compare', 'docker', '--json', '--root', makeRoot(tree), ...argv]);
  expect(status).toBe(0);
  const document: unknown = JSON.parse(out);
  expect(complaints(document)).toEqual([]);
  return document as Comparison;
}

describe('compare', () => {
  test('writes nothing', async () => {
    const root = makeRoot(withFirewall());
    const before = fingerprint(root);
    expect((await run(['compare', 'docker', '--root', root])).status).toBe(0);
    expect(fingerprint(root)).toBe(before);
  });

  test('prints each event and relation, what is refused, and the one to choose', async () => {
    const { out } = await run(['compare', 'docker', '--root', makeRoot(asserting)]);
    expect(out).toMatch(/^ +requires +part-of/m);
    expect(out).toMatch(/^restart +covered +covered/m);
    expect(out).toMatch(/^stop and start +down +down/m);
    expect(out).toMatch(/^failed start +down +covered/m);
    expect(out).toMatch(/^changes made outside systemd +lost +lost/m);
    expect(out).toMatch(/^refused here +followed-asserts +no/m);
    expect(out).toMatch(
      /^to choose: part-of \(requires is refused here \(followed-asserts\); part-of is the first/m,
    );
  });

  test('the choice is requires if it is safe; the output says what another one adds', async () => {
    const { choice, others } = await compared(withFirewall());
    expect(choice).toEqual({ relation: 'requires', why: 'the default, and nothing refuses it here' });
    expect(others).toContainEqual({ relation: 'part-of', covers: ['failed-start'] });
  });

  test('it adds nothing if it would be refused itself', async () => {
    const { choice, others } = await compared(asserting);
    expect(choice?.relation).toBe('part-of');
    expect(others.map(({ relation }) => relation)).not.toContain('requires');
  });

  test('if each is refused, there is no choice', async () => {
    const gone = ['--follow', 'gone.service'];
    const { choice, others, relations } = await compared(withFirewall(), ...gone);
    expect({ choice, others }).toEqual({ choice: null, others: [] });
    expect(relations.every(({ refusals }) => refusals.includes('followed-missing'))).toBe(true);
    const { out } = await run(['compare', 'docker', '--root', makeRoot(withFirewall()), ...gone]);
    expect(out).toContain('each is refused here');
  });

  test('if nothing has to be followed there is nothing to compare', async () => {
    const { follow, choice, findings } = await compared(withFirewall('firewalld.service'));
    expect({ follow, choice }).toEqual({ follow: null, choice: null });
    expect(findings.map(({ code }) => code)).toEqual(['no-need']);
    const { out } = await run(['compare', 'docker', '--root', makeRoot(withFirewall('firewalld.service'))]);
    expect(out).toMatch(/^docker\.service has nothing to follow here\nnote \[no-need\]/);
  });

  test.each([
    ['a better cure is named', nftables(`flush ruleset\n${OWN_TABLE}`), 'firewall-side-cure'],
    ['so is a firewall that takes nothing', nftables(OWN_TABLE, OWN_STOP), 'rules-survive'],
  ])('%s', async (_, tree, code) => {
    expect((await compared(tree)).findings.map((finding) => finding.code)).toEqual([code]);
  });

  test('any unit after any other, with --follow', async () => {
    const root = makeRoot({ [`${LIB}/a.service`]: firewall(), ...withFirewall('db.service') });
    const { status, out } = await run(['compare', 'a.service', '--follow', 'db.service', '--root', root]);
    expect(status).toBe(0);
    expect(out).toMatch(/^reload +no such job +no such job/m);
    expect(out).toMatch(/^changes made outside systemd +not covered/m);
  });

  test('several roots: an array, or each under its name', async () => {
    const roots = [makeRoot(withFirewall()), makeRoot(asserting)];
    const args = roots.flatMap((root) => ['--root', root]);
    const { out } = await run(['compare', 'docker', '--json', ...args]);
    expect(complaints(JSON.parse(out))).toEqual([]);
    expect((JSON.parse(out) as Comparison[]).map(({ root }) => root)).toEqual(roots);
    const text = (await run(['compare', 'docker', ...args])).out;
    for (const root of roots) expect(text).toContain(`${root}:\n`);
  });

  test.each([
    ['no format diff', ['compare', 'docker', '--format', 'diff']],
    ['no format markdown', ['compare', 'docker', '--format', 'markdown']],
    ['no unit without --follow', ['compare', 'a.service']],
    ['one --follow', ['compare', 'docker', '--follow', 'a.service', '--follow', 'b.service']],
    ['no relation, which it compares', ['compare', 'docker', '--relation', 'requires']],
    ['no such unit', ['compare', 'docker', '--root', makeRoot()]],
  ])('2: %s', async (_, argv) => {
    const root = makeRoot({ [`${LIB}/a.service`]: firewall(), ...withFirewall() });
    const { status, out } = await run(argv.includes('--root') ? argv : [...argv, '--root', root]);
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });
});
