import type { Setting, Unit } from '../../units/unit.js';
import { mayFlush } from '../may-flush.js';
import { info, warn, type Finding } from './finding.js';
import type { Look } from './situation.js';

/** Every restart of the followed unit counts against the limit of the one that follows. */
export const startLimit: Look = ({ unit, follow }) => {
  const burst = limit(unit, /^StartLimitBurst$/);
  const interval = limit(unit, /^StartLimitInterval(?:Sec)?$/);
  const own = burst ?? interval;
  if (!own || isZero(burst) || isZero(interval)) return [];
  // DefaultStartLimitBurst= and DefaultStartLimitIntervalSec= where nobody set them: systemd-system.conf(5).
  const starts = burst?.value ?? '5';
  const time = seconds(interval?.value ?? '10s');
  return [
    warn(
      'start-limit',
      `${unit.id} may be started ${starts} times in ${time} (${own.file}:${own.line}): more restarts of ${follow.id} ` +
        `than that leave it failed`,
      `after that: systemctl reset-failed ${unit.id} && systemctl start ${unit.id}; without a limit: ` +
        `StartLimitIntervalSec=0 in a drop-in of your own`,
    ),
  ];
};

/** systemd passes a reload on to nobody who would have to restart. */
export const reloadNotCovered: Look = ({ follow, files, template }) => {
  // Only of a firewall it is known what a reload may cost.
  if (template.candidates.length === 0) return [];
  const reload = follow.directives.find(
    ({ section, key, value }) => section === 'Service' && key === 'ExecReload' && mayFlush(value, files),
  );
  if (!reload) return [];
  return [
    info(
      'reload-not-covered',
      `systemctl reload ${follow.id} may wipe the rules too (ExecReload=, ${reload.file}:${reload.line}), and no ` +
        'dependency follows a reload',
      `restart it instead of reloading: systemctl restart ${follow.id}`,
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

function limit({ directives }: Unit, key: RegExp): Setting | undefined {
  // systemd takes them in [Service] too, where they stood before 230.
  return directives.findLast((one) => key.test(one.key) && ['Unit', 'Service'].includes(one.section));
}

function isZero(setting: Setting | undefined): boolean {
  return setting !== undefined && /^(?:0+\s*[a-z]*|infinity)$/.test(setting.value);
}

function seconds(value: string): string {
  return /^\d+$/.test(value) ? `${value}s` : value;
}
