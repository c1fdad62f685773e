import { lastValue } from '../../jobs/implied.js';
import { loadsOnce } from '../loads-once.js';
import { refuse, warn } from './finding.js';
import type { Look } from './situation.js';

/** A firewall that loads its rules and ends counts as started before they are loaded, unless it is a oneshot. */
export const loadsTooLate: Look = ({ files, unit, follow, relation, facts }) => {
  if (follow.loadState !== 'loaded' || facts.isExcerpt) return [];
  const start = loadsOnce(files, follow);
  if (!start) return [];
  const stays = /^(?:1|yes|y|true|t|on)$/i.test(lastValue(follow, 'Service', 'RemainAfterExit') ?? '');
  const isRunAgain = relation === 'requires' && !stays;
  const text =
    `${follow.id} counts as started before its rules are loaded, since it is not Type=oneshot (ExecStart=, ` +
    `${start.file}:${start.line}): After= orders nothing`;
  const again = `, and every start of ${unit.id} would load them again, over the rules of ${unit.id}`;
  const hint = `sudo systemctl edit ${follow.id}, and add [Service], Type=oneshot and RemainAfterExit=yes, a line each`;
  return [isRunAgain ? refuse('loads-too-late', text + again, hint) : warn('loads-too-late', text, hint)];
};
