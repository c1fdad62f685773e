import { describe, expect, test } from '@jest/globals';
import type { Protection } from '../../src/docker/evidence.js';
import type { Diagnosis } from '../../src/doctor/diagnose.js';
import { doctorText } from '../../src/report/doctor-text.js';
import { diagnosisOf, FLUSHED, type MachineChanges, unit } from './fake-machine.js';

const SERVICE = 'docker-rules.service';
const PROTECTION: Protection = {
  state: 'protected',
  follow: 'iptables.service',
  text: 'in force',
  watch: { service: SERVICE, heal: 'put-back' },
};
const RUNS = unit(SERVICE, 21);
const PUT_BACK =
  "1764288000.1 docker-rules[300]: 22 of docker's rules were gone (by nft[412] iptables[413]); put back 368 ms after the first change, docker was not restarted\n" +
  "1764288900.1 docker-rules[300]: 11 of docker's rules were gone (by iptables[900]); put back 371 ms after the first change, docker was not restarted\n";

const watched = (more: MachineChanges): Promise<Diagnosis> =>
  diagnosisOf({ protection: PROTECTION, watch: RUNS, ...more });

describe('all rules are in force', () => {
  test('says how often today the watch had to put them back, and who removed them', async () => {
    const diagnosis = await watched({ watchJournal: PUT_BACK });
    expect(diagnosis).toMatchObject({
      state: 'healthy',
      watch: { service: SERVICE, isActive: true, putBack: 2, restarts: 0, by: ['iptables', 'nft'] },
    });
    expect(diagnosis.text).toContain(`${SERVICE} put rules back 2 times today (removed by iptables, nft)`);
    expect(doctorText(diagnosis, false)).toContain(
      `protected: ${SERVICE} brings the rules of docker.service back, whatever removes them`,
    );
  });

  test('says nothing of it if nobody removed any', async () => {
    expect((await watched({})).text).toMatch(/ rules are in force$/);
  });

  test('counts the restarts of docker apart', async () => {
    const watchJournal =
      "1764288000.1 docker-rules[300]: 40 of docker's rules were gone (by nft[1]): restarting docker\n";
    expect((await watched({ watchJournal })).text).toContain(`${SERVICE} restarted docker once today`);
  });
});

describe('rules are gone', () => {
  test('a watch that does not run is the cause, and its start the cure', async () => {
    const watch = unit(SERVICE, 21, { ActiveState: 'failed' });
    const { causes, cures } = await watched({ rules: FLUSHED, watch });
    expect(causes[0]).toMatchObject({ code: 'watch-inactive', unit: SERVICE });
    expect(causes[0]?.text).toBe(`${SERVICE}, which brings the rules of docker.service back, is failed`);
    expect(cures[0]).toMatchObject({ step: 'now', command: `systemctl start ${SERVICE}` });
  });

  test('one that runs says why it has not helped', async () => {
    const watchJournal =
      "1764288000.1 docker-rules[300]: docker's rules are gone already, and restarting docker has not helped\n";
    const { causes, cures } = await watched({ rules: FLUSHED, watchJournal });
    expect(causes[0]).toMatchObject({ code: 'watch-waits' });
    expect(causes[0]?.text).toContain('restarting docker has not helped');
    expect(cures[0]?.command).toBe('systemctl restart docker.service');
  });

  test('after a change outside systemd, a watch is what would have helped', async () => {
    const relations = [
      { relation: 'requires', state: 'in-force', covers: ['restart'] },
      { relation: 'watch', state: 'missing', covers: ['restart', 'outside-systemd'] },
    ] as const;
    const protection = { state: 'protected', text: 'in force', relations } as const;
    const { causes, cures } = await diagnosisOf({ rules: FLUSHED, protection });
    expect(causes[0]?.code).toBe('outside-systemd');
    expect(cures.map(({ command }) => command)).toEqual([
      'systemctl restart docker.service',
      'unit-patch docker --relation watch',
    ]);
  });

  test('but not one that would be refused here', async () => {
    const relations = [{ relation: 'watch', state: 'refused', covers: ['outside-systemd'] }] as const;
    const { cures } = await diagnosisOf({ rules: FLUSHED, protection: { relations } });
    expect(cures.map(({ command }) => command).join()).not.toContain('--relation watch');
  });
});
