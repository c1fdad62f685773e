import { typed } from '../report/typed.js';
import type { FarSide, System } from '../system/system.js';
import { usuallyRead } from '../plan/what-is-read.js';
import type { Io } from './io.js';
import { usage } from './usage.js';

/** Begins the name that another machine has among the roots, as its URI does in ssh(1). */
const SCHEME = 'ssh://';

/** The options that say which machines. */
export interface HostArguments {
  readonly host?: unknown;
  readonly sudo?: unknown;
  readonly root?: unknown;
}

/** Whether a root is another machine. */
export function isHost(root: string | undefined): boolean {
  return root?.startsWith(SCHEME) === true;
}

/**
 * The machines that --host names, as roots.
 * @throws UnitPatchError `usage`
 */
export function hostsOf({ host, sudo, root }: HostArguments): string[] {
  const hosts = host === undefined ? [] : ([] as unknown[]).concat(host).map(String);
  if (hosts.length > 0 && root !== undefined)
    throw usage(
      '--host and --root do not go together',
      'leave one out: the one is a machine, the other a directory',
    );
  if (hosts.length === 0 && sudo === true)
    throw usage('--sudo is for --host', 'add --host, or run unit-patch itself with sudo');
  const roots = hosts.map((one) => (one.startsWith(SCHEME) ? one : SCHEME + one));
  for (const one of roots) mustBeHost(one);
  const twice = roots.find((one, at) => roots.indexOf(one) < at);
  if (twice !== undefined)
    throw usage(`--host names ${twice.slice(SCHEME.length)} twice`, 'name each machine once');
  return roots;
}

/** ssh would take the first for an option, and nothing that it knows has the others. */
function mustBeHost(root: string): void {
  const host = root.slice(SCHEME.length);
  if (host.startsWith('-') || !/^[^\s\p{Cc}'"]+$/u.test(host))
    throw usage(`${JSON.stringify(host)} is no host`, 'name it as for ssh: --host root@web1');
}

/**
 * Connects to the machines among some roots, one after the other, since each may ask for something.
 * @returns the world in which they can be opened
 * @throws UnitPatchError if one of them cannot be reached or read: nothing is done on the others either
 */
export async function reaching(
  roots: Iterable<string | undefined>,
  { sudo }: HostArguments,
  io: Io,
): Promise<Io> {
  const hosts: string[] = [];
  for (const root of roots) if (root !== undefined && isHost(root)) hosts.push(root);
  if (hosts.length === 0) return io;
  // A saved plan may name anything.
  for (const root of hosts) mustBeHost(root);
  const { HostSystem } = await import('../system/host/host-system.js');
  const opened = new Map<string, System>();
  for (const root of hosts)
    opened.set(
      root,
      await HostSystem.open(root, {
        paths: usuallyRead,
        sudo: sudo === true,
        mayAsk: io.ask !== undefined,
        env: io.env,
      }),
    );
  return withSystems(io, opened);
}

/** How a root is reached; undefined for a directory of this machine. */
export function farOf(root: string | undefined, io: Io): FarSide | undefined {
  return isHost(root) ? io.openSystem(root).far : undefined;
}

/** An io that says commands as they have to be typed here. */
export function typedOn(io: Io, far: FarSide | undefined): Io {
  if (!far) return io;
  const err = (text: string): void => {
    io.err(typed(text, far));
  };
  return Object.create(io, { err: { value: err } }) as Io;
}

function withSystems(io: Io, opened: ReadonlyMap<string, System>): Io {
  return withOpening(
    io,
    (root, disk) => (root === undefined ? undefined : opened.get(root)) ?? io.openSystem(root, disk),
  );
}

/** An io that opens systems in another way. It has getters, which must stay what they are. */
export function withOpening(io: Io, openSystem: Io['openSystem']): Io {
  return Object.create(io, { openSystem: { value: openSystem } }) as Io;
}
