import { describe, expect, test } from '@jest/globals';
import { portNeeds } from '../../src/docker/needs.js';
import { FILES } from '../../src/docker/questions.js';
import { type RawEvidence, readEvidence } from '../../src/docker/read-evidence.js';
import { diagnose } from '../../src/doctor/diagnose.js';
import {
  container,
  fakeMachine,
  FLUSHED,
  type MachineChanges,
  network,
  unit,
} from '../doctor/fake-machine.js';
import { within } from '../helpers/in-time.js';

const times = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join('');

/** The evidence of a machine whose rules are gone, with other texts in its files than the machine would give. */
async function evidenceWith(
  texts: Readonly<Record<string, string>>,
  changes: MachineChanges = {},
): Promise<RawEvidence> {
  const raw = await fakeMachine({ rules: FLUSHED, ...changes }).raw();
  return { ...raw, texts: { ...raw.texts, ...texts } };
}

const WATCH = unit('docker-rules.service', 21);
const withWatch: MachineChanges = {
  watch: WATCH,
  protection: { watch: { service: 'docker-rules.service', heal: 'put-back' } },
};
const NETWORKS = times(15_000, (at) => network({ name: `n${at}`, bridge: `b${at}` }));
const last = { network: 'n14999', addresses: ['172.17.0.2'] };

describe('evidence of somebody else takes no more time than it is long:', () => {
  const diagnosed = async (
    texts: Readonly<Record<string, string>>,
    changes?: MachineChanges,
  ): Promise<void> => {
    const raw = await evidenceWith(texts, changes);
    within(15_000, () => diagnose(readEvidence(raw)));
  };

  test('jobs of many units', async () => {
    await diagnosed({ [FILES.jobs]: times(60_000, (at) => `u${at}.service stopped 50000000 1\n`) });
  });

  test('no more units are kept than a machine is asked for', async () => {
    const raw = await evidenceWith({
      [FILES.units]: times(2_000, (at) => `${unit(`u${at}.service`, 30)}\n`),
    });
    expect(readEvidence(raw).units).toHaveLength(1000);
  });

  test('what the watch says of nobody, again and again', async () => {
    const said = `1.0 x: ${'rules were gone (by'.repeat(200_000)}\n`;
    await diagnosed({ [FILES.watchJournal]: said }, withWatch);
  });

  test('many addresses in many networks: each network is looked at once', async () => {
    const addresses = Array.from({ length: 1000 }, () => last);
    const raw = await evidenceWith({
      [FILES.networks]: NETWORKS,
      [FILES.containers]: container({ addresses }),
    });
    const evidence = readEvidence(raw);
    let looks = 0;
    const networks = evidence.networks.map((one) =>
      Object.defineProperty({ ...one }, 'name', { get: () => (looks++, one.name) }),
    );
    expect(portNeeds({ ...evidence, networks }, 'ip')).not.toEqual([]);
    expect(looks).toBe(networks.length);
  });

  test('many networks in a long table of nft', async () => {
    const table = `table ip docker-bridges {\n${' x\n'.repeat(5_000_000)}}\n`;
    await diagnosed({ [FILES.networks]: NETWORKS, [FILES.nft]: table }, { daemon: { usesNftables: true } });
  });
});

test('a container with many ports and many addresses is no container', async () => {
  const ports = Object.fromEntries(
    Array.from({ length: 600 }, (_, at) => [`${at}/tcp`, [{ HostIp: '', HostPort: String(at) }]]),
  );
  const addresses = Array.from({ length: 600 }, () => ({ network: 'bridge', addresses: ['172.17.0.2'] }));
  const raw = await evidenceWith({ [FILES.containers]: container({ ports, addresses }) });
  expect(() => readEvidence(raw)).toThrow(
    'docker-containers.jsonl is not what doctor --save writes: its containers have more ports than a machine has',
  );
});

test('a job that ended after the last moment that has a date is none', async () => {
  const raw = await evidenceWith({ [FILES.jobs]: `nftables.service stopped 50000000 ${'9'.repeat(20)}\n` });
  expect(diagnose(readEvidence(raw)).causes).toMatchObject([{ code: 'outside-systemd' }]);
});
