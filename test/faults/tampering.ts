import type { Call } from './strace.js';

/** Something that is done to a system call: it fails, or the process gets a signal just before it. */
export interface Tampering {
  readonly at: Call;
  readonly error?: string;
  readonly signal?: string;
  /** the system calls that fail from there on, instead of the one */
  readonly forGood?: readonly string[];
  /** whether strace is to do it although the process could */
  readonly byStrace?: boolean;
}

/**
 * Whether strace has to do it: to one of several system calls that Node.js makes in one call of node:fs, and by EINTR,
 * after which libuv calls again. All else the process does to itself, before a call of node:fs; see watched-fs.cjs.
 */
export const isForStrace = ({ at: { within }, error, forGood, byStrace = false }: Tampering): boolean =>
  byStrace || error === 'EINTR' || (!within?.isOne && !forGood);

/** What it is, for people. */
export const told = (tampering: Tampering): string => {
  const { at, error, signal, forGood } = tampering;
  return `${error ?? signal ?? ''}${forGood ? ' for good' : ''} at ${at.line}, ${isForStrace(tampering) ? 'by strace' : (at.within?.text ?? '')}`;
};
