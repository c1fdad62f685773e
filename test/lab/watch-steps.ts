import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Healed, WatchBox } from './watch-box.js';

/** The watch needs less to see that rules are gone, also if it has to ask docker. */
const LONG_ENOUGH = 4000;

/** What the probe is called in a container, whose programs are the box's own. */
export const PROBING = '/usr/local/bin/node /usr/local/lib/probe.mjs';

/** A container that answers on a port. */
export const SERVING = `-v /usr:/usr:ro probe:1 ${PROBING} serve`;

/** Docker runs on with the same containers, and has all of its rules in their order. */
export function expectUntouched({ before, after, back }: Healed): string {
  expect(after).toEqual(before);
  return `the same ${after.rules.length} rules are back after ${back} ms`;
}

/** Does something that loses none of docker's rules: the watch writes nothing, then and soon after. */
export async function expectNothingDone(box: WatchBox, script: string): Promise<string> {
  await box.settle();
  const [journal, before] = [await box.journal(), await box.state()];
  await box.box.run(script);
  await sleep(LONG_ENOUGH);
  expect(await box.journal()).toBe(journal);
  expect(inAnyOrder(await box.state())).toEqual(inAnyOrder(before));
  return `the watch did nothing, ${before.rules.length} rules are in force`;
}

/** The rules as a set: beside firewalld dockerd changes their order, and may write the jump to DOCKER-USER twice. */
export function inAnyOrder<T extends { readonly rules: readonly string[] }>(state: T): T {
  return { ...state, rules: [...new Set(state.rules)].sort() };
}

/** The rules that are there more than once; docker 28 has some alike for both families. */
export function doubled(rules: readonly string[]): string[] {
  return rules.filter((rule, at) => rule.startsWith('-A') && rules.indexOf(rule) !== at);
}

/** Rules without the addresses, which docker hands out anew when it starts. */
export function withoutAddresses(rules: readonly string[]): string[] {
  return rules.map((rule) => rule.replace(/172\.\d+\.0\.\d+/g, 'ADDRESS')).sort();
}
