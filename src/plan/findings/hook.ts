import { parseUnitName } from '../../units/name.js';
import { hasReload } from '../part.js';
import { USUAL_SYSTEMCTL } from '../systemctl.js';
import { info, refuse, type Finding } from './finding.js';
import type { Look, Situation } from './situation.js';
import { otherRelation } from './ways-out.js';

/** Only a service runs commands: what else is followed has no section for them. */
export function hookNeedsService(situation: Situation): Finding[] {
  const { unit, follow, relation } = situation;
  if (relation !== 'hook' || parseUnitName(follow.id)?.type === 'service') return [];
  const other = otherRelation(situation, 'hook-needs-service', ['part-of', 'requires']);
  return [
    refuse(
      'hook-needs-service',
      `${follow.id} is no service, so it runs no command that could have ${unit.id} restarted`,
      other ? `use ${other}, which follows its restarts` : 'follow a service: --follow UNIT',
    ),
  ];
}

/** The command that the followed unit would run is not there. */
export function noSystemctl(
  { follow, relation, facts }: Situation,
  systemctl: string | undefined,
): Finding[] {
  if (relation !== 'hook' || systemctl !== undefined || facts.isExcerpt) return [];
  return [
    refuse(
      'no-systemctl',
      `there is no ${USUAL_SYSTEMCTL} here, nor /bin/systemctl, so the commands of ${follow.id} would do nothing`,
      `install systemd in this root, or --force no-systemctl to write ${USUAL_SYSTEMCTL} all the same`,
    ),
  ];
}

/**
 * A unit that cannot be reloaded is not made to look as if it could: with an ExecReload= of ours `systemctl reload`
 * would succeed, and load no rules.
 */
export const noReload: Look = ({ follow, relation, without }) => {
  if (relation !== 'hook' || follow.loadState !== 'loaded' || hasReload(without.load(follow.id))) return [];
  return [
    info(
      'no-reload',
      `${follow.id} has no ExecReload=, so it cannot be reloaded, and gets none: systemctl reload would say that it did, ` +
        'and do nothing but restart the other one',
      `restart it instead: systemctl restart ${follow.id}`,
    ),
  ];
};
