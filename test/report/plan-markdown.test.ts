import { describe, expect, test } from '@jest/globals';
import type { Application } from '../../src/apply/apply-plan.js';
import { rootPath } from '../../src/files/files.js';
import type { Plan } from '../../src/plan/plan.js';
import { patchOf } from '../../src/report/patch.js';
import { plansMarkdown, type PlanResult } from '../../src/report/plan-markdown.js';
import { change, finding, makePlan } from './plans.js';

const ties: Plan['ties'] = {
  before: [],
  after: [{ of: 'docker.service', type: 'Requires', to: 'iptables.service' }],
};
const done: Application = { ok: true, steps: [{ step: 'write /etc/a', outcome: 'done' }], notRolledBack: [] };
const lost: Application = {
  ok: false,
  steps: [{ step: 'write /etc/a', outcome: 'failed', reason: 'no space' }],
  notRolledBack: [],
};

/** The comment about a plan. */
function comment(plan: Partial<Plan> = {}, told: Partial<PlanResult> = {}): string {
  return plansMarkdown([{ plan: makePlan({ ties, ...plan }), mustReload: false, ...told }]);
}
const first = (text: string): string => text.slice('#### '.length, text.indexOf('\n'));
const nothing = { changed: false, changes: [], missing: [] };
const back = {
  follow: null,
  relation: null,
  removed: ['Requires=iptables.service'],
  missing: [],
  changes: [change('a\n', null)],
};

test('a comment: a sentence, the lines that count, and the rest behind a fold', () => {
  const one = change(null, '[Unit]\nRequires=iptables.service\n');
  const inForce = [
    { setting: 'After=iptables.service', by: 'Before=docker.service', file: rootPath('/a'), line: 3 },
    {
      setting: 'Requires=iptables.service',
      by: 'Requires=iptables.service',
      file: rootPath('/b'),
      line: null,
    },
  ];
  const text = comment({
    changes: [one],
    inForce,
    findings: [finding('warn'), { ...finding('warn', 'b'), forced: true }],
  });
  expect(text.slice(0, text.indexOf('```mermaid\n')))
    .toBe(`#### \`docker.service\` will follow \`iptables.service\` (it is enabled), relation \`requires\`: one file will change.

new file \`${one.path}\`

\`\`\`diff
+[Unit]
+Requires=iptables.service
\`\`\`

<details><summary>2 notes, the whole patch, what is in force, a picture</summary>

**Notes**

- **warning** \`some-code\`: what would happen (some-code)
  <br>the way out
- **forced** \`b\`: what would happen (b)
  <br>the way out

\`\`\`diff
${patchOf(one)}\`\`\`

**Already in force**

- \`Before=docker.service\`, which says \`After=iptables.service\`: \`/a\`, line 3
- \`Requires=iptables.service\`: \`/b\`, a link

`);
  expect(text).toMatch(/```mermaid\nflowchart TB\n[^]*\n```\n\n<\/details>\n$/);
});

test('what each event leads to, now and with the plan', () => {
  const restart = { event: 'restart', commands: ['systemctl restart iptables'], why: [] } as const;
  const coverage: Plan['coverage'] = [{ ...restart, outcome: 'covered', text: '' }];
  const coverageBefore: Plan['coverage'] = [{ ...restart, outcome: 'lost', text: '' }];
  expect(comment({ coverage, coverageBefore })).toContain(
    '| `systemctl restart iptables` | \u274c containers lose the network | \u2705 restarts Docker |',
  );
  expect(comment({ coverage })).toContain('| `systemctl restart iptables` | \u2705 restarts Docker |');
});

test('a command that a hint names is one piece of code', () => {
  const hint =
    'lift it with --relation hook, or: systemctl reset-failed a.service && systemctl start a.service';
  expect(comment({ findings: [{ ...finding('warn'), hint }] })).toContain(
    'lift it with `--relation hook`, or: `systemctl reset-failed a.service && systemctl start a.service`',
  );
});

describe('the sentence', () => {
  const cases: [what: string, plan: Partial<Plan>, told: Partial<PlanResult>, said: RegExp][] = [
    [
      'in force',
      nothing,
      {},
      /follows `iptables.service` .*: everything is in force, and there is nothing to write\.$/,
    ],
    [
      'not loaded',
      nothing,
      { mustReload: true },
      /once systemd has loaded the files: they say all of it already\.$/,
    ],
    [
      'nothing to follow',
      { ...nothing, follow: null, parts: [], findings: [finding('info')] },
      {},
      /^`docker.service` has nothing to follow here/,
    ],
    [
      'refused',
      { ...nothing, findings: [finding('refuse')] },
      {},
      /^\*\*Refused:\*\* `docker.service` will not follow/,
    ],
    ['applied', {}, { application: done }, /^`docker.service` follows .*: one file was written\.$/],
    ['loaded', nothing, { application: done }, /: systemd has loaded the files\.$/],
    ['failed', {}, { application: lost }, /^\*\*Failed:\*\* .*; everything was rolled back\.$/],
    [
      'left behind',
      {},
      { application: { ...lost, notRolledBack: ['/etc/a'] } },
      /this could not be rolled back: `\/etc\/a`\.$/,
    ],
    ['to be taken back', back, {}, /will be reverted: one file will go\.$/],
    ['taken back', back, { application: done }, /was reverted: one file was removed\.$/],
    ['not taken back', back, { application: lost }, /^\*\*Failed:\*\* what unit-patch wrote/],
    ['nothing to take back', { ...back, changes: [], removed: [] }, {}, /so there is nothing to revert\.$/],
    [
      'a refused revert',
      { ...back, changes: [], findings: [finding('refuse')] },
      {},
      /^\*\*Refused:\*\* what unit-patch wrote/,
    ],
  ];
  test.each(cases)('%s', (_, plan, told, said) => {
    expect(first(comment(plan, told))).toMatch(said);
  });
});

test('what was done is listed, with the reason if it failed', () => {
  expect(comment({}, { application: lost })).toContain('**Done**\n\n- failed: write `/etc/a`: no space\n');
});

test('a refusal has no picture and no diff, and what goes is listed', () => {
  expect(comment({ ...nothing, findings: [finding('refuse')] })).not.toMatch(/```(?:mermaid|diff)/);
  expect(comment(back)).toContain('**No longer in force**\n\n- `Requires=iptables.service`\n');
});

test('several roots have headings', () => {
  const told = ['/srv/a', '/srv/`b`\n# x'].map((root) => ({ plan: makePlan({ root }), mustReload: false }));
  expect(plansMarkdown(told).match(/^### .*$/gm)).toEqual(['### `/srv/a`', '### ``/srv/`b`\\n# x``']);
});

test('names and values break out of nothing', () => {
  const evil = '`x`\n# @all </details> <img src=x> ](http://x) ```';
  const text = comment(
    {
      unit: evil,
      follow: { asked: null, unit: evil, why: evil },
      inForce: [{ setting: evil, by: evil, file: rootPath(`/${evil}`), line: 1 }],
      removed: [evil],
      findings: [{ code: evil, level: 'warn', text: evil, hint: evil }],
      changes: [change(null, `${evil}\n`, `/${evil}`)],
    },
    {
      application: {
        ok: false,
        steps: [{ step: evil, outcome: 'failed', reason: evil }],
        notRolledBack: [evil],
      },
    },
  );
  // What is left once the fences and the code are taken away is our own.
  const bare = text.replace(/^(`{3,})\w+\n[^]*?\n\1$/gm, '').replace(/(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)/g, '');
  const ours = /<br>|^#### |<details><summary>|<\/summary>|^<\/details>$/gm;
  expect(bare.replace(ours, '')).not.toMatch(/[<>@#[\]`]/);
});
