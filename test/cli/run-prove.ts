import { expect } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { RootSystem } from '../../src/system/root-system.js';
import type { Manager } from '../../src/system/system.js';
import { FLUSHED, RULES } from '../doctor/fake-machine.js';
import { withFirewall } from '../helpers/docker.js';
import { type Run, run } from '../helpers/run.js';
import { fingerprint, makeRoot } from '../helpers/tree.js';
import {
  FakeWatchedMachine,
  changed,
  type MachineState,
  type Schedule,
  NEW,
  type Restart,
} from '../prove/fake-watched-machine.js';

const IN_FORCE = {
  '/etc/systemd/system/docker.service.d/a.conf':
    '[Unit]\nRequires=iptables.service\nAfter=iptables.service\n',
};
/** docker goes down and comes back with its firewall. */
export const WITH_DOCKER: Schedule = {
  20: { docker: changed('docker.service', '', 'inactive'), rules: FLUSHED, answers: false },
  900: { docker: NEW, rules: RULES, answers: true },
};
/** Its rules are gone, and it is not restarted. */
export const LOST: Schedule = {
  20: {
    rules: FLUSHED,
    firewall: changed('iptables.service', 'new', 'active', { InactiveEnter: 5, ActiveEnter: 20 }),
  },
};

/** A machine, and its user. */
export interface Box {
  readonly files?: Record<string, string>;
  readonly before?: MachineState;
  readonly course?: Schedule;
  readonly how?: Restart;
  /** what the person at the terminal says; nobody sits there if it is undefined */
  readonly answer?: string;
  /** whether messages go to a terminal that shows colours */
  readonly terminal?: boolean;
  readonly term?: string;
  readonly isRoot?: boolean;
}

/** Runs prove on a fake machine. */
export async function prove(
  box: Box,
  ...args: readonly string[]
): Promise<Run & { machine: FakeWatchedMachine; asked: string }> {
  const {
    files = IN_FORCE,
    before = {},
    course = WITH_DOCKER,
    how,
    answer,
    isRoot = true,
    terminal = false,
    term = 'xterm',
  } = box;
  const root = makeRoot(withFirewall('iptables.service', files));
  const shown = 'LoadState=loaded\nRequires=iptables.service\nAfter=iptables.service\n';
  const manager: Manager = {
    about: () => ({ systemd: 257 }),
    isActive: () => true,
    activeUnits: () => [],
    reload: () => ({ status: 0, stdout: '', stderr: '' }),
    show: () => ({ status: 0, stdout: shown, stderr: '' }),
  };
  const machine = new FakeWatchedMachine(before, course, how);
  let asked = '';
  const ask = (question: string): Promise<string> => {
    asked = question;
    return Promise.resolve(answer ?? '');
  };
  const fingerprintBefore = fingerprint(root);
  const result = await run(['prove', 'docker', ...args], {
    openSystem: () => new RootSystem(openRoot(root), manager),
    machine: Object.assign(machine, { isRoot }),
    ask: answer === undefined ? undefined : ask,
    errIsTerminal: terminal,
    outIsTerminal: terminal,
    env: { TERM: term },
  });
  // It never writes anything.
  expect(fingerprint(root)).toBe(fingerprintBefore);
  return { ...result, machine, asked };
}
