import type { Finding } from '../../src/plan/findings/finding.js';
import { describeSearch } from '../conformance/random-search.js';
import { printRoot } from '../conformance/txtar.js';
import { type RandomSystem, systemArbitrary } from './arbitrary-order.js';
import { BOOT } from './boot.js';
import type { Doings } from './change.js';
import { entriesOf, HarmJudge } from './harm-judge.js';

describeSearch('random systems', {
  name: (roots) => `${roots}: ordering-cycle is found where systemd finds a new cycle, and nowhere else`,
  open: (base) => HarmJudge.open(base),
  arbitrary: systemArbitrary,
  report: disagreement,
});

/** Where systemd and the plan differ about one system, printed with it; empty if they agree. */
async function disagreement(judge: HarmJudge, { root, relation }: RandomSystem): Promise<string> {
  const whole = { ...BOOT, ...root };
  judge.show(whole);
  const before = await judge.doings();
  // systemd breaks one cycle after the other at random, so a new one beside an old one need not show;
  // and if docker or the boot cannot be started anyway there is nothing to order.
  if (cyclesOf(before).length > 0 || before.boot.failed || before.start.failed) return '';
  const { findings } = judge.plan({ relation });
  const found = findings.find(({ code }) => code === 'ordering-cycle');
  // A test run starts units and restarts none, so it can neither confirm nor deny that kind.
  if (found?.text.includes('breaks at a restart of ') === true) return '';
  judge.show({ ...whole, ...judge.forced({ relation }) });
  const after = await judge.doings();
  if (isRight(findings, after)) return '';
  const systemd = cyclesOf(after).map((units) => `  ${units.join(' ')}\n`);
  const ours = found?.text ?? findings.map(({ code }) => code).join(' ');
  return `${printRoot(entriesOf(root))}-- relation ${relation} --\nsystemd:\n${systemd.join('')}ours:\n  ${ours}\n`;
}

function isRight(findings: readonly Finding[], after: Doings): boolean {
  const cycles = cyclesOf(after);
  if (findings.some(({ code }) => code === 'ordering-cycle')) return cycles.length > 0;
  const isOurs = cycles.some(
    (units) => units.includes('docker.service') && units.includes('iptables.service'),
  );
  // A firewall that was not started before may bring other units into the boot that have a cycle of their own.
  const isRefused = findings.some(({ level }) => level === 'refuse');
  return !isOurs && (after.boot.cycles.length === 0 || isRefused);
}

function cyclesOf({ boot, start }: Doings): readonly (readonly string[])[] {
  return [...boot.cycles, ...start.cycles];
}
