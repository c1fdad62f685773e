import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, variantValue } from 'dbus-native';

/** What systemd says of a unit: org.freedesktop.systemd1(5), ListUnitsByNames(). */
export interface ListedUnit {
  readonly name: string;
  readonly state: string;
  readonly job: number;
}

const SYSTEMD = 'org.freedesktop.systemd1';
const MANAGER = '/org/freedesktop/systemd1';

const POLLING = 50;

/** Calls of a box's manager through its system bus: thousands of questions, and no process for any of them. */
export class ManagerBus {
  private readonly bus;

  /** @param pid the box's init: its root is seen from outside through it */
  constructor(pid: number) {
    this.bus = createClient({ socket: `/proc/${pid}/root/run/dbus/system_bus_socket` });
  }

  close(): void {
    this.bus.connection.end();
  }

  /** Has a method of the manager called that queues a job; a refusal is no error. */
  async ask(method: string, unit: string, mode: string): Promise<void> {
    await this.call(MANAGER, `${SYSTEMD}.Manager`, method, 'ss', [unit, mode]).then(
      undefined,
      () => undefined,
    );
  }

  /** What the units are now. */
  async list(names: readonly string[]): Promise<ListedUnit[]> {
    const listed = await this.call<[string, string, string, string, string, string, string, number][]>(
      ...[MANAGER, `${SYSTEMD}.Manager`, 'ListUnitsByNames', 'as', [names]],
    );
    return listed.map(([name, , , state, , , , job]) => ({ name, state, job }));
  }

  /** Whether a unit is active, inactive, failed …, as `systemctl is-active` says it. */
  async state(name: string): Promise<string> {
    const [unit] = await this.list([name]);
    return unit?.state ?? '';
  }

  /** Waits until no job is left. */
  async untilNoJobs(): Promise<void> {
    while ((await this.property<number>(MANAGER, 'Manager', 'NJobs')) > 0) await sleep(POLLING);
  }

  /** Which run of a unit this is, as a text; another one after each start. */
  async invocationOf(name: string): Promise<string> {
    const path = `${MANAGER}/unit/${name.replaceAll(/[^A-Za-z0-9]/g, (one) => `_${one.charCodeAt(0).toString(16)}`)}`;
    return Buffer.from(await this.property<Uint8Array>(path, 'Unit', 'InvocationID')).toString('hex');
  }

  private async property<Value>(path: string, face: string, name: string): Promise<Value> {
    const property = [`${SYSTEMD}.${face}`, name];
    return variantValue<Value>(
      await this.call(path, 'org.freedesktop.DBus.Properties', 'Get', 'ss', property),
    );
  }

  private async call<Answer>(
    path: string,
    face: string,
    member: string,
    signature: string,
    body: readonly unknown[],
  ): Promise<Answer> {
    return this.bus.invoke<Answer>({
      destination: SYSTEMD,
      path,
      interface: face,
      member,
      signature,
      body: [...body],
    });
  }
}
