import type { RootPath } from '../files/files.js';
import { whyManagerDisagrees } from '../plan/manager-agrees.js';
import type { Plan } from '../plan/plan.js';
import type { CommandResult, Manager } from '../system/system.js';
import { type Steps, STEPS } from './steps.js';

/** Makes the manager load the files, and checks that it has. */
export function load(manager: Manager, steps: Steps, plan: Plan): void {
  const reload = (): void => {
    mustSucceed(manager.reload(), 'systemctl daemon-reload');
  };
  // Once a reload was tried, the manager may know the new state: the old one has to be loaded again.
  if (plan.changed) steps.afterwards(STEPS.reloadOld, reload);
  steps.take(STEPS.reload, reload);
  mustBeLoaded(manager, steps, plan);
}

/** Checks that systemd has loaded what was written. */
export function mustBeLoaded(manager: Manager, steps: Steps, plan: Plan): void {
  steps.take(STEPS.loaded, () => {
    const why = whyManagerDisagrees(manager, plan);
    if (why !== undefined) throw new Error(why);
  });
}

/** Sets the SELinux label of new files and directories, if the machine has labels. */
export function label(manager: Manager, steps: Steps, made: readonly RootPath[]): void {
  if (manager.relabel && made.length > 0)
    steps.take(STEPS.label, () => {
      relabel(manager, made);
    });
}

/** See label(). */
export function relabel(manager: Manager | undefined, paths: readonly RootPath[]): void {
  const result = manager?.relabel?.(paths);
  if (result) mustSucceed(result, 'restorecon');
}

/** Fails if a command has. */
export function mustSucceed({ status, stderr }: CommandResult, command: string): void {
  if (status !== 0) throw new Error(stderr.trim() || `${command} ended with ${status ?? 'a signal'}`);
}
