import { restartsInBackground } from '../background-restart.js';
import { backendOf } from '../firewall-effects.js';
import { isFirewall } from '../is-firewall.js';
import { mayFlush } from '../may-flush.js';
import { startLimitOf } from '../start-limit.js';
import { info, warn, type Finding } from './finding.js';
import type { Look } from './situation.js';

/** Every restart of the followed unit counts against the limit of the one that follows. */
export const startLimit: Look = ({ unit, follow, planned }) => {
  const { burst, interval, liftedBy } = startLimitOf(planned.load(unit.id));
  const own = burst ?? interval;
  if (!own || liftedBy) return [];
  // DefaultStartLimitBurst= and DefaultStartLimitIntervalSec= where nobody set them: systemd-system.conf(5).
  const starts = burst?.value ?? '5';
  const time = seconds(interval?.value ?? '10s');
  return [
    warn(
      'start-limit',
      `${unit.id} may be started ${starts} times in ${time} (${own.file}:${own.line}): more restarts of ${follow.id} ` +
        `than that leave it failed`,
      `--no-start-limit lifts it; without that: systemctl reset-failed ${unit.id} && systemctl start ${unit.id}`,
    ),
  ];
};

/** systemd passes a reload on to nobody who would have to restart. */
export const reloadNotCovered: Look = ({ unit, follow, files, template, planned }) => {
  // Only of a firewall it is known what a reload may cost.
  if (!isFirewall(files, template, follow)) return [];
  const commands = planned
    .load(follow.id)
    .directives.filter(({ section, key }) => section === 'Service' && key === 'ExecReload');
  if (commands.some(({ value }) => restartsInBackground(value, unit.names))) return [];
  const { backend } = backendOf(files, template, unit);
  const reload = commands.find(({ value }) => mayFlush(value, files, backend));
  if (!reload) return [];
  return [
    info(
      'reload-not-covered',
      `systemctl reload ${follow.id} may wipe the rules too (ExecReload=, ${reload.file}:${reload.line}), and no ` +
        'dependency follows a reload',
      `restart it instead of reloading: systemctl restart ${follow.id}; or --relation hook, which follows a reload too`,
    ),
  ];
};

/** The files say it, but systemd has not read them since. */
export function notLoaded(why: string): Finding {
  return warn(
    'not-loaded',
    `the files say all of it, but systemd has not loaded them: ${why}`,
    'systemctl daemon-reload, which unit-patch does for you',
  );
}

function seconds(value: string): string {
  return /^\d+$/.test(value) ? `${value}s` : value;
}
