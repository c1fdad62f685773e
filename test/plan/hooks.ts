import { expect } from '@jest/globals';
import { applyPlan } from '../../src/apply/apply-plan.js';
import type { Plan } from '../../src/plan/plan.js';
import { openSystem } from '../../src/system/open-system.js';
import { systemctl, withFirewall } from '../helpers/docker.js';
import type { Tree } from '../helpers/tree.js';
import { type Asked, LIB, planFor } from './plan-for.js';

/** What asks for a hook. */
export const HOOKED: Asked = { relation: 'hook' };
/** A line of the hook. */
export const command = (key: string, path = '/usr/bin/systemctl'): string =>
  `${key}=-${path} --no-block try-restart docker.service`;

/** docker, an enabled firewall that can be reloaded, and systemctl. */
export const box = (more: Tree = {}): Tree => ({
  ...systemctl,
  ...withFirewall(),
  [`${LIB}/iptables.service.d/reload.conf`]: '[Service]\nExecReload=/usr/sbin/fw reload\n',
  ...more,
});

/** Plans, and does it. */
export function applied(root: string, asked: Asked): Plan {
  const plan = planFor(root, asked);
  expect(applyPlan(openSystem(root), plan).ok).toBe(true);
  return plan;
}
