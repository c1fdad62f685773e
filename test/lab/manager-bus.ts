import { createConnection, type Socket } from 'node:net';
import { decodeMessage, encodeCall, type Reply } from './bus-messages.js';

/** What systemd says of a unit: org.freedesktop.systemd1(5), ListUnitsByNames(). */
export interface ListedUnit {
  readonly name: string;
  readonly state: string;
  readonly job: number;
}

const SYSTEMD = 'org.freedesktop.systemd1';
const MANAGER = '/org/freedesktop/systemd1';

/** Calls of a box's manager through its system bus: thousands of questions, and no process for any of them. */
export class ManagerBus {
  private serial = 0;
  private received: Buffer = Buffer.alloc(0);
  private readonly waiting = new Map<number, (reply: Reply) => void>();

  private constructor(private readonly socket: Socket) {
    socket.on('data', (data) => {
      this.received = Buffer.concat([this.received, data]);
      this.takeReplies();
    });
    const end = (): void => {
      for (const answer of this.waiting.values()) answer({ error: 'the bus is closed', strings: [] });
      this.waiting.clear();
    };
    socket.on('close', end).on('error', end);
  }

  /** @param pid the box's init: its root is seen from outside through it */
  static async open(pid: number): Promise<ManagerBus> {
    const socket = createConnection(`/proc/${pid}/root/run/dbus/system_bus_socket`);
    const said = new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('data', () => {
        resolve();
      });
    });
    // The user is root, as the hexadecimal digits of "0".
    socket.write('\0AUTH EXTERNAL 30\r\n');
    await said;
    socket.write('BEGIN\r\n');
    const bus = new ManagerBus(socket);
    await bus.call('/org/freedesktop/DBus', 'org.freedesktop.DBus', 'Hello', []);
    return bus;
  }

  close(): void {
    this.socket.destroy();
  }

  /** Has a method of the manager called that queues a job; a refusal is no error. */
  async ask(method: string, ...args: readonly string[]): Promise<string | undefined> {
    return (await this.call(MANAGER, `${SYSTEMD}.Manager`, method, args)).error;
  }

  /** What the units are now. */
  async list(names: readonly string[]): Promise<ListedUnit[]> {
    const { units, error } = await this.call(MANAGER, `${SYSTEMD}.Manager`, 'ListUnitsByNames', [names]);
    if (!units) throw new Error(`ListUnitsByNames: ${error ?? 'no answer'}`);
    return units;
  }

  /** Which run of a unit this is, as a text; another one after each start. */
  async invocationOf(name: string): Promise<string> {
    const path = `${MANAGER}/unit/${name.replaceAll(/[^A-Za-z0-9]/g, (one) => `_${one.charCodeAt(0).toString(16)}`)}`;
    const properties = 'org.freedesktop.DBus.Properties';
    const { bytes } = await this.call(path, properties, 'Get', [`${SYSTEMD}.Unit`, 'InvocationID']);
    return bytes?.toString('hex') ?? '';
  }

  private call(
    path: string,
    face: string,
    member: string,
    args: readonly (string | readonly string[])[],
  ): Promise<Reply> {
    const serial = ++this.serial;
    const name =
      face.startsWith('org.freedesktop.DBus') && path.endsWith('/DBus') ? 'org.freedesktop.DBus' : SYSTEMD;
    this.socket.write(encodeCall(serial, { name, path, face, member, args }));
    return new Promise((resolve) => this.waiting.set(serial, resolve));
  }

  private takeReplies(): void {
    for (;;) {
      const message = decodeMessage(this.received);
      if (!message) return;
      this.received = this.received.subarray(message.size);
      this.waiting.get(message.replyTo)?.(message.reply);
      this.waiting.delete(message.replyTo);
    }
  }
}
