import { describe, expect, test } from '@jest/globals';
import { doctorText } from '../../src/report/doctor-text.js';
import { diagnosisOf, FLUSHED, type MachineChanges, RULES } from './fake-machine.js';

const OWN = RULES.replace(
  '-A DOCKER-USER -j RETURN',
  '-A DOCKER-USER -s 203.0.113.66/32 -j DROP\n-A DOCKER-USER -j RETURN',
);
const OPEN = FLUSHED.replace('-A FORWARD -j REJECT --reject-with icmp-host-prohibited\n', '');
const watch = { service: 'docker-rules.service', heal: 'put-back' } as const;

const exposures = async (more: MachineChanges): Promise<string> =>
  (await diagnosisOf(more)).exposures.join('\n');

describe('own rules in DOCKER-USER', () => {
  test('that were removed do not come back with docker', async () => {
    expect(await exposures({ rules: FLUSHED })).toContain(
      'own rules in DOCKER-USER, if there were any, are gone too',
    );
  });

  test('that are there would be lost by a flush', async () => {
    expect(await exposures({ rules: OWN })).toContain('the own rule in DOCKER-USER should be among those');
    expect(await exposures({ rules: RULES })).toBe('');
  });

  test('unless a watch puts them back', async () => {
    expect(await exposures({ rules: OWN, protection: { watch } })).toBe('');
    const restart = { watch: { ...watch, heal: 'restart' } } as const;
    expect(await exposures({ rules: OWN, protection: restart })).toContain('DOCKER-USER');
  });
});

describe('the policy of FORWARD', () => {
  test('is ACCEPT after a flush, and lets the world reach ports that are not published', async () => {
    expect(await exposures({ rules: OPEN })).toContain('the policy of FORWARD is ACCEPT');
  });

  test('does no harm if the firewall rejects what nothing accepts', async () => {
    expect(await exposures({ rules: FLUSHED })).not.toContain('the policy of FORWARD');
  });

  test('does no harm with docker 28, which drops it itself', async () => {
    expect(await exposures({ rules: OPEN, version: '28.5.2' })).not.toContain('the policy of FORWARD');
  });
});

test('they stand under their own heading', async () => {
  expect(doctorText(await diagnosisOf({ rules: OPEN }), false)).toMatch(
    /\nsecurity\n {2}own rules .*\n {2}the policy/,
  );
});
