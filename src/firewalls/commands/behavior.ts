import type { Files } from '../../files/files.js';
import type { Behavior } from '../../transactions/behavior.js';
import { commandsOf } from './commands.js';
import { ends } from './loads-once.js';
import { unreadScript } from './unread-script.js';
import { managerCall } from './unit-calls.js';

/** How long a process that ends by itself runs in a simulation, in seconds: longer than the jobs and RestartSec= take. */
const SHORT = 0.3;

/** What the command lines of units do, as far as the files show it: an unknown command succeeds, an unknown process stays. */
export function behaviorIn(files: Files): Behavior {
  return {
    calls: (_, setting) =>
      commandsOf(setting, files)
        // An init script that systemd itself runs does its work; called by others it asks systemd: init-functions.
        .filter(({ words: [path = ''], file }) => !path.includes('/init.d/') || file !== setting.file)
        .flatMap((command) => managerCall(command) ?? []),
    unknown: (_, setting) => commandsOf(setting, files).flatMap((one) => unreadScript(one, files) ?? [])[0],
    fails: (_, setting) =>
      commandsOf(setting, files).some(({ program, failsTheLine }) => program === 'false' && failsTheLine),
    cannotStart: () => false,
    runsFor: (_, setting) => (commandsOf(setting, files).every(ends) ? SHORT : undefined),
  };
}
