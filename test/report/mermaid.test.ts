import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { UnitRelation } from '../../src/plan/settings.js';
import { planPicture } from '../../src/report/mermaid.js';
import { makePlan } from './plans.js';

const DOCKER = 'docker.service';
const FIREWALL = 'iptables.service';
const after: UnitRelation = { of: DOCKER, type: 'After', to: FIREWALL };
const requires: UnitRelation = { of: DOCKER, type: 'Requires', to: FIREWALL };

/** A picture of a plan that goes from some ties to others. */
function picture(
  before: readonly UnitRelation[],
  then: readonly UnitRelation[],
  unit = DOCKER,
  follow = FIREWALL,
): string {
  const plan = {
    ...makePlan({ unit, ties: { before, after: then } }),
    follow: { asked: null, unit: follow, why: '' },
  };
  return planPicture(plan) ?? '';
}

interface Verdict {
  readonly error: string | null;
  readonly nodes: readonly string[];
  readonly scenes: readonly string[];
}

/** Mermaid takes a second to load, so all tests ask the same process. */
let mermaid: ChildProcessByStdio<Writable, Readable, null>;
let answers: AsyncIterator<string>;

/** What Mermaid itself makes of pictures. */
async function parsed(pictures: readonly string[]): Promise<Verdict[]> {
  mermaid.stdin.write(`${JSON.stringify(pictures)}\n`);
  return JSON.parse(String((await answers.next()).value)) as Verdict[];
}

const SCENES = ['before', 'after'];
const NODES = ['before_cause0', 'before_effect0', 'after_cause0', 'after_effect0', ...SCENES];

describe('the picture says what a restart of the followed unit does', () => {
  const cases: [what: string, ties: UnitRelation[], said: string][] = [
    ['nothing is said', [], 'is left as it is'],
    ['an order alone', [after], 'is left as it is'],
    ['a relation without an order', [requires], 'is restarted, in any order'],
    ['both', [requires, after], 'is restarted after it'],
    [
      'the order from the other side',
      [requires, { of: FIREWALL, type: 'Before', to: DOCKER }],
      'is restarted after it',
    ],
    ['another relation', [{ ...requires, type: 'PartOf' }, after], 'is restarted after it'],
    ['what stops along with it', [{ ...requires, type: 'StopPropagatedFrom' }], 'may be stopped'],
    ['the wrong way round', [{ of: FIREWALL, type: 'Requires', to: DOCKER }], 'is left as it is'],
  ];
  test.each(cases)('%s', (_, ties, said) => {
    const [before = ''] = picture(ties, [...ties, { ...requires, type: 'Wants' }]).split('subgraph after');
    expect(before).toContain(`<br>${said}"]`);
  });

  test('before and after', () => {
    const [before = '', then = ''] = picture([after], [after, requires]).split('subgraph after');
    expect(before).toContain('-.-x|"After#61;"|');
    expect(then).toContain('==>|"Requires#61; After#61;"|');
  });

  test('once, if everything is in force', () => {
    const ties = { before: [after, requires], after: [after, requires] };
    const now = planPicture(makePlan({ changed: false, changes: [], missing: [], ties }));
    expect(now).toContain('subgraph now');
    expect(now).not.toContain('subgraph before');
  });

  test('not at all, if there is nothing to be seen', () => {
    expect(planPicture(makePlan({ follow: null }))).toBeUndefined();
    expect(planPicture(makePlan({ ties: { before: [after], after: [after] } }))).toBeUndefined();
    expect(planPicture(makePlan({ changed: false, changes: [] }))).toBeUndefined();
  });
});

describe('Mermaid itself takes it', () => {
  beforeAll(() => {
    mermaid = spawn(process.execPath, ['test/report/parse-mermaid.js'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    answers = createInterface({ input: mermaid.stdout })[Symbol.asyncIterator]();
  });
  afterAll(async () => {
    const ended = once(mermaid, 'exit');
    mermaid.stdin.end();
    expect(await ended).toEqual([0, null]);
  });

  test('plain, one scene, several followed units', async () => {
    const several = planPicture(
      makePlan({
        follow: null,
        relation: null,
        ties: { before: [requires, { ...after, to: 'b.service' }], after: [] },
      }),
    );
    const ties = { before: [after], after: [after] };
    const now = planPicture(makePlan({ changed: false, missing: [], changes: [], ties }));
    const verdicts = await parsed([picture([], [requires, after]), now ?? '', several ?? '']);
    expect(verdicts.map(({ error }) => error)).toEqual([null, null, null]);
    expect(verdicts.map(({ scenes }) => scenes.length)).toEqual([2, 1, 2]);
    expect(verdicts.map(({ nodes }) => nodes.length)).toEqual([6, 2, 10]);
  }, 60_000);

  test('whatever the names: none of it becomes more than a label', async () => {
    const hostile = [
      'a\\x2db\\nc.service',
      'end.service',
      'style:x#y;.service',
      'classDef a fill:#fff;',
      '"]:::ill',
      '|"x"|',
      '%%{init: {"theme":"dark"}}%%',
      '%% comment',
      '<img src=x onerror=alert(1)>',
      '&quot;]',
      '#quot;]',
      '`**x**`',
      'a\nb --> c',
      'click a href "javascript:x"',
      '```',
      '__proto__',
      '1. a',
      '- a',
      '',
      ' ',
      '\u001b[31m\u202e\udcff',
      'é中💀',
      'x'.repeat(5000),
    ];
    const pictures = hostile.map((name) => picture([], [{ of: DOCKER, type: name, to: name }], DOCKER, name));
    expect(
      await parsed([...pictures, ...hostile.map((name) => picture([], [{ ...requires, of: name }], name))]),
    ).toEqual(
      [...hostile, ...hostile].map(() => ({
        error: null,
        nodes: NODES,
        scenes: SCENES,
      })),
    );
    for (const one of pictures)
      expect(one.split('\n').every((line) => !/```|%%|<(?!br>)/.test(line))).toBe(true);
  }, 60_000);

  test('of any text', async () => {
    const names = fc.sample(
      fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme-ascii', maxLength: 60 })),
      200,
    );
    const verdicts = await parsed(
      names.map((name) => picture([], [{ ...requires, to: name }], DOCKER, name)),
    );
    verdicts.forEach(({ error, nodes, scenes }, at) => {
      expect([names[at], error, nodes, scenes]).toEqual([names[at], null, NODES, SCENES]);
    });
  }, 60_000);

  test('and it would say no, were it none', async () => {
    expect(await parsed(['flowchart TB\n a["x" --> b'])).toMatchObject([
      { error: expect.stringContaining('Parse error') },
    ]);
  }, 60_000);
});
