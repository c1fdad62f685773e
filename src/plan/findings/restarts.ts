import { baseName, type Files } from '../../system/files.js';
import type { Setting, Unit } from '../../units/unit.js';
import { readText } from '../read-text.js';
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

/** Whether a command line may take away rules that others wrote; what is not known may. */
function mayFlush(command: string, files: Files): boolean {
  const words = command.split(/[\s"']+/).filter((word) => word !== '');
  const program = baseName((words[0] ?? '').replace(/^[-@:+!]+/, ''));
  if (/^(?:true|kill|echo)$/.test(program)) return false;
  if (/^ip6?tables(?:-nft|-legacy)?-restore$/.test(program))
    return !words.some((word) => word === '--noflush' || /^-[a-z]*n[a-z]*$/.test(word));
  if (program === 'nft') return nftFlushes(command, words, files);
  return true;
}

/** nft adds to what is there, unless it is told to flush: nft(8). */
function nftFlushes(command: string, words: readonly string[], files: Files): boolean {
  const named = words.filter((word, at) => word.startsWith('/') && at > 0);
  const texts = named.map((path) => readText(files, path));
  const read = texts.flatMap((one) => (typeof one === 'object' ? [one.text] : []));
  const isKnown =
    named.length > 0 && read.length === named.length && !read.some((text) => /^\s*include\b/m.test(text));
  return !isKnown || [command, ...read].some((text) => /^[^#]*\bflush\s+ruleset\b/m.test(text));
}
