import { afterEach, describe, expect, test } from '@jest/globals';
import { ETC, LIB } from '../plan/plan-for.js';
import { enabled, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';

afterEach(removeTrees);

const BAN = '[Service]\nExecStart=/usr/bin/fail2ban-server -xf start\n';

/** A box with docker, fail2ban and lxc-net, and one firewall. */
const box = (more: Tree = {}): Tree =>
  withFirewall('iptables.service', {
    [`${LIB}/fail2ban.service`]: BAN,
    [`${LIB}/lxc-net.service`]:
      '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/libexec/lxc/lxc-net start\n',
    ...more,
  });

const check = async (tree: Tree, ...more: string[]): Promise<{ status: number; lines: string[] }> => {
  const { status, out } = await run(['check', '--root', makeRoot(tree), ...more]);
  return { status, lines: out.trimEnd().split('\n') };
};

describe('check without a name has a line for each unit of a template that is here', () => {
  test('what is missing, what follows, and what cannot be told', async () => {
    const { status, lines } = await check(
      box({
        [`${ETC}/lxc-net.service.d/10.conf`]: '[Unit]\nRequires=iptables.service\nAfter=iptables.service\n',
        [`${ETC}/fail2ban.service`]: link('/dev/null'),
      }),
    );
    expect(lines).toEqual([
      'docker.service: missing: Requires=iptables.service After=iptables.service',
      expect.stringMatching(/^fail2ban\.service: cannot tell, fail2ban\.service is masked/),
      'lxc-net.service: in force, it follows iptables.service',
    ]);
    expect(status).toBe(2);
  });

  test('each by its own default', async () => {
    const { lines } = await check(box());
    expect(lines).toContain('fail2ban.service: missing: PartOf=iptables.service After=iptables.service');
  });

  test('with a firewall that takes nothing there is nothing to follow', async () => {
    const tree = { ...box(), ...withFirewall('ufw.service') };
    const without = Object.fromEntries(Object.entries(tree).filter(([path]) => !path.includes('iptables')));
    const { status, lines } = await check(without);
    expect([status, ...lines]).toEqual([
      0,
      'docker.service: nothing to follow',
      'fail2ban.service: nothing to follow',
      'lxc-net.service: nothing to follow',
    ]);
  });

  test('a split libvirt is named once, by the daemon that has the networks', async () => {
    const { lines } = await check(box({ [`${LIB}/virtnetworkd.service`]: BAN }));
    expect(lines.filter((line) => line.includes('virt'))).toEqual([
      'virtnetworkd.service: missing: Requires=iptables.service After=iptables.service Wants=virtnetworkd.service',
    ]);
  });

  test('an engine under another name is named all the same', async () => {
    const { lines } = await check({
      [`${LIB}/snap.docker.dockerd.service`]: '[Service]\nExecStart=/usr/bin/dockerd\n',
      ...enabled('snap.docker.dockerd.service'),
    });
    expect(lines).toEqual([expect.stringContaining('snap.docker.dockerd.service runs dockerd here')]);
  });

  test('where none is, that is said', async () => {
    const { status, lines } = await check({ [`${LIB}/db.service`]: BAN });
    expect([status, lines]).toEqual([
      2,
      [expect.stringMatching(/^cannot tell: there is none of docker\.service, /)],
    ]);
  });

  test('what is wrong with the root itself is said once', async () => {
    for (const [root, why] of [
      ['/etc/passwd', 'is not a directory'],
      ['/nowhere', 'does not exist'],
    ] as const)
      expect(await run(['check', '--root', root])).toMatchObject({
        status: 2,
        out: `cannot tell: --root ${root} ${why}\n`,
      });
  });

  test('as JSON it is always a list', async () => {
    const { lines } = await check(box(), '--json');
    const documents = JSON.parse(lines.join('\n')) as { unit: string }[];
    expect(documents.map(({ unit }) => unit)).toEqual([
      'docker.service',
      'fail2ban.service',
      'lxc-net.service',
    ]);
  });

  test('with --follow it is about docker, as it has always been', async () => {
    const { lines } = await check(box(), '--follow', 'iptables.service');
    expect(lines).toHaveLength(1);
  });
});
