import type { Relation } from '../../firewalls/template.js';
import { staysActive } from '../../transactions/transactions.js';
import type { CheckContext, OtherRequest } from './check.js';

/** Whether a way out leads out: this refusal goes, and no other one comes in its place. */
export function leadsOut({ refusedWith }: CheckContext, code: string, other: OtherRequest): boolean {
  const codes = refusedWith(other);
  if (codes.includes(code)) return false;
  const now = codes.length === 0 ? [] : refusedWith({});
  return codes.every((one) => now.includes(one));
}

/** The first of these relations that leads out of a refusal, as an option. */
export function otherRelation(
  context: CheckContext,
  code: string,
  relations: readonly Relation[],
): string | undefined {
  const found = relations.find((relation) => leadsOut(context, code, { relation }));
  return found && `--relation ${found}`;
}

/** Another relation than a watch that is safe here: the one that covers most comes first. */
export function insteadOfWatch(context: CheckContext, code: string): string {
  const option = otherRelation(context, code, ['hook', 'requires', 'part-of']);
  return option === undefined ? 'nothing else is safe here either' : `use ${option}`;
}

/** The relations that start nothing; a unit that is not active after its run passes no start on by PartOf=. */
export function withoutStart({ follow }: CheckContext): readonly Relation[] {
  return staysActive(follow) ? ['part-of', 'hook'] : ['hook', 'part-of'];
}

/** Ways out in one sentence; those that lead nowhere here are left out. */
export function either(...ways: readonly (string | undefined)[]): string {
  return ways.filter((way) => way !== undefined).join(', or ');
}
