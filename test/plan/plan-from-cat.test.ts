import { afterAll, describe, expect, test } from '@jest/globals';
import type { Plan } from '../../src/plan/plan.js';
import { cat } from '../helpers/cat.js';
import { docker, enabled, firewall, OURS, withFirewall } from '../helpers/docker.js';
import { link, makeRoot, removeTrees } from '../helpers/tree.js';
import { BOTH, fromCat, fromText } from './from-text.js';
import { ETC, found, LIB, planFor, refusals } from './plan-for.js';

afterAll(removeTrees);

describe('the plan from what systemctl cat prints', () => {
  test.each([
    ['nothing is in force', withFirewall()],
    [
      'an order is, by the fragment',
      withFirewall('iptables.service', { [`${LIB}/docker.service`]: docker('After=iptables.service') }),
    ],
    [
      'both are, by a drop-in',
      withFirewall('iptables.service', {
        [`${ETC}/docker.service.d/1.conf`]: '[Unit]\nRequires=iptables.service\nAfter=iptables.service\n',
      }),
    ],
    [
      'the other side says it',
      withFirewall('iptables.service', { [`${LIB}/iptables.service`]: firewall('Before=docker.service') }),
    ],
    [
      'a drop-in is masked',
      withFirewall('iptables.service', {
        [`${LIB}/docker.service.d/1.conf`]: '[Unit]\nRequires=iptables.service\n',
        [`${ETC}/docker.service.d/1.conf`]: link('/dev/null'),
      }),
    ],
    [
      'a drop-in is of the whole type',
      withFirewall('iptables.service', { [`${ETC}/service.d/1.conf`]: '[Unit]\nWants=a.service\n' }),
    ],
    [
      'the firewall is in split /usr',
      {
        '/lib/systemd/system/docker.service': docker(),
        '/lib/systemd/system/iptables.service': firewall(),
        ...enabled('iptables.service'),
      },
    ],
  ])('is the one that the machine itself would make, if %s', (_, tree) => {
    const root = makeRoot(tree);
    const here = planFor(root);
    const there = fromText(cat(root, ...BOTH));
    expect(there.missing).toEqual(here.missing);
    expect(there.inForce).toEqual(here.inForce);
    // Whether the directory is there is not printed: it goes along if it is empty.
    const bodies = ({ changes }: Plan): unknown =>
      changes.map(({ path, after }) => [path, after?.split('\n').slice(2)]);
    expect(bodies(there)).toEqual(bodies(here));
  });

  test('knows its own drop-in again', () => {
    const root = makeRoot(withFirewall());
    const [change] = planFor(root).changes;
    const plan = fromCat(withFirewall('iptables.service', { [OURS]: change?.after ?? '' }), BOTH);
    expect(plan).toMatchObject({ changed: false, missing: [] });
    expect(plan.inForce.map(({ file }) => file)).toEqual([OURS, OURS]);
  });

  test('follows the one firewall that was printed, and says that it may not be in use', () => {
    const { follow } = fromCat(withFirewall('nftables.service'), ['docker.service', 'nftables.service']);
    expect(follow).toMatchObject({ asked: null, unit: 'nftables.service' });
    expect(follow?.why).toContain('whether it is in use is unknown');
  });

  test('calls no path of this machine its root', () => {
    expect(fromCat(withFirewall(), BOTH).root).toBe('from-cat:FILE');
  });

  test('reads an alias off the drop-ins of its name', () => {
    const text = `# ${LIB}/docker.service
${docker()}
# ${LIB}/netfilter-persistent.service
${firewall()}
# ${ETC}/iptables.service.d/1.conf
[Unit]
Before=docker.service
`;
    const plan = fromText(text);
    expect(plan.follow?.unit).toBe('netfilter-persistent.service');
    expect(plan.missing).toEqual(['Requires=netfilter-persistent.service']);
    expect(fromText(text, { follow: 'iptables.service' }).follow?.unit).toBe('netfilter-persistent.service');
  });

  test('an instance is printed by its template', () => {
    const units = `# ${LIB}/a@.service\n[Service]\nExecStart=/bin/a\n\n# ${LIB}/b.service\n[Service]\nExecStart=/bin/b\n`;
    const plan = fromText(units, { name: 'a@1.service', follow: 'b.service' });
    expect(plan.changes.map(({ path }) => path)).toEqual([`${ETC}/a@1.service.d/50-follow-b.service.conf`]);
  });
});

describe('what cannot be known', () => {
  const tree = withFirewall('iptables.service', {
    [`${LIB}/iptables.service`]: firewall(
      'AssertPathExists=/etc/sysconfig/iptables\nRequires=other.service\nConflicts=firewalld.service',
    ),
  });

  test('is not a reason to refuse: not whether it is enabled, nor whether the units and files that it needs exist', () => {
    const plan = fromCat({ ...tree, [`${ETC}/multi-user.target.wants/iptables.service`]: '' }, BOTH);
    expect(refusals(plan)).toEqual([]);
    expect(plan.changed).toBe(true);
    expect(found(plan, 'followed-asserts')).toMatchObject([
      { level: 'warn', text: expect.stringContaining('which the files alone do not show') },
    ]);
  });

  test('is said, in the plan itself', () => {
    const [finding, ...more] = found(fromCat(tree, BOTH), 'partial-view');
    expect(more).toEqual([]);
    expect(finding?.level).toBe('warn');
    for (const words of [
      'this is not the full check',
      'whether iptables.service is enabled or active (if it is neither, a start of docker.service would start it)',
      'whether what it conflicts with is in use (firewalld.service)',
      '.wants and .requires',
      'aliases, masks',
      'the orders of other units',
      '/etc/docker/daemon.json',
    ])
      expect(finding?.text).toContain(words);
  });

  test('with part-of nothing would be started', () => {
    const [finding] = found(fromCat(tree, BOTH, { relation: 'part-of' }), 'partial-view');
    expect(finding?.text).toContain('whether iptables.service is enabled or active;');
  });

  test('daemon.json says nothing here, but flags of docker.service do', () => {
    expect(found(fromCat(tree, BOTH), 'no-live-restore')).toEqual([]);
    const flag = docker().replace('dockerd', 'dockerd --iptables=false');
    const plan = fromCat({ ...tree, [`${LIB}/docker.service`]: flag }, BOTH);
    expect(plan).toMatchObject({ follow: null, changed: false });
    expect(plan.findings.map(({ code }) => code)).toEqual(['docker-writes-no-rules', 'partial-view']);
  });

  test('firewalld alone needs nothing, if it is in use', () => {
    const plan = fromCat(withFirewall('firewalld.service'), ['docker.service', 'firewalld.service']);
    expect(plan.findings.map(({ code }) => code)).toEqual(['no-need', 'partial-view']);
    expect(plan.findings[0]?.text).toContain('whether it is in use is unknown');
  });

  test('ufw alone needs nothing, unless a file that was not printed says so', () => {
    const plan = fromCat(withFirewall('ufw.service'), ['docker.service', 'ufw.service']);
    expect(plan.findings[0]?.text).toContain('unless /etc/default/ufw says MANAGE_BUILTINS=yes');
  });

  test('what changed since it was loaded, and a text without an end, are warned of', () => {
    const warning =
      '# Warning: docker.service changed on disk, the version systemd has loaded is outdated.\n';
    const text = warning + cat(makeRoot(tree), ...BOTH);
    const texts = found(fromText(text.trimEnd()), 'partial-view').map((one) => one.text);
    expect(texts[1]).toContain('the files of docker.service changed since systemd there loaded them');
    expect(texts[2]).toContain('the last line of FILE has no end');
  });
});

test('a hook calls systemctl where nearly every system has it', () => {
  const { changes } = fromCat(withFirewall(), BOTH, { relation: 'hook' });
  expect(changes[1]?.after).toContain(
    'ExecStartPost=-/usr/bin/systemctl --no-block try-restart docker.service',
  );
});

describe('what is known is refused as ever', () => {
  test('an order the other way round', () => {
    const tree = withFirewall('iptables.service', {
      [`${LIB}/iptables.service`]: firewall('After=docker.service'),
    });
    expect(refusals(fromCat(tree, BOTH))).toMatchObject([{ code: 'ordering-cycle' }]);
  });

  test('a oneshot that does not stay', () => {
    const tree = withFirewall('iptables.service', {
      [`${LIB}/iptables.service`]: firewall().replace('RemainAfterExit=yes\n', ''),
    });
    expect(refusals(fromCat(tree, BOTH))).toMatchObject([{ code: 'followed-not-staying' }]);
  });

  test('a unit to follow that is masked there, or has no files there', () => {
    const text = cat(makeRoot(withFirewall()), 'docker.service');
    const asked = { follow: 'x.service' };
    const masked = refusals(fromText(`${text}# Unit x.service is masked.\n`, asked));
    expect(masked).toMatchObject([
      { code: 'followed-masked', text: expect.stringContaining('x.service is masked there') },
    ]);
    expect(refusals(fromText(`${text}No files found for x.service.\n`, asked))).toMatchObject([
      { code: 'followed-missing' },
    ]);
  });

  test('our drop-in, edited', () => {
    const [change] = planFor(makeRoot(withFirewall('nftables.service'))).changes;
    const tree = withFirewall('iptables.service', { [OURS]: `${change?.after ?? ''}# mine\n` });
    expect(refusals(fromCat(tree, BOTH))).toMatchObject([{ code: 'edited' }]);
  });
});
