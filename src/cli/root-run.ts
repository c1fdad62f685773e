import { applyOnHost, isFarSystem } from '../apply/apply-on-host.js';
import { type Application, applyPlan } from '../apply/apply-plan.js';
import { hostScript } from '../apply/host-script.js';
import { EXIT, type ExitStatus, UnitPatchError } from '../errors.js';
import { type Alternative, alternativesTo } from '../plan/compare.js';
import { isRefused, type Plan } from '../plan/plan.js';
import { paintPatch } from '../report/color.js';
import { comparisonScreen } from '../report/compare-screen.js';
import { doneScreen } from '../report/done-screen.js';
import { wrapLines } from '../report/layout.js';
import { patchOf } from '../report/patch.js';
import { planScreen } from '../report/plan-screen.js';
import { applicationText, planText } from '../report/plan-text.js';
import { printable, printableLines } from '../report/printable.js';
import { momentAfter, momentBefore, type RunMoment, rulesNowText } from '../report/rules-now-text.js';
import type { Io } from './io.js';
import { clearLeftovers, whileLocked, writesUnasked } from './locked.js';
import { type Common, isScreen } from './options.js';
import type { Planned, WritingArguments } from './request.js';
import { withRulesNow } from './with-rules-now.js';
import { question } from './question.js';
import { type MoreToSee, saysYes, saysYesAfter } from './terminal.js';
import { typedOn } from './hosts.js';

/** The result for one root. */
interface RunOutcome {
  readonly status: ExitStatus;
  /** what was done, if anything was */
  readonly application?: Application;
  /** something would have been written, and nobody could be asked */
  readonly isUnasked?: true;
}

/** Shows the plan for one root, asks, and applies it. */
export class RootRun {
  private readonly plan: Plan;
  private readonly io: Io;

  constructor(
    private readonly planned: Planned,
    private readonly given: WritingArguments,
    private readonly common: Common,
    io: Io,
  ) {
    this.plan = planned.plan;
    this.io = typedOn(io, planned.system.far);
  }

  async run(): Promise<RunOutcome> {
    const { plan } = this;
    this.show();
    if (isRefused(plan)) return { status: EXIT.refused };
    if (!plan.changed && !this.planned.mustReload) return this.offerToClear();
    if (this.given.dryRun === true) {
      this.showScript();
      this.print('dry run: nothing was written\n');
      return { status: this.given.exitCode === true ? EXIT.left : EXIT.done };
    }
    if (this.given.yes !== true && !this.io.ask) return { status: EXIT.usage, isUnasked: true };
    this.mustBeWritable();
    if (!(await this.isWanted())) {
      this.print('nothing was written\n');
      return { status: EXIT.left };
    }
    const application = await this.apply();
    await this.showApplication(application);
    return { status: application.ok ? EXIT.done : EXIT.failed, application };
  }

  /** No lock is held while a person is asked: what others change meanwhile is noticed when the plan is applied. */
  private async apply(): Promise<Application> {
    const { system, root, plan } = this.planned;
    if (isFarSystem(system)) return applyOnHost(system, plan);
    const run = (): Application => applyPlan(system, plan);
    if (writesUnasked(this.given)) return run();
    return whileLocked([root], this.io, () => {
      const application = run();
      clearLeftovers(root, this.io);
      return application;
    });
  }

  /**
   * With nothing else to do, the leftovers of killed runs are removed too, but only after asking. With --yes they are
   * gone by now.
   */
  private async offerToClear(): Promise<RunOutcome> {
    const { system, root } = this.planned;
    if (!this.io.ask || this.given.dryRun === true || this.given.yes === true) return { status: EXIT.done };
    const leftovers = system.leftovers?.() ?? [];
    if (leftovers.length === 0) return { status: EXIT.done };
    for (const path of leftovers) this.io.err(`${printable(path)} was left by a run that was killed\n`);
    this.mustBeWritable();
    if (!(await saysYes(this.io, 'Remove it?'))) {
      this.print('nothing was removed\n');
      return { status: EXIT.left };
    }
    await whileLocked([root], this.io, () => {
      clearLeftovers(root, this.io);
    });
    return { status: EXIT.done };
  }

  /** A person at a terminal gets one screen; stdout of anybody else holds the patch alone, so that it can be applied. */
  private show(): void {
    const { plan } = this;
    const { colorErr, roots, width } = this.common;
    if (roots.length > 1) this.print(`${printable(plan.root)}:\n`);
    if (!this.hasScreen) {
      this.print(planText(plan, colorErr), isRefused(plan));
      this.showPatch();
      this.sayRules(this.moment);
      return;
    }
    const { rulesNow: rules, mustReload } = this.planned;
    this.io.err(
      planScreen(plan, {
        color: colorErr,
        width,
        command: this.commandLine(),
        rows: this.io.size?.rows,
        rules,
        others: this.others(),
        mustReload,
      }),
    );
    if (!this.io.outIsTerminal) this.showPatch();
  }

  /** A screen is for a person; what is piped is all of it, as programs had it always. */
  private get hasScreen(): boolean {
    return isScreen(this.common, this.io.errIsTerminal);
  }

  /** The command line for another try, with the root as it was named. */
  private commandLine(): string {
    const { plan, planned } = this;
    const { name, follow } = plan.asked;
    const what =
      follow === null ? name : `${name} --follow ${/^[\w@.:/-]+$/.test(follow) ? follow : `'${follow}'`}`;
    return planned.root === undefined || planned.system.far
      ? `sudo unit-patch ${what}`
      : `unit-patch ${what} --root ${planned.root}`;
  }

  /** What other relations cover that this one does not. */
  private others(): readonly Alternative[] {
    const { plan, planned } = this;
    if (!plan.changed || plan.relation === null || isRefused(plan) || !planned.compare) return [];
    return alternativesTo(plan.relation, planned.compare().relations);
  }

  private get moment(): RunMoment {
    if (isRefused(this.plan)) return 'refused';
    return this.plan.changed || this.planned.mustReload ? momentBefore(this.plan) : 'nothing';
  }

  private showPatch(): void {
    const { format, colorOut, roots } = this.common;
    if (format === 'json' || format === 'markdown') return;
    const prefix = roots.length > 1 ? (this.planned.root ?? '') : '';
    for (const change of this.plan.changes)
      this.io.out(paintPatch(patchOf(change, prefix), colorOut, this.io.outIsTerminal));
  }

  /** A person may have taken a while to answer, so the rules are looked at again. */
  private async showApplication(application: Application): Promise<void> {
    const { colorErr: color, width } = this.common;
    const isLive = this.planned.system.manager !== undefined;
    const isAnswered = this.given.yes !== true && application.ok;
    const [{ rulesNow: rules } = this.planned] = isAnswered
      ? await withRulesNow([this.planned], this.io)
      : [this.planned];
    if (this.hasScreen) {
      this.io.err(
        doneScreen(this.plan, application, {
          color,
          width,
          isLive,
          root: this.planned.root ?? '/',
          far: this.planned.system.far,
          rules,
        }),
      );
      return;
    }
    this.print(applicationText(application, color), !application.ok);
    if (!application.ok) return;
    if (!isLive) this.print('an image: nothing was reloaded; systemd reads its files when it boots\n');
    this.sayRules(momentAfter(this.plan), rules);
  }

  private sayRules(moment: RunMoment, rules = this.planned.rulesNow): void {
    if (rules) this.print(rulesNowText(rules, moment, this.common.colorErr));
  }

  /** For another machine, --verbose shows what would run there as root. */
  private showScript(): void {
    const { far } = this.planned.system;
    if (far && this.common.detail === 'all')
      this.print(`on ${far.host} this script would run:\n${printableLines(hostScript(this.plan))}`);
  }

  /** With bare patches, JSON, Markdown or --quiet only errors are printed. */
  private print(text: string, always = false): void {
    if (!always && (this.common.format !== 'text' || this.common.detail === 'results')) return;
    this.io.err(this.io.errIsTerminal ? wrapLines(text, this.common.width) : text);
  }

  private mustBeWritable(): void {
    const why = this.planned.system.whyNotWritable();
    if (why !== undefined)
      throw new UnitPatchError(
        'not-root',
        why,
        EXIT.usage,
        `${this.planned.system.far ? 'connect as root, add --sudo' : 'run it with sudo'}, or with --dry-run to see the plan only`,
      );
  }

  private async isWanted(): Promise<boolean> {
    if (this.given.yes === true) return true;
    const { findings } = this.plan;
    const change = this.hasScreen ? undefined : findings.find(({ code }) => code === 'relation-changes');
    const said = change ? `${printable(change.text)}. ` : '';
    return saysYesAfter(this.io, `${said}${question(this.planned)}`, this.moreToSee());
  }

  /** What a person may look at before the answer. */
  private moreToSee(): ReadonlyMap<string, MoreToSee> {
    const { colorErr, width } = this.common;
    const { plan, compare } = this.planned;
    const diff = (): void => {
      for (const change of plan.changes) this.io.err(paintPatch(patchOf(change), colorErr, true));
    };
    const relations = (): void => {
      if (compare) this.io.err(`${comparisonScreen(compare(), colorErr, width)}\n`);
    };
    return new Map([
      ...(plan.changes.length > 0 ? [['d', { words: '[d]iff in full', show: diff }] as const] : []),
      ...(compare ? [['c', { words: '[c]ompare relations', show: relations }] as const] : []),
    ]);
  }
}
