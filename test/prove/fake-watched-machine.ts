import type { CommandResult, Probe, WatchedMachine } from '../../src/system/system.js';
import { fakeMachine, type MachineChanges, RULES, unit } from '../doctor/fake-machine.js';

/** The state from a millisecond after the restart on; members that are left out stay as they were. */
export interface MachineState extends MachineChanges {
  readonly answers?: boolean;
  /** how long docker takes to say what a container does, in milliseconds; it says what was so at first */
  readonly inspectTakes?: number;
}

/** The changes of a fake machine, by milliseconds after the request for the restart. */
export type Schedule = Readonly<Record<number, MachineState>>;

/** How `systemctl restart` itself ends. */
export interface Restart {
  readonly takes: number;
  readonly status?: number;
  readonly stderr?: string;
}

const BOOT = 100_000_000;

/** A unit that changed its state so many milliseconds after the restart. */
export function changed(
  id: string,
  invocation: string,
  state: string,
  times: Readonly<Record<string, number>> = {},
): string {
  const stamps = Object.entries(times).map(([key, at]) => [
    `${key}TimestampMonotonic`,
    String(BOOT + at * 1000),
  ]);
  return unit(id, 10, {
    ActiveState: state,
    InvocationID: invocation,
    ...(Object.fromEntries(stamps) as Record<string, string>),
  });
}

/** docker.service as it was before, and as it is after a restart. */
export const OLD = changed('docker.service', 'old', 'active');
export const NEW = changed('docker.service', 'new', 'active', {
  ActiveExit: 10,
  InactiveEnter: 100,
  InactiveExit: 300,
  ActiveEnter: 900,
});

/** A machine whose clock moves only when everybody waits, so that a test takes no time and comes out the same. */
export class FakeWatchedMachine implements WatchedMachine {
  readonly isRoot = true;
  readonly asked: string[] = [];
  restarted: string[] = [];
  private clock = BOOT;
  private readonly waiting: { at: number; go: () => void }[] = [];
  private restartedAt: number | undefined;

  constructor(
    private readonly before: MachineState,
    private readonly course: Schedule,
    private readonly how: Restart = { takes: 200 },
  ) {}

  now(): number {
    return this.clock;
  }

  wait(milliseconds: number): Promise<void> {
    return new Promise((go) => {
      this.waiting.push({ at: this.clock + milliseconds * 1000, go });
      if (this.waiting.length === 1) setImmediate(this.tick);
    });
  }

  async restart(unitName: string): Promise<CommandResult> {
    this.restarted.push(unitName);
    this.restartedAt = this.clock;
    await this.wait(this.how.takes);
    return { status: this.how.status ?? 0, stdout: '', stderr: this.how.stderr ?? '' };
  }

  async ask(command: readonly string[]): Promise<CommandResult> {
    this.asked.push(command.join(' '));
    const { inspectTakes = 0, ...state } = this.state();
    const result = await fakeMachine(state).machine.ask(command);
    if (inspectTakes > 0 && command[1] === 'inspect') await this.wait(inspectTakes);
    return result;
  }

  read(): undefined {
    return undefined;
  }

  answers(probe: Probe): Promise<boolean> {
    const isIt = 'command' in probe || probe.port === 8080;
    return Promise.resolve(isIt && (this.state().answers ?? true));
  }

  addresses(): string[] {
    return ['192.0.2.1'];
  }

  /** The state of the machine at this moment. */
  private state(): MachineState {
    const begun = { docker: OLD, rules: RULES, ...this.before };
    if (this.restartedAt === undefined) return begun;
    const passed = (this.clock - this.restartedAt) / 1000;
    const changes = Object.entries<MachineState>(this.course).filter(([at]) => Number(at) <= passed);
    return changes.reduce<MachineState>((all, [, change]) => ({ ...all, ...change }), begun);
  }

  private readonly tick = (): void => {
    this.waiting.sort((one, other) => one.at - other.at);
    const next = this.waiting.shift();
    if (!next) return;
    this.clock = Math.max(this.clock, next.at);
    next.go();
    // A caller that goes on may wait again before the clock moves on.
    if (this.waiting.length > 0) setImmediate(this.tick);
  };
}
