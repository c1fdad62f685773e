import { firewall } from '../helpers/docker.js';
import type { Tree } from '../helpers/tree.js';
import type { Shown } from './case.js';
import { iptables, lib, pulledIn, service } from './units.js';

/** The firewall as it should be. */
export const HEALTHY = iptables(firewall());

/** The order of a unit that comes after docker and before the firewall. */
export const CYCLE_ORDER = 'After=docker.service\nBefore=iptables.service';

/** The error of systemd if it cannot break a cycle because every unit of it is needed. */
export const CYCLIC = 'Transaction order is cyclic. See system logs for details.';

/** An enabled unit of this order; people load rules for DOCKER-USER so. */
export const rules = (order: string): Tree => ({
  ...lib('rules.service', service(order)),
  ...pulledIn('rules.service'),
});

/** The cycle that systemd finds at boot; a start of docker alone does not have it. */
export const atBoot = (...units: string[]): Shown => ({ bootCycle: units.sort() });

/** The cycle that a start of docker has as well, which therefore fails. */
export const always = (...units: string[]): Shown => ({
  cannotStart: CYCLIC,
  bootCycle: units.sort(),
  startCycle: units.sort(),
});
