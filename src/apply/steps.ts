import { errorCode } from '../errors.js';

/** One step of an application, and how it went. */
export interface Step {
  /** what was done: `write /etc/systemd/system/docker.service.d/50-follow-firewall.conf` */
  readonly step: string;
  /** how it went */
  readonly outcome: 'done' | 'failed' | 'undone';
  /** why it failed */
  readonly reason?: string;
}

/** The steps that do not name a file or a unit. */
export const STEPS = {
  fresh: 'check that no file has changed since the plan was made',
  label: 'set the SELinux label',
  reload: 'reload systemd',
  reloadOld: 'reload systemd with the old state',
  loaded: 'check that systemd has loaded it',
  asPlanned: 'check that every file is as planned',
} as const;

/** A step that failed, and is written down already. */
class StepFailed extends Error {}

interface Undo {
  readonly step: string;
  readonly run: () => void;
}

/** The steps that were done, and how to roll them back. */
export class Steps {
  readonly done: Step[] = [];
  /** what could not be restored, or removed */
  readonly notRolledBack: string[] = [];
  private readonly undo: Undo[] = [];

  /** Does all of it, or rolls back what was done until something failed. */
  allOrNothing(run: () => void): boolean {
    try {
      run();
      return true;
    } catch (error) {
      // After any error, even an unexpected one, the old state is restored first.
      if (!(error instanceof StepFailed)) this.failed('apply the plan', error);
      for (const undo of this.undo.reverse()) this.takeBack(undo);
      return false;
    }
  }

  /** Does one step, which fails by throwing. */
  take<Result>(step: string, run: () => Result): Result {
    try {
      const result = run();
      this.note(step);
      return result;
    } catch (error) {
      this.failed(step, error);
      throw new StepFailed();
    }
  }

  /** Writes down a step that cannot fail. */
  note(step: string): void {
    this.done.push({ step, outcome: 'done' });
  }

  /** Adds a rollback of a step; the last one added runs first. */
  onFailure(step: string, run: () => void): void {
    this.undo.push({ step, run });
  }

  /** Adds what runs after everything else was rolled back. */
  afterwards(step: string, run: () => void): void {
    this.undo.unshift({ step, run });
  }

  /** Notes something of ours that is still there. */
  couldNotRemove(path: string, error: unknown): void {
    this.notRolledBack.push(`remove ${path}: ${reasonOf(error)}`);
  }

  private takeBack({ step, run }: Undo): void {
    try {
      run();
      this.done.push({ step, outcome: 'undone' });
    } catch (error) {
      this.failed(step, error);
      this.notRolledBack.push(`${step}: ${reasonOf(error)}`);
    }
  }

  private failed(step: string, error: unknown): void {
    const reason = reasonOf(error);
    this.done.push({ step, outcome: 'failed', reason });
    const left = notRolledBackBy(error);
    if (left !== undefined) this.couldNotRemove(left, error);
  }
}

/** See System.writeFile(). */
function notRolledBackBy(error: unknown): string | undefined {
  const isObject = typeof error === 'object' && error !== null;
  return isObject && 'notRolledBack' in error ? String(error.notRolledBack) : undefined;
}

const REASONS: Partial<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the device reports an input/output error',
};

/** Why something failed, in words that an administrator knows. */
export function reasonOf(error: unknown): string {
  const code = errorCode(error);
  const known = REASONS[code];
  if (known !== undefined) return `${known} (${code})`;
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return String(hasMessage ? error.message : error);
}
