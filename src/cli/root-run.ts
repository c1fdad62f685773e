import { type Application, applyPlan } from '../apply/apply-plan.js';
import { EXIT, type ExitStatus, UnitPatchError } from '../errors.js';
import { isRefused, type Plan } from '../plan/plan.js';
import { paintPatch } from '../report/color.js';
import { patchOf } from '../report/patch.js';
import { applicationText, planText } from '../report/plan-text.js';
import { printable } from '../report/printable.js';
import { type RunMoment, rulesNowText } from '../report/rules-now-text.js';
import type { Io } from './io.js';
import { clearLeftovers, whileLocked, writesUnasked } from './locked.js';
import type { Common } from './options.js';
import type { Planned, WritingArguments } from './request.js';
import { saysYes } from './terminal.js';

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

  constructor(
    private readonly planned: Planned,
    private readonly given: WritingArguments,
    private readonly common: Common,
    private readonly io: Io,
  ) {
    this.plan = planned.plan;
  }

  async run(): Promise<RunOutcome> {
    const { plan } = this;
    this.show();
    if (isRefused(plan)) {
      this.sayRules('refused');
      return { status: EXIT.refused };
    }
    if (!plan.changed && !this.planned.mustReload) {
      this.sayRules('nothing');
      return this.offerToClear();
    }
    this.sayRules('before');
    if (this.given.dryRun === true) {
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
    this.printApplication(application);
    if (application.ok) await this.sayRulesAgain();
    return { status: application.ok ? EXIT.done : EXIT.failed, application };
  }

  /** No lock is held while a person is asked: what others change meanwhile is noticed when the plan is applied. */
  private async apply(): Promise<Application> {
    const { system, root, plan } = this.planned;
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

  /** stdout holds the patch alone, so that it can be saved and applied. */
  private show(): void {
    const { plan } = this;
    const { format, colorOut, colorErr, roots } = this.common;
    if (roots.length > 1) this.print(`${printable(plan.root)}:\n`);
    this.print(planText(plan, colorErr), isRefused(plan));
    if (format === 'json' || format === 'markdown') return;
    const prefix = roots.length > 1 ? (this.planned.root ?? '') : '';
    for (const change of plan.changes)
      this.io.out(paintPatch(patchOf(change, prefix), colorOut, this.io.outIsTerminal));
  }

  private printApplication(application: Application): void {
    this.print(applicationText(application, this.common.colorErr), !application.ok);
    if (application.ok && !this.planned.system.manager)
      this.print('an image: nothing was reloaded; systemd reads its files when it boots\n');
  }

  private sayRules(moment: RunMoment, rules = this.planned.rulesNow): void {
    if (rules) this.print(rulesNowText(rules, moment, this.common.colorErr));
  }

  /** A person may have taken a while to answer. */
  private async sayRulesAgain(): Promise<void> {
    const [now] = this.given.yes === true ? [this.planned] : await withRulesNow([this.planned], this.io);
    this.sayRules('after', now?.rulesNow);
  }

  /** With bare patches, JSON or Markdown only errors are printed. */
  private print(text: string, always = false): void {
    if (always || this.common.format === 'text') this.io.err(text);
  }

  private mustBeWritable(): void {
    const why = this.planned.system.whyNotWritable();
    if (why !== undefined)
      throw new UnitPatchError(
        'not-root',
        why,
        EXIT.usage,
        'run it with sudo, or with --dry-run to see the plan only',
      );
  }

  private async isWanted(): Promise<boolean> {
    if (this.given.yes === true) return true;
    const { changes, findings } = this.plan;
    const takesAway = changes.length > 0 && changes.every(({ action }) => action === 'delete');
    const question = takesAway ? 'Remove this?' : changes.length > 0 ? 'Write this?' : 'Reload systemd?';
    const change = findings.find(({ code }) => code === 'relation-changes');
    const said = change ? `${printable(change.text)}. ` : '';
    return saysYes(this.io, `${said}${question}`);
  }
}

/** Asks a live machine for its rules; the code for that is not loaded for an image. */
export async function withRulesNow(all: readonly Planned[], io: Io): Promise<readonly Planned[]> {
  if (!all.some(({ system }) => system.manager)) return all;
  const { rulesNow } = await import('./inspect-machine.js');
  return Promise.all(
    all.map(async (one) => ({ ...one, rulesNow: await rulesNow(one.system, one.plan.asked.name, io) })),
  );
}
