import type { Files } from '../../files/files.js';
import type { Behavior } from '../../transactions/behavior.js';
import { commandsOf } from './commands.js';
import { ends } from './loads-once.js';
import { managerCall } from './unit-calls.js';

/** How long a process that ends is taken to run, in seconds: longer than jobs take, and RestartSec= lasts. */
const SHORT = 0.3;

/** What the command lines of units do, as far as it can be read: what is not known succeeds, and a daemon stays. */
export function behaviorIn(files: Files): Behavior {
  return {
    calls: (_, setting) =>
      commandsOf(setting, files)
        // An init script that systemd itself runs does its work; called by others it asks systemd: init-functions.
        .filter(({ words: [path = ''], file }) => !path.includes('/init.d/') || file !== setting.file)
        .flatMap((command) => managerCall(command) ?? []),
    fails: (_, setting) =>
      commandsOf(setting, files).some(({ program, failsTheLine }) => program === 'false' && failsTheLine),
    cannotStart: () => false,
    runsFor: (_, setting) => (commandsOf(setting, files).every(ends) ? SHORT : undefined),
  };
}
