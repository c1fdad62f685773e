import { errorCode } from '../errors.js';
import { parentOf, type RootPath } from '../system/files.js';
import type { System } from '../system/system.js';
import { sha256, type Change, type Input, type Plan } from '../plan/plan.js';
import { whyManagerDisagrees } from './check-manager.js';

/** One step of an application, and how it went. */
export interface Step {
  /** what was done: `write /etc/systemd/system/docker.service.d/50-follow-firewall.conf` */
  readonly step: string;
  readonly outcome: 'done' | 'failed' | 'undone';
  /** why it failed */
  readonly reason?: string;
}

/** What an application did. Where `ok` is false, what had been there before is there again. */
export interface Application {
  readonly ok: boolean;
  readonly steps: readonly Step[];
  /** what could not even be put back, for a human to look at */
  readonly leftBehind: readonly string[];
}

/**
 * Applies a plan: all of its changes, or none. Checks that nothing moved since planning, writes, has the manager
 * reload and reads the result back from it; whatever fails, the old state is put back and loaded again.
 * @param system the one whose files the plan was made from
 * @param plan a plan without a `refuse` finding
 * @throws TypeError for a plan that is refused
 */
export function applyPlan(system: System, plan: Plan): Application {
  if (plan.findings.some(({ level }) => level === 'refuse')) throw new TypeError('this plan is refused');
  return system.uninterrupted(() => new Transaction(system).run(plan));
}

/** A step that failed; thrown inside the transaction only. */
class StepFailed extends Error {}

class Transaction {
  private readonly steps: Step[] = [];
  private readonly undo: { readonly step: string; readonly run: () => void }[] = [];
  private readonly leftBehind: string[] = [];

  constructor(private readonly system: System) {}

  run(plan: Plan): Application {
    try {
      this.step('check that nothing moved since planning', () => {
        this.mustBeFresh(plan.inputs);
      });
      for (const change of plan.changes) this.change(change);
      this.load(plan);
      return { ok: true, steps: this.steps, leftBehind: [] };
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      this.rollBack();
      return { ok: false, steps: this.steps, leftBehind: this.leftBehind };
    }
  }

  private step(step: string, run: () => void): void {
    try {
      run();
      this.steps.push({ step, outcome: 'done' });
    } catch (error) {
      const reason = reasonOf(error);
      this.steps.push({ step, outcome: 'failed', reason });
      throw new StepFailed(reason);
    }
  }

  private mustBeFresh(inputs: readonly Input[]): void {
    const files = this.system.files();
    for (const { path, sha256: before } of inputs) {
      const now = files.follow(path).info ? sha256(files.read(path)) : null;
      if (now !== before) throw new Error(`${path} has changed since the plan was made; plan again`);
    }
  }

  private change({ path, before, after }: Change): void {
    if (after !== null) for (const directory of this.missingDirectories(path)) this.makeDirectory(directory);
    // Before the step: it may fail when the file is there already, at the last sync for example.
    this.undo.push({
      step: before === null ? `remove ${path}` : `put back ${path}`,
      run: () => {
        this.putBack(path, before);
      },
    });
    this.step(after === null ? `remove ${path}` : `write ${path}`, () => {
      if (after === null) this.system.removeFile(path);
      else this.system.writeFile(path, after);
    });
  }

  private putBack(path: RootPath, before: string | null): void {
    const files = this.system.files();
    const now = files.lstat(path) ? files.read(path).toString() : null;
    if (now === before) return;
    if (before === null) this.system.removeFile(path);
    else this.system.writeFile(path, before);
  }

  private makeDirectory(path: RootPath): void {
    this.step(`make ${path}`, () => {
      this.system.makeDirectory(path);
    });
    this.undo.push({
      step: `remove ${path}`,
      run: () => {
        this.system.removeDirectory(path);
      },
    });
  }

  private missingDirectories(path: RootPath): RootPath[] {
    const files = this.system.files();
    const missing: RootPath[] = [];
    for (let at = parentOf(path); at !== '/' && !files.follow(at).info; at = parentOf(at))
      missing.unshift(at);
    return missing;
  }

  /** A plan without changes is applied where systemd has not loaded yet what the files say. */
  private load(plan: Plan): void {
    const { manager } = this.system;
    if (!manager) return;
    const reload = (): void => {
      const { status, stderr } = manager.reload();
      if (status !== 0)
        throw new Error(stderr.trim() || `systemctl daemon-reload ended with ${status ?? 'a signal'}`);
    };
    // Once a reload was tried, the manager may know the new state: the old one has to be loaded again.
    if (plan.changes.length > 0)
      this.undo.unshift({ step: 'have systemd reload the old state', run: reload });
    this.step('have systemd reload', reload);
    this.step('ask systemd whether it agrees', () => {
      const why = whyManagerDisagrees(manager, plan);
      if (why !== undefined) throw new Error(why);
    });
  }

  private rollBack(): void {
    for (const { step, run } of this.undo.reverse()) {
      try {
        run();
        this.steps.push({ step, outcome: 'undone' });
      } catch (error) {
        this.steps.push({ step, outcome: 'failed', reason: reasonOf(error) });
        this.leftBehind.push(`${step}: ${reasonOf(error)}`);
      }
    }
  }
}

/** Why something failed, in words that an administrator knows. */
function reasonOf(error: unknown): string {
  const reasons: Partial<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'operation not permitted',
    EROFS: 'the file system is read-only',
    ENOSPC: 'no space left on the device',
    EDQUOT: 'the disk quota is used up',
  };
  const code = errorCode(error);
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  return reasons[code] === undefined ? message : `${reasons[code]} (${code})`;
}
