import { describe, expect, test } from '@jest/globals';
import { readEvidence } from '../../src/docker/read-evidence.js';
import { dockersRules, yourRules } from '../../src/docker/written-rules.js';
import { missingOf, type Snapshot, snapshotOf } from '../../src/prove/snapshot.js';
import {
  fakeMachine,
  container,
  type MachineChanges,
  FLUSHED,
  network,
  RULES,
} from '../doctor/fake-machine.js';

const evidence = async (different: MachineChanges = {}): Promise<ReturnType<typeof readEvidence>> =>
  readEvidence(await fakeMachine(different).raw());
const snapshot = async (different: MachineChanges = {}): Promise<Snapshot> =>
  snapshotOf(await evidence(different));
const on = (address: string): object => ({ addresses: [{ network: 'bridge', addresses: [address, ''] }] });

describe("docker's rules", () => {
  test('are those that name its chains, bridges or subnets', async () => {
    const texts = dockersRules(await evidence()).map(({ text }) => text);
    expect(texts).toContain('iptables -A FORWARD -j DOCKER-USER');
    expect(texts).toContain('iptables -A FORWARD -i docker0 -o docker0 -j ACCEPT');
    expect(texts).toContain('iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE');
    expect(texts).not.toContain('iptables -A FORWARD -j REJECT --reject-with icmp-host-prohibited');
  });

  test('a firewall has none of them', async () => {
    expect(dockersRules(await evidence({ rules: FLUSHED }))).toEqual([]);
  });

  test("name a container where its address stood, and no other's", async () => {
    const rules = RULES.replaceAll('172.17.0.2', '172.17.0.20');
    const both = container(on('172.17.0.20')) + container({ name: '/db', ...on('172.17.0.2') });
    const of = dockersRules(await evidence({ rules, containers: both })).filter((rule) => rule.container);
    expect(of.map(({ container: name }) => name)).toEqual(['web', 'web', 'web']);
    expect(of.map(({ text }) => text)).toContain(
      'iptables -t nat -A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination {web on bridge}:80',
    );
  });

  test('counters are not part of a rule', async () => {
    const counted = RULES.replaceAll(/^-A/gm, '[5:300] -A');
    expect(await snapshot({ rules: counted })).toEqual(await snapshot());
  });

  test("what stands in DOCKER-USER is the administrator's, but for the RETURN at its end", async () => {
    const yours = '-A DOCKER-USER -s 192.0.2.7/32 -j DROP';
    const seen = await evidence({ rules: RULES.replace('-A DOCKER-USER', `${yours}\n-A DOCKER-USER`) });
    expect(yourRules(seen)).toEqual([`iptables ${yours}`]);
    expect(dockersRules(seen).map(({ text }) => text)).not.toContain(`iptables ${yours}`);
    expect(dockersRules(seen).map(({ text }) => text)).toContain('iptables -A DOCKER-USER -j RETURN');
  });

  test('of tables of its own they are the lines, without their counters', async () => {
    const nft = `table ip docker-bridges {
	chain filter-forward {
		type filter hook forward priority filter; policy accept;
		oifname "docker0" counter packets 7 bytes 420 jump x
	}
}
table ip mine {
	chain x {
		drop
	}
}
`;
    expect(dockersRules({ ...(await evidence({ rules: FLUSHED })), nft }).map(({ text }) => text)).toEqual([
      'table ip docker-bridges: chain filter-forward: type filter hook forward priority filter; policy accept;',
      'table ip docker-bridges: chain filter-forward: oifname "docker0" counter jump x',
    ]);
  });
});

describe('what is missing', () => {
  test('nothing, if all is as it was', async () => {
    expect(missingOf(await snapshot(), await snapshot())).toEqual({
      rules: [],
      yours: [],
      containers: [],
      stayDown: [],
    });
  });

  test('nothing, if only the addresses are others', async () => {
    const before = await snapshot();
    const rules = RULES.replaceAll('172.17.0.2/', '172.17.0.9/').replaceAll('172.17.0.2:', '172.17.0.9:');
    expect(
      missingOf(before, await snapshot({ rules, containers: container(on('172.17.0.9')) })).rules,
    ).toEqual([]);
  });

  test('every rule, after a flush', async () => {
    const before = await snapshot();
    expect(missingOf(before, await snapshot({ rules: FLUSHED })).rules).toEqual(
      before.rules.map(({ text }) => text),
    );
  });

  test.each<[string, string[], object]>([
    ['always', [], { containers: ['web'], stayDown: [] }],
    ['unless-stopped', [], { containers: ['web'], stayDown: [] }],
    ['on-failure', [], { containers: ['web'], stayDown: [] }],
    ['on-failure', ['web'], { containers: [], stayDown: ['web'] }],
    ['no', [], { containers: [], stayDown: ['web'] }],
    ['', [], { containers: [], stayDown: ['web'] }],
  ])(
    'a container with the policy %j that is gone, ended well: %j',
    async (restartPolicy, ended, expected) => {
      const before = await snapshot({ containers: container({ restartPolicy }) });
      const rules = RULES.split('\n')
        .filter((line) => !line.includes('172.17.0.2'))
        .join('\n');
      const now = await snapshot({ rules, containers: '' });
      const missing = missingOf(before, now, ended);
      expect(missing).toMatchObject(expected);
      // The rules of one that is not to come back are not missed either.
      expect(missing.rules).toHaveLength(missing.containers.length * 3);
    },
  );

  test('a container that is about to be started once more is not there', async () => {
    const before = await snapshot();
    const now = await snapshot({ containers: container({ state: 'restarting' }) });
    expect(missingOf(before, now).containers).toEqual(['web']);
  });

  test("the administrator's rules are missed, and are not docker's", async () => {
    const yours = '-A DOCKER-USER -s 192.0.2.7/32 -j DROP';
    const before = await snapshot({ rules: RULES.replace('-A DOCKER-USER', `${yours}\n-A DOCKER-USER`) });
    expect(missingOf(before, await snapshot())).toMatchObject({ rules: [], yours: [`iptables ${yours}`] });
  });

  test('networks of IPv6 are distinguished by whole addresses', async () => {
    const six = RULES.replaceAll('172.17.0.2/32', 'fd00::2/128').replaceAll('172.17.0.2:', '[fd00::2]:');
    const ends = container({ addresses: [{ network: 'bridge', addresses: ['', 'fd00::2'] }] });
    const seen = await evidence({ rules: six, networks: network({ ipv6: true }), containers: ends });
    expect(dockersRules(seen).filter((rule) => rule.container === 'web')).toHaveLength(3);
  });
});
