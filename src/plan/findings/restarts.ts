import { baseName, type Files } from '../../system/files.js';
import { restartsInBackground } from '../background-restart.js';
import { readText } from '../read-text.js';
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
  if (template.candidates.length === 0) return [];
  const commands = planned
    .load(follow.id)
    .directives.filter(({ section, key }) => section === 'Service' && key === 'ExecReload');
  if (commands.some(({ value }) => restartsInBackground(value, unit.names))) return [];
  const reload = commands.find(({ value }) => mayFlush(value, files));
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
