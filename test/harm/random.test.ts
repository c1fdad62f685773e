import type { Finding } from '../../src/plan/findings/finding.js';
import type { Tree } from '../helpers/tree.js';
import { describeSearch } from '../conformance/random-search.js';
import { printRoot } from '../conformance/txtar.js';
import { type RandomSystem, systemArbitrary } from './arbitrary-order.js';
import { BOOT } from './boot.js';
import { entriesOf, HarmJudge } from './harm-judge.js';
import type { Transaction } from './transaction.js';

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
  const plan = judge.plan({ relation });
  const { findings } = plan;
  const found = findings.find(({ code }) => code === 'ordering-cycle');
  // A test run starts units and restarts none, so it can neither confirm nor deny that kind.
  if (found?.text.includes('breaks at a restart of ') === true) return '';
  judge.show({ ...whole, ...judge.forced({ relation }, plan) });
  const boot = await judge.boot();
  // The one cycle is proof enough.
  if (found && boot.cycles.length > 0) return '';
  const start = await judge.start();
  if (isRight(findings, boot, start) || (await isHopeless(judge, whole))) return '';
  const systemd = [...boot.cycles, ...start.cycles].map((units) => `  ${units.join(' ')}\n`);
  const ours = found?.text ?? findings.map(({ code }) => code).join(' ');
  return `${printRoot(entriesOf(root))}-- relation ${relation} --\nsystemd:\n${systemd.join('')}ours:\n  ${ours}\n`;
}

/**
 * Whether nothing can be said of a system. systemd breaks one cycle after the other at random, so a new one beside an old
 * one need not show; and if docker or the boot cannot be started without the drop-in there is nothing to order.
 */
async function isHopeless(judge: HarmJudge, whole: Tree): Promise<boolean> {
  const isBroken = ({ cycles, failed }: Transaction): boolean => cycles.length > 0 || failed !== undefined;
  judge.show(whole);
  return isBroken(await judge.boot()) || isBroken(await judge.start());
}

function isRight(findings: readonly Finding[], boot: Transaction, start: Transaction): boolean {
  const cycles = [...boot.cycles, ...start.cycles];
  if (findings.some(({ code }) => code === 'ordering-cycle')) return cycles.length > 0;
  const isOurs = cycles.some(
    (units) => units.includes('docker.service') && units.includes('iptables.service'),
  );
  // A firewall that was not started before may bring other units into the boot that have a cycle of their own.
  const isRefused = findings.some(({ level }) => level === 'refuse');
  return !isOurs && (boot.cycles.length === 0 || isRefused);
}
