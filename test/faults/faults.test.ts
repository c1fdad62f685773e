import { afterAll, describe, expect, test } from '@jest/globals';
import { OURS } from '../helpers/docker.js';
import { removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';
import {
  bothWays,
  type Fault,
  faultsOnTheWayBack,
  kills,
  lastingFaults,
  type Outcome,
  severalAtATime,
  singleFaults,
  suffer,
} from './faults.js';
import { endRunners } from './runner.js';
import { Scenario } from './scenario.js';
import { whyNoStrace, type Call } from './strace.js';
import { told as toldTampering } from './tampering.js';

const MINUTES = 60_000;
const counts = new Map<string, number>();

afterAll(async () => {
  await endRunners();
  removeTrees();
  const lines = [...counts].sort().map(([what, count]) => `  ${String(count).padStart(4)}  ${what}`);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(`faults injected: ${total}\n${lines.join('\n')}\n`);
});

/** The functions of node:fs that the application calls. */
const FAULTED = [
  ...['closeSync', 'fchmodSync', 'fstatSync', 'fsyncSync', 'linkSync', 'lstatSync', 'mkdirSync', 'openSync'],
  ...['readSync', 'readdirSync', 'readlinkSync', 'renameSync', 'rmdirSync', 'unlinkSync', 'writeFileSync'],
];

/** A revert that is killed before it removes the directory: the file that said whose it is has gone. */
const OUR_DIRECTORY = /\/docker\.service\.d$/;

/** Runs every fault and gives those whose outcome is not legal, as text. */
async function illegal(
  scenario: Scenario,
  faults: readonly Fault[],
  isLegal: (outcome: Outcome) => boolean,
  mayLeave = scenario.name === 'revert' ? OUR_DIRECTORY : /^$/,
): Promise<string[]> {
  expect(faults.length).toBeGreaterThan(3);
  const outcomes = await severalAtATime(faults, (fault) => suffer(scenario, fault));
  for (const { fault, status, state } of outcomes) {
    const left = state.left.length > 0 ? ', something left' : '';
    const what = `${scenario.name}, ${fault.kind}: exit ${status ?? '-'}, ${state.is} state${left}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return outcomes.filter((outcome) => !isLegal(outcome) || !isMended(outcome, mayLeave)).map(told);
}

/** The fault was where it was meant to be, and the next run finishes the job. */
const isMended = ({ hit, after }: Outcome, mayLeave: RegExp): boolean =>
  hit && after.status === 0 && after.is === 'new' && after.left.every((path) => mayLeave.test(path));

const told = ({ fault, ...rest }: Outcome): string =>
  `${fault.kind}: ${fault.tamperings.map(toldTampering).join('; ')}: ${JSON.stringify(rest)}`;

describeWhere(whyNoStrace(), 'with injected faults', () => {
  test.each([
    ['a new drop-in', () => Scenario.create()],
    ['a changed drop-in', () => Scenario.modify()],
    ['a drop-in that is taken back', () => Scenario.revert()],
    ['a hook', () => Scenario.hook()],
    ['a new drop-in that systemd does not accept', () => Scenario.refused()],
  ])(
    '%s: a process of its own makes the calls that are faulted here',
    async (_, make) => {
      const scenario = await make();
      const lines = (calls: readonly Call[]): string[] => calls.map(({ line }) => line);
      expect(lines(scenario.calls)).toEqual(lines(await scenario.callsAlone()));
      expect(scenario.calls.length).toBeGreaterThan(20);
      // What Node.js did by itself could not be faulted by the process.
      expect(scenario.calls.filter(({ within }) => within === undefined)).toEqual([]);
    },
    MINUTES,
  );

  test(
    'what a process makes fail fails as if the system call did: the same error, and the same end',
    async () => {
      const scenarios = [Scenario.create(), Scenario.modify(), Scenario.revert(), Scenario.hook()];
      const tried = new Set<string>();
      for (const scenario of await Promise.all(scenarios)) {
        const all = bothWays(scenario).filter(({ key }) => !tried.has(key) && tried.add(key));
        await severalAtATime(all, async ({ key, own, byStrace }) => {
          const [one, other] = [await suffer(scenario, own), await suffer(scenario, byStrace)];
          const { hit, thrown, status, state } = other;
          const said = own.tamperings.some(({ forGood }) => forGood) ? { thrown } : { thrown, status, state };
          expect({ key, ...one }).toMatchObject({ key, hit, ...said });
          expect(hit).toBe(true);
          expect(thrown).toContain(key.split(' ')[2]);
        });
      }
      expect([...tried].map((key) => key.split(' ')[0])).toEqual(expect.arrayContaining(FAULTED));
    },
    6 * MINUTES,
  );

  describe.each([
    ['a new drop-in', () => Scenario.create()],
    ['a changed drop-in', () => Scenario.modify()],
    ['a drop-in that is taken back', () => Scenario.revert()],
    ['a hook, both of its drop-ins or neither', () => Scenario.hook()],
  ])('%s', (_, make) => {
    test(
      'a fault at any call: exit 0 and all of the new state, or exit 4 and all of the old one',
      async () => {
        const scenario = await make();
        const wrong = await illegal(
          scenario,
          singleFaults(scenario),
          ({ status, state, err }) =>
            state.left.length === 0 &&
            (status === 0
              ? state.is === 'new'
              : state.is === 'old' && status === 4 && err.includes('everything was rolled back')),
        );
        expect(wrong).toEqual([]);
      },
      6 * MINUTES,
    );

    test(
      'a fault that stays: the old state or the new one, and files that could not be removed are named',
      async () => {
        const scenario = await make();
        const wrong = await illegal(
          scenario,
          lastingFaults(scenario),
          ({ status, state, err }) =>
            status === 4 &&
            state.is !== 'torn' &&
            (state.is !== 'half' || err.includes(OURS)) &&
            state.left.every((path) => err.includes(path)),
        );
        expect(wrong).toEqual([]);
      },
      6 * MINUTES,
    );

    test(
      'killed at any call: the old state or the new one',
      async () => {
        const scenario = await make();
        const wrong = await illegal(
          scenario,
          kills(scenario),
          ({ status, state }) => status === null && state.is !== 'torn',
        );
        expect(wrong).toEqual([]);
      },
      6 * MINUTES,
    );

    test(
      'another fault during the rollback: the old state; killed: the old one or the new one',
      async () => {
        const scenario = await make();
        const back = await faultsOnTheWayBack(scenario);
        const wrong = [
          ...(await illegal(
            scenario,
            back.kills,
            ({ status, state }) => status === null && state.is !== 'torn',
            // If the new state is there, the next run has nothing to write; a later run that writes removes it.
            /\.tmp$|\.service\.d$/,
          )),
          ...(await illegal(
            scenario,
            back.errors,
            ({ status, state }) => status === 4 && state.is === 'old' && state.left.length === 0,
          )),
        ];
        expect(wrong).toEqual([]);
      },
      6 * MINUTES,
    );
  });

  test(
    'on a live machine whose systemd accepts nothing, a fault: the old state; killed: the old one or the new one',
    async () => {
      const scenario = await Scenario.refused();
      const wrong = [
        ...(await illegal(
          scenario,
          // How often systemctl's pipes are read differs from run to run; reading is tried above.
          singleFaults(scenario).filter(({ kind, at }) => kind === 'EIO' && at.name !== 'read'),
          ({ status, state }) => status === 4 && state.is === 'old' && state.left.length === 0,
        )),
        ...(await illegal(
          scenario,
          kills(scenario),
          ({ status, state }) => status === null && state.is !== 'torn',
        )),
      ];
      expect(wrong).toEqual([]);
    },
    6 * MINUTES,
  );
});
