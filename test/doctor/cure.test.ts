import { describe, expect, test } from '@jest/globals';
import type { Protection, RelationState } from '../../src/docker/evidence.js';
import type { Diagnosis } from '../../src/doctor/diagnose.js';
import { doctorText } from '../../src/report/doctor-text.js';
import {
  clock,
  diagnosisOf,
  type MachineChanges,
  FLUSHED,
  forgotten,
  job,
  STOPPED,
  unit,
} from './fake-machine.js';

const RESTART = 'systemctl restart docker.service';
const HOOK = 'unit-patch docker --relation hook';

const commands = ({ cures }: Diagnosis): string[] => cures.map(({ command }) => command);
const words = ({ cures }: Diagnosis): string => cures.map(({ why }) => why).join('\n');

const covers = { requires: ['restart'], hook: ['restart', 'reload', 'stop-start', 'failed-start'] } as const;
const relations = (
  requires: RelationState['state'],
  hook: RelationState['state'],
): Pick<Protection, 'relations'> => ({
  relations: [
    { relation: 'requires', state: requires, covers: covers.requires },
    { relation: 'hook', state: hook, covers: covers.hook },
  ],
});
const UNPROTECTED = relations('missing', 'missing');
const PROTECTED = { state: 'protected', text: 'in force', ...relations('in-force', 'missing') } as const;
const HOOKED = { state: 'protected', text: 'in force', ...relations('missing', 'in-force') } as const;

const broken = (
  firewall: string,
  protection: Partial<Protection>,
  more: MachineChanges = {},
): Promise<Diagnosis> => diagnosisOf({ rules: FLUSHED, firewall, protection, ...more });

const restarted = unit('iptables.service', 30, { InactiveEnterTimestampMonotonic: '29000000' });
const reloaded = unit('iptables.service', 10, {
  StateChangeTimestampMonotonic: '30000000',
  StateChangeTimestamp: clock(30),
});
const stopped = unit('iptables.service', 10, {
  ActiveState: 'inactive',
  UnitFileState: 'enabled',
  InactiveEnterTimestampMonotonic: '30000000',
});
const untouched = unit('iptables.service', 10);

describe('the firewall was restarted', () => {
  test('the cure restarts docker along with it', async () => {
    expect(commands(await broken(restarted, UNPROTECTED))).toEqual([
      RESTART,
      'unit-patch docker',
      'unit-patch prove docker',
    ]);
  });

  test('the hook does that too, if the usual relation would be refused', async () => {
    const diagnosis = await broken(restarted, relations('refused', 'missing'));
    expect(commands(diagnosis)).toEqual([RESTART, HOOK, 'unit-patch prove docker']);
  });

  test('it happened before docker was protected: there is nothing to write', async () => {
    expect(commands(await broken(restarted, PROTECTED))).toEqual([RESTART]);
  });
});

describe('the firewall was reloaded', () => {
  test.each([
    ['protected by a dependency', PROTECTED],
    ['unprotected', UNPROTECTED],
    ['unprotected, by evidence of old', {}],
    ['protected, by evidence of old', { state: 'protected' }],
  ] as const)('%s: only the hook would have covered it', async (_, protection) => {
    const diagnosis = await broken(reloaded, protection);
    expect(diagnosis.causes[0]?.text).toMatch(/was reloaded at .*00:30.*no dependency between units/);
    expect(commands(diagnosis)).toEqual([RESTART, HOOK]);
    expect(words(diagnosis)).toContain('no dependency between units follows a reload');
  });

  test('a hook that is in force is not offered again', async () => {
    expect(commands(await broken(reloaded, HOOKED))).toEqual([RESTART]);
  });

  test('nor is one that would be refused', async () => {
    expect(commands(await broken(reloaded, relations('in-force', 'refused')))).toEqual([RESTART]);
  });

  test('"protected" comes with the outage that it did not prevent', async () => {
    expect(doctorText(await broken(reloaded, PROTECTED), false)).toContain(
      'protected: docker.service is restarted along with iptables.service, which has not kept this from happening\n',
    );
  });
});

describe('the firewall was stopped', () => {
  test('the hook restarts docker then; a dependency leaves it down', async () => {
    const diagnosis = await broken(stopped, UNPROTECTED);
    expect(commands(diagnosis)).toEqual([RESTART, HOOK]);
    expect(words(diagnosis)).toContain('leaves docker down');
  });

  test('docker went down with it', async () => {
    const docker = unit('docker.service', 20, { ActiveState: 'inactive', Requires: 'iptables.service' });
    const diagnosis = await broken(stopped, PROTECTED, { docker });
    expect(diagnosis.causes.map(({ code }) => code)).toEqual(['stopped-along']);
    expect(commands(diagnosis)).toEqual(['systemctl start iptables.service docker.service', HOOK]);
  });

  test('a firewall that was turned off and that docker need not follow needs no cure', async () => {
    const jobs = job('ip6tables.service', STOPPED, 30);
    const diagnosis = await broken(`${forgotten('ip6tables.service')}\n${untouched}`, UNPROTECTED, { jobs });
    expect(diagnosis.causes.map((cause) => cause.unit)).toEqual(['ip6tables.service']);
    expect(commands(diagnosis)).toEqual([RESTART]);
  });
});

test('another firewall than the one that docker follows is not covered by following that one', async () => {
  const other = unit('ip6tables.service', 30, { UnitFileState: 'enabled' });
  const diagnosis = await broken(`${other}\n${untouched}`, PROTECTED);
  expect(commands(diagnosis)).toEqual([RESTART, 'unit-patch compare docker --follow ip6tables.service']);
});

describe('a change outside systemd removed the rules', () => {
  test.each([
    ['protected', PROTECTED],
    ['unprotected', UNPROTECTED],
  ] as const)('%s: no drop-in is promised to keep it healed', async (_, protection) => {
    const diagnosis = await broken(untouched, protection);
    expect(diagnosis.causes).toMatchObject([{ code: 'outside-systemd', unit: null, event: null }]);
    expect(diagnosis.causes[0]?.text).toMatch(/^probably changed outside systemd \(.*iptables -F/);
    expect(commands(diagnosis)).toEqual([RESTART]);
    expect(words(diagnosis)).toContain('no dependency between units would have caught such a change');
    expect(words(diagnosis)).not.toContain('keeps');
  });
});

describe('docker is down', () => {
  const down = (more: Readonly<Record<string, string>>): string =>
    unit('docker.service', 20, { ActiveState: 'inactive', ...more });

  test('the firewall that it needs failed: a relation under which docker stays up', async () => {
    const firewall = unit('iptables.service', 10, { ActiveState: 'failed' });
    const docker = down({ Requires: 'iptables.service' });
    expect(commands(await broken(firewall, PROTECTED, { docker }))).toEqual([
      'systemctl start iptables.service docker.service',
      HOOK,
    ]);
  });

  test('its start limit was hit: the cure lifts the limit, another relation would not help', async () => {
    const docker = down({ ActiveState: 'failed', Result: 'start-limit-hit' });
    const last = async (protection: Partial<Protection>): Promise<string | undefined> =>
      commands(await broken(untouched, protection, { docker })).at(-1);
    expect(await last(PROTECTED)).toBe('unit-patch docker --no-start-limit');
    for (const protection of [UNPROTECTED, HOOKED]) expect(await last(protection)).toMatch(/^systemctl /);
  });

  test('it was stopped by hand: it is started', async () => {
    expect(commands(await broken(untouched, UNPROTECTED, { docker: down({}) }))).toEqual([
      'systemctl start docker.service',
    ]);
  });
});

test('nothing is lost yet, and every relation is refused: the cure is the command that says why', async () => {
  const diagnosis = await diagnosisOf({ protection: relations('refused', 'refused') });
  expect(commands(diagnosis)).toEqual(['unit-patch docker --dry-run']);
});
