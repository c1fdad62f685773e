import { afterAll, describe, expect, test } from '@jest/globals';
import { type Relation, RELATIONS } from '../../../src/firewalls/template.js';
import { FINDINGS } from '../../../src/plan/findings/index.js';
import { OURS, withFirewall } from '../../helpers/docker.js';
import { makeRoot, removeTrees } from '../../helpers/tree.js';
import { type Asked, planFor, refusals } from '../plan-for.js';
import { ROOTS } from './refused-roots.js';

afterAll(removeTrees);

const CASES = Object.entries(ROOTS).flatMap(([code, roots]) =>
  Object.entries(roots).map(([what, refused]) => ({ code, what, ...refused })),
);

describe.each(CASES)('$code: $what', ({ code, tree, names, ...asked }) => {
  const root = makeRoot(tree);
  const refused = refusals(planFor(root, asked));
  const hints = refused.filter((finding) => finding.code === code).map(({ hint }) => hint);
  const options = hints.flatMap((hint) => optionsIn(hint));

  test(names === null ? 'names no option that would be refused' : `names ${names}`, () => {
    expect(hints).not.toEqual([]);
    if (names === null) expect(options).toEqual([]);
    else expect(hints.join('\n')).toContain(names);
  });

  test('never leads back to the refused unit', () => {
    const { follow: followed } = planFor(root, asked);
    expect(hints.join('\n')).not.toContain(`--follow ${followed?.unit ?? ''}`);
  });

  test('leads into no new refusal', () => {
    for (const option of options) {
      const codes = refusals(planFor(root, { ...asked, ...option })).map((one) => one.code);
      expect(codes).not.toContain(code);
      if (option.name === undefined)
        expect(refused.map((one) => one.code)).toEqual(expect.arrayContaining(codes));
    }
  });
});

test('every refusing code is in the table', () => {
  const codes = Object.entries(FINDINGS).flatMap(([code, { level }]) => (level === 'refuse' ? [code] : []));
  // Its file has to be written before it can be edited; the next test does both.
  expect(Object.keys(ROOTS).sort()).toEqual(codes.filter((code) => code !== 'edited').sort());
});

test('a file of ours that was edited has a way out that names no unit', () => {
  const [change] = planFor(withFirewall('nftables.service')).changes;
  const root = makeRoot(withFirewall('iptables.service', { [OURS]: `${change?.after ?? ''}# mine\n` }));
  const hints = refusals(planFor(root)).map(({ code, hint }) => `${code}: ${hint}`);
  expect(hints).toEqual([expect.stringMatching(/^edited: (?!.*--(?:follow|relation))/)]);
});

/** The requests that a hint names; `UNIT` stands for one that the reader has to choose. */
function optionsIn(hint: string): Asked[] {
  const relations = [...hint.matchAll(/--relation (\S+)/g)].map(([, relation]) => ({
    relation: known(relation),
  }));
  const follows = [...hint.matchAll(/(?:unit-patch (\S+) )?--follow ([^\s,;]+)/g)]
    .filter(([, , unit]) => unit !== 'UNIT')
    .map(([, name, unit = '']) => ({ follow: unit, ...(name === undefined ? {} : { name }) }));
  return [...relations, ...follows];
}

function known(word: string | undefined): Relation {
  const relation = RELATIONS.find((one) => one === word?.replace(/[,;]$/, ''));
  if (relation === undefined) throw new Error(`${word ?? ''} is no relation`);
  return relation;
}
