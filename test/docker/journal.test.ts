import { describe, expect, test } from '@jest/globals';
import { lastJournalEvent, readJournalEvents, reduceJournal } from '../../src/docker/journal.js';
import {
  fakeMachine,
  diagnosisOf,
  FLUSHED,
  forgotten,
  job,
  STARTED,
  STOPPED,
} from '../doctor/fake-machine.js';

const read = (text: string): ReturnType<typeof readJournalEvents> => readJournalEvents(reduceJournal(text));

describe("the end of a unit's job, by the journal", () => {
  test('the unit, what happened, and when', () => {
    expect(read(job('iptables.service', STOPPED, 30))).toEqual([
      { unit: 'iptables.service', what: 'stopped', at: 30_000_000, realtime: 1_795_478_430_000_000 },
    ]);
  });

  test('when systemd said it counts, not when journald took it', () => {
    const late = { __MONOTONIC_TIMESTAMP: '31000000', __REALTIME_TIMESTAMP: '1795478431000000' };
    expect(read(job('iptables.service', STOPPED, 30, late))[0]?.at).toBe(30_000_000);
  });

  test.each([
    ['a message that another process has written', job('iptables.service', STOPPED, 30, { _PID: '4711' })],
    ['one whose writer is not known', job('iptables.service', STOPPED, 30, { _PID: null })],
    ['another message', job('iptables.service', '7d4958e842da4a758f6c1cdc7b36dcc5', 30)],
    ['a name that is none', job('a b', STOPPED, 30)],
    ['a name that is not text', job('x', STOPPED, 30, { UNIT: [105, 112] })],
    ['no JSON', 'systemd[1]: Stopped iptables.service\n'],
    ['nothing', ''],
  ])('%s is no event', (_, text) => {
    expect(read(text)).toEqual([]);
  });

  test.each<[string, readonly string[], boolean, string | undefined]>([
    ['started', [job('x', STARTED, 30)], true, 'started'],
    ['stopped, and started', [job('x', STOPPED, 30), job('x', STARTED, 31)], true, 'restarted'],
    ['run, and not active', [job('x', STARTED, 30)], false, 'run'],
    ['started, and stopped', [job('x', STARTED, 30), job('x', STOPPED, 31)], false, 'stopped'],
    ['stopped before that', [job('x', STOPPED, 19)], false, undefined],
    ['another unit', [job('y', STOPPED, 30)], false, undefined],
  ])('%s since a moment', (_, lines, isUp, expected) => {
    expect(lastJournalEvent(read(lines.join('')), 'x', 20_000_000, isUp)?.what).toBe(expected);
  });
});

describe('a firewall whose times systemd has forgotten: it was disabled, and stopped', () => {
  const lost = { rules: FLUSHED, firewall: forgotten('iptables.service') };

  test('is the cause, by the journal', async () => {
    const { causes } = await diagnosisOf({ ...lost, jobs: job('iptables.service', STOPPED, 30) });
    expect(causes).toMatchObject([{ code: 'firewall', unit: 'iptables.service', event: 'stopped' }]);
    expect(causes[0]?.text).toContain('iptables.service was stopped at 2026-11-24 00:00:30 UTC');
  });

  test('so is one whose unit is gone', async () => {
    const firewall = forgotten('iptables.service', { LoadState: 'not-found' });
    const { causes } = await diagnosisOf({ ...lost, firewall, jobs: job('iptables.service', STOPPED, 30) });
    expect(causes).toMatchObject([{ code: 'firewall', unit: 'iptables.service' }]);
  });

  test('is not, if it was stopped before docker came up', async () => {
    const { causes } = await diagnosisOf({ ...lost, jobs: job('iptables.service', STOPPED, 15) });
    expect(causes.map(({ code }) => code)).toEqual(['outside-systemd']);
  });

  test('a message that some process has forged changes nothing', async () => {
    const jobs = job('iptables.service', STOPPED, 30, { _PID: '4711', _UID: '1000' });
    const { causes } = await diagnosisOf({ ...lost, jobs });
    expect(causes.map(({ code }) => code)).toEqual(['outside-systemd']);
  });

  test('a journal that does not answer is reported', async () => {
    const [cause] = (await diagnosisOf({ ...lost, jobs: null })).causes;
    expect(cause?.code).toBe('outside-systemd');
    expect(cause?.text).toContain('the journal does not answer');
  });

  test('the journal is asked for PID 1 only, and for every known firewall', async () => {
    const { asked, raw } = fakeMachine(lost);
    await raw();
    const [question] = asked.filter((command) => command.includes('--output=json'));
    expect(question).toContain(' _PID=1 ');
    for (const name of ['iptables', 'ip6tables', 'shorewall', 'ferm'])
      expect(question).toContain(` UNIT=${name}.service`);
    expect(question).not.toMatch(/UNIT=(?:docker|podman)/);
  });
});
