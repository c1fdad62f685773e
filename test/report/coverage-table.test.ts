import { expect, test } from '@jest/globals';
import type { Covered } from '../../src/plan/coverage.js';
import { plansMarkdown } from '../../src/report/plan-markdown.js';
import { planText } from '../../src/report/plan-text.js';
import { makePlan } from './plans.js';

const coverage: Covered[] = [
  {
    event: 'restart',
    commands: ['systemctl restart iptables'],
    outcome: 'covered',
    text: 'docker.service is restarted too',
    why: [],
  },
  {
    event: 'stop-start',
    commands: ['systemctl stop iptables'],
    outcome: 'down',
    text: 'docker.service is stopped',
    why: [],
  },
  {
    event: 'outside-systemd',
    commands: [],
    outcome: 'lost',
    text: 'no dependency sees nft -f | nft flush ruleset',
    why: [],
  },
];

test('what a relation covers is printed as a small table', () => {
  expect(planText(makePlan({ coverage }), false)).toContain(
    [
      'what requires covers:',
      '  restart                       covered  docker.service is restarted too',
      '  stop and start                down     docker.service is stopped',
      '  changes made outside systemd  lost     no dependency sees nft -f | nft flush ruleset',
    ].join('\n'),
  );
});

test('and so it is in Markdown, whatever the words hold', () => {
  expect(plansMarkdown([{ plan: makePlan({ coverage }), mustReload: false }])).toContain(
    [
      '| what happens | what comes of it |',
      '| --- | --- |',
      '| `systemctl restart iptables` | \u2705 restarts Docker |',
      '| `systemctl stop iptables` | \u26a0\ufe0f stops Docker as well |',
    ].join('\n'),
  );
});

test('if nothing is followed there is no table', () => {
  expect(planText(makePlan(), false)).not.toContain('covers');
  expect(plansMarkdown([{ plan: makePlan(), mustReload: false }])).not.toContain('what comes of it');
});
