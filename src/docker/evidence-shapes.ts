import type { DaemonFacts } from '../firewalls/dockerd/daemon-json.js';
import { HEALS } from '../firewalls/template.js';
import type { Answered, Contents, Protection, RelationState, WatchedBy } from './evidence.js';

/** Says what is wrong with a value; undefined if it is valid. */
export type Shape = (value: unknown) => string | undefined;

export const isText: Shape = (value) => (typeof value === 'string' ? undefined : 'is not text');
export const isFlag: Shape = (value) =>
  typeof value === 'boolean' ? undefined : 'is neither true nor false';
export const isCount: Shape = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? undefined : 'is not a count';

/** One of these words. */
export function isOneOf(...words: readonly string[]): Shape {
  return (value) => (words.some((word) => word === value) ? undefined : `is none of ${words.join(', ')}`);
}

export function orNull(shape: Shape): Shape {
  return (value) => (value === null ? undefined : shape(value));
}

export function isListOf(shape: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value)) return 'is not a list';
    for (const [at, one] of value.entries()) {
      const why = shape(one);
      if (why !== undefined) return `${why} (number ${at + 1})`;
    }
    return undefined;
  };
}

/** Something that evidence of an older version may lack. */
export function optional(shape: Shape): Shape {
  return (value) => (value === undefined ? undefined : shape(value));
}

/**
 * An object with the members of its type, which the compiler compares with these; it may have more, which later
 * versions write.
 */
export function hasMembers<Type = Readonly<Record<string, unknown>>>(
  members: Readonly<Record<keyof Type & string, Shape>>,
): Shape {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is not an object';
    const values = new Map<string, unknown>(Object.entries(value));
    for (const [name, shape] of Object.entries<Shape>(members)) {
      const why = shape(values.get(name));
      if (why !== undefined) return `${name} ${values.has(name) ? why : 'is missing'}`;
    }
    return undefined;
  };
}

/**
 * A JSON document of a shape.
 * @throws TypeError that says what is wrong with it
 */
export function documentOf(text: string, shape: Shape): unknown {
  const value = parse(text);
  const why = shape(value);
  if (why !== undefined) throw new TypeError(why);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError('it is not JSON, or not all of it');
  }
}

/** The table of contents. */
export const CONTENTS_SHAPE = hasMembers<Contents>({
  schema: isOneOf('unit-patch/evidence@1'),
  unit: isText,
  taken: isText,
  files: isListOf(
    hasMembers<Answered>({ file: isText, status: orNull(isCount), length: isCount, why: isText }),
  ),
});

/** How dockerd is configured. */
export const DAEMON_SHAPE = hasMembers<DaemonFacts>({
  writesRules: isFlag,
  saidBy: isText,
  keepsContainers: isFlag,
  ip6tables: orNull(isFlag),
  usesNftables: isFlag,
  usesProxy: isFlag,
});

/** Whether docker follows its firewall. */
export const PROTECTION_SHAPE = hasMembers<Protection>({
  state: isOneOf('protected', 'unprotected', 'not-needed', 'no-firewall', 'unknown'),
  follow: orNull(isText),
  text: isText,
  relations: optional(
    isListOf(hasMembers<RelationState>({ relation: isText, state: isText, covers: isListOf(isText) })),
  ),
  watch: optional(hasMembers<WatchedBy>({ service: isText, heal: isOneOf(...HEALS) })),
});

/** A network, a line of its file. */
export const NETWORK_SHAPE = hasMembers({
  name: isText,
  id: isText,
  driver: isText,
  internal: isFlag,
  ipv6: isFlag,
  subnets: orNull(isListOf(orNull(isText))),
});

/** A container, a line of its file. */
export const CONTAINER_SHAPE = hasMembers({
  name: isText,
  addresses: isListOf(orNull(hasMembers({ network: isText, addresses: isListOf(orNull(isText)) }))),
});
