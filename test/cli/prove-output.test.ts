import { afterAll, describe, expect, test } from '@jest/globals';
import type { Proof } from '../../src/prove/proof.js';
import { container, RULES } from '../doctor/fake-machine.js';
import { complaints } from '../helpers/schemas.js';
import { removeTrees } from '../helpers/tree.js';
import { changed } from '../prove/fake-watched-machine.js';
import { LOST, prove, WITH_DOCKER } from './run-prove.js';

afterAll(removeTrees);

test('on a colour terminal colours are colours, and what the machine said is printable', async () => {
  const before = { containers: container({ restartPolicy: 'no' }) };
  for (const box of [{ before }, { files: {}, course: LOST }] as const) {
    const { out, err } = await prove({ ...box, terminal: true }, '--yes');
    expect(out).toContain('\u001b[');
    expect(err).toContain('\u001b[33mwarning\u001b[39m ');
    expect(out + err).not.toContain('\\x1b');
  }
});

test('a dumb terminal gets no escape sequences at all', async () => {
  const { out, err } = await prove({ terminal: true, term: 'dumb' }, '--yes');
  expect(out + err).not.toContain('\u001b');
  expect(err).toContain('docker.service is inactive\n');
});

describe('containers that their policy leaves down', () => {
  const two = (restartPolicy: string): string =>
    container() + container({ name: '/adhoc', restartPolicy, ports: {}, addresses: [null] });
  const onlyWeb = { ...WITH_DOCKER, 20: { ...WITH_DOCKER[20], containers: container() } };

  test.each(['no', ''])(
    'with the policy %j: named before and after, and not counted as back',
    async (policy) => {
      const { status, out, err } = await prove(
        { before: { containers: two(policy) }, course: onlyWeb },
        '--yes',
      );
      expect(err).toContain('these containers will stay down (no restart policy): adhoc\n');
      expect(status).toBe(0);
      expect(out).toMatch(
        /^proved: .*; its rules and 1 of 2 containers were there again after .* s; down: adhoc$/m,
      );
      expect(out).toContain(
        'containers back  1 of 2; adhoc has no restart policy and stays down: docker start adhoc\n',
      );
    },
  );

  test('the JSON has them by name, and how many run', async () => {
    const { out } = await prove({ before: { containers: two('no') }, course: onlyWeb }, '--yes', '--json');
    expect(complaints(JSON.parse(out))).toEqual([]);
    expect((JSON.parse(out) as Proof).containers).toMatchObject({
      before: 2,
      running: 1,
      missing: [],
      stayDown: ['adhoc'],
    });
  });

  test('those that end with 0 may stay down, which is said before', async () => {
    const { err } = await prove({ before: { containers: two('on-failure') } }, '--yes');
    expect(err).toContain('these stay down if they end with 0 (restart policy on-failure): adhoc\n');
  });

  test('its rules are not counted as back either, and no probe asks its port', async () => {
    const before = { containers: container({ restartPolicy: 'no' }) };
    const course = {
      20: { ...WITH_DOCKER[20], containers: '' },
      900: { ...WITH_DOCKER[900], rules: RULES.replace(/^.*172\.17\.0\.2.*\n/gm, '') },
    };
    const { status, out, err } = await prove({ before, course }, '--yes');
    expect(status).toBe(0);
    expect(err).toContain('the outage is not measured');
    const [, now, all] =
      /^rules back {7}(\d+) of (\d+); 3 belonged to containers that stay down$/m.exec(out) ?? [];
    expect(Number(all) - Number(now)).toBe(3);
  });
});

test('if docker is down, nothing is said to be back', async () => {
  const down = {
    20: { docker: changed('docker.service', '', 'failed', { InactiveEnter: 30 }), answers: false },
  };
  const { status, out } = await prove({ course: down }, '--yes');
  expect(status).toBe(1);
  expect(out).toContain('rules back       not known, docker cannot be asked\n');
  expect(out).toContain('containers back  not known, docker cannot be asked\n');
});
