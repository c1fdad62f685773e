import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { withFirewall } from '../helpers/docker.js';
import { fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';
import { severalAtATime, suffer } from './faults.js';
import { LiveProgram } from './live-program.js';
import { endRunners } from './runner.js';
import { CALLS, Scenario } from './scenario.js';
import { whyNoStrace } from './strace.js';

afterAll(async () => {
  await endRunners();
  removeTrees();
});

const MINUTE = 60_000;

describeWhere(whyNoStrace(), 'in the middle of an application', () => {
  test.each(['INT', 'TERM', 'HUP'])(
    'SIG%s at any call changes nothing: it is finished',
    async (signal) => {
      for (const scenario of [await Scenario.create(), await Scenario.modify()]) {
        const calls = scenario.calls.filter(({ name }) => CALLS.includes(name));
        expect(calls.length).toBeGreaterThan(10);
        const ends = await severalAtATime(calls, async (at) => {
          const fault = { kind: signal, at, tamperings: [{ at, signal }] };
          const { hit, status, state } = await suffer(scenario, fault);
          return { at: at.line, hit, status, ...state };
        });
        expect(ends).toEqual(
          calls.map(({ line }) => ({ at: line, hit: true, status: 0, is: 'new', left: [] })),
        );
      }
    },
    MINUTE,
  );
});

describe('while systemctl hangs', () => {
  /** Sends a signal when `started` appears: to the group of processes as a terminal does, or to the one process. */
  async function interrupt(
    signal: NodeJS.Signals,
    everybody: boolean,
  ): Promise<{ status: unknown; same: boolean }> {
    const root = makeRoot(withFirewall());
    const before = fingerprint(root);
    // Hangs the first time, as long as it is let.
    const hang = '[ "$1" = daemon-reload ] && mkdir "$0.started" && exec sleep 3; exit 0';
    const live = new LiveProgram(hang);
    const child = spawn(process.execPath, live.argv(root), { detached: true, stdio: 'ignore' });
    const ended = once(child, 'exit');
    while (!fs.existsSync(`${live.path}/systemctl.started`))
      await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.kill(everybody ? -Number(child.pid) : Number(child.pid), signal);
    const [status] = (await ended) as unknown[];
    return { status, same: fingerprint(root) === before };
  }

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s rolls everything back',
    async (signal) => {
      const [terminal, single] = await Promise.all([interrupt(signal, true), interrupt(signal, false)]);
      expect(terminal).toEqual({ status: 4, same: true });
      expect(single).toEqual({ status: 4, same: true });
    },
    MINUTE,
  );
});
