import type { ListedUnit } from './manager-bus.js';

/** A method call. */
export interface Call {
  readonly name: string;
  readonly path: string;
  readonly face: string;
  readonly member: string;
  /** strings, and lists of strings */
  readonly args: readonly (string | readonly string[])[];
}

/** The answer to a call, as far as anybody asks for it here. */
export interface Reply {
  readonly error?: string;
  readonly strings: readonly string[];
  readonly units?: ListedUnit[];
  readonly bytes?: Buffer;
}

/** The types of messages, and the fields of their headers: D-Bus Specification, "Message Format". */
const CALL = 1;
const ERROR = 3;
const FIELDS = { path: 1, face: 2, member: 3, errorName: 4, replyTo: 5, name: 6, signature: 8 } as const;

class Writer {
  private readonly parts: Buffer[] = [];
  length = 0;

  put(part: Buffer): void {
    this.parts.push(part);
    this.length += part.length;
  }

  align(to: number): void {
    this.put(Buffer.alloc((to - (this.length % to)) % to));
  }

  number(value: number): void {
    this.align(4);
    const part = Buffer.alloc(4);
    part.writeUInt32LE(value);
    this.put(part);
  }

  text(value: string): void {
    this.number(Buffer.byteLength(value));
    this.put(Buffer.from(`${value}\0`));
  }

  signature(value: string): void {
    this.put(Buffer.from([value.length, ...Buffer.from(value), 0]));
  }

  field(code: number, type: 's' | 'o' | 'g', value: string): void {
    this.align(8);
    this.put(Buffer.from([code]));
    this.signature(type);
    if (type === 'g') this.signature(value);
    else this.text(value);
  }

  bytes(): Buffer {
    return Buffer.concat(this.parts);
  }
}

/** The bytes of a method call. */
export function encodeCall(serial: number, { name, path, face, member, args }: Call): Buffer {
  const body = new Writer();
  for (const one of args)
    if (typeof one === 'string') body.text(one);
    else {
      const list = new Writer();
      for (const text of one) list.text(text);
      body.number(list.length);
      body.put(list.bytes());
    }
  // The fields begin at a multiple of 8, so they are aligned among themselves.
  const fields = new Writer();
  fields.field(FIELDS.path, 'o', path);
  fields.field(FIELDS.face, 's', face);
  fields.field(FIELDS.member, 's', member);
  fields.field(FIELDS.name, 's', name);
  if (args.length > 0)
    fields.field(FIELDS.signature, 'g', args.map((one) => (typeof one === 'string' ? 's' : 'as')).join(''));
  const head = new Writer();
  head.put(Buffer.from(['l'.charCodeAt(0), CALL, 0, 1]));
  head.number(body.length);
  head.number(serial);
  head.number(fields.length);
  head.put(fields.bytes());
  head.align(8);
  head.put(body.bytes());
  return head.bytes();
}

class Reader {
  constructor(
    private readonly buffer: Buffer,
    public at = 0,
  ) {}

  align(to: number): void {
    this.at = Math.ceil(this.at / to) * to;
  }

  byte(): number {
    return this.buffer.readUInt8(this.at++);
  }

  number(): number {
    this.align(4);
    this.at += 4;
    return this.buffer.readUInt32LE(this.at - 4);
  }

  text(): string {
    const length = this.number();
    this.at += length + 1;
    return this.buffer.toString('utf8', this.at - length - 1, this.at - 1);
  }

  signature(): string {
    const length = this.byte();
    this.at += length + 1;
    return this.buffer.toString('utf8', this.at - length - 1, this.at - 1);
  }

  take(length: number): Buffer {
    this.at += length;
    return this.buffer.subarray(this.at - length, this.at);
  }
}

/** The first whole message of what was received; undefined if there is none yet. */
export function decodeMessage(
  buffer: Buffer,
): { readonly size: number; readonly replyTo: number; readonly reply: Reply } | undefined {
  if (buffer.length < 16) return undefined;
  const bodyAt = Math.ceil((16 + buffer.readUInt32LE(12)) / 8) * 8;
  const size = bodyAt + buffer.readUInt32LE(4);
  if (buffer.length < size) return undefined;
  const { replyTo, signature, errorName } = headerOf(new Reader(buffer, 16), 16 + buffer.readUInt32LE(12));
  // What is aligned in a body is so from its beginning, which is at a multiple of 8.
  const body = new Reader(Buffer.from(buffer.subarray(bodyAt, size)));
  const reply = buffer[1] === ERROR ? { error: errorName, strings: [] } : replyOf(signature, body);
  return { size, replyTo, reply };
}

function headerOf(reader: Reader, end: number): { replyTo: number; signature: string; errorName: string } {
  const found = { replyTo: -1, signature: '', errorName: '' };
  while (reader.at < end) {
    reader.align(8);
    const code = reader.byte();
    const type = reader.signature();
    const value = type === 'u' ? reader.number() : type === 'g' ? reader.signature() : reader.text();
    if (code === FIELDS.replyTo) found.replyTo = Number(value);
    if (code === FIELDS.signature) found.signature = String(value);
    if (code === FIELDS.errorName) found.errorName = String(value);
  }
  return found;
}

function replyOf(signature: string, body: Reader): Reply {
  if (signature === 'a(ssssssouso)') return { strings: [], units: unitsOf(body) };
  if (signature === 'v' && body.signature() === 'ay') return { strings: [], bytes: body.take(body.number()) };
  return { strings: signature === 's' || signature === 'o' ? [body.text()] : [] };
}

function unitsOf(body: Reader): ListedUnit[] {
  const length = body.number();
  body.align(8);
  const end = body.at + length;
  const units: ListedUnit[] = [];
  while (body.at < end) {
    body.align(8);
    const [name = '', , , state = ''] = Array.from({ length: 7 }, () => body.text());
    const job = body.number();
    body.text();
    body.text();
    units.push({ name, state, job });
  }
  return units;
}
