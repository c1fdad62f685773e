import { whyManagerDisagrees } from '../apply/check-manager.js';
import { notLoaded } from '../plan/findings/restarts.js';
import { applyPlan, type Application } from '../apply/apply-plan.js';
import { EXIT, UnitPatchError, type ExitStatus } from '../errors.js';
import { factsOf } from '../plan/facts.js';
import type { Plan } from '../plan/plan.js';
import { planPatch, type PatchRequest } from '../plan/plan-patch.js';
import { KINDS } from '../plan/findings/table.js';
import type { Relation } from '../plan/template.js';
import { paintPatch } from '../report/color.js';
import { patchOf } from '../report/patch.js';
import { planReport, type PlanReport } from '../report/plan-json.js';
import { applicationTalk, planTalk, refused } from '../report/talk.js';
import type { System } from '../system/system.js';
import { findTemplate } from './find-template.js';
import type { Io } from './io.js';
import { commonOptions, loadOptions, single, usage, type Common, type CommonArguments } from './options.js';

/** The arguments of `unit-patch NAME`. */
export interface PatchArguments extends CommonArguments {
  readonly name: string;
  readonly follow?: unknown;
  readonly relation?: unknown;
  readonly force?: unknown;
  readonly dryRun?: unknown;
  readonly yes?: unknown;
}

/** What one root came to. */
interface Outcome {
  readonly status: ExitStatus;
  readonly report: PlanReport;
}

/** Plans for every root, and then, root by root, shows, asks and applies: a bad root stops all before any is written. */
export async function patchCommand(given: PatchArguments, io: Io): Promise<ExitStatus> {
  const common = commonOptions(given, io);
  const request: PatchRequest = {
    template: findTemplate(given.name),
    follow: single('follow', given.follow),
    relation: (single('relation', given.relation) ?? 'requires') as Relation,
    force: forcedCodes(given.force),
  };
  const runs = common.roots.map((root) => new PatchRun(given, common, io, root, request));
  const outcomes: Outcome[] = [];
  for (const run of runs) outcomes.push(await run.run());
  const reports = outcomes.map(({ report }) => report);
  if (common.format === 'json')
    io.out(`${JSON.stringify(runs.length === 1 ? reports[0] : reports, null, 2)}\n`);
  return outcomes.reduce<ExitStatus>((worst, { status }) => (status > worst ? status : worst), EXIT.done);
}

/** The codes that `--force` names; a misspelt one must not go unnoticed. */
function forcedCodes(given: unknown): string[] {
  const codes = given === undefined ? [] : ([] as unknown[]).concat(given).map(String);
  const forceable = Object.keys(KINDS).filter((code) => KINDS[code]?.mayBeForced === true);
  for (const code of codes) {
    if (forceable.includes(code)) continue;
    const why = KINDS[code]?.level === 'refuse' ? 'unit-patch never does that' : 'there is no such refusal';
    throw usage(`--force ${code}: ${why}`, `what may be forced: ${forceable.join(', ')}`);
  }
  return codes;
}

class PatchRun {
  private readonly system: System;
  private readonly plan: Plan;
  private mustReload = false;

  constructor(
    private readonly given: PatchArguments,
    private readonly common: Common,
    private readonly io: Io,
    private readonly root: string | undefined,
    request: PatchRequest,
  ) {
    this.system = io.openSystem(root);
    const plan = planPatch(this.system.files(), request, {
      ...loadOptions(this.system, io),
      facts: factsOf(this.system),
    });
    this.plan = this.withManager(plan);
  }

  async run(): Promise<Outcome> {
    const { plan } = this;
    this.show();
    if (refused(plan)) return { status: EXIT.refused, report: planReport(plan) };
    if (!plan.changed && !this.mustReload) return { status: EXIT.done, report: planReport(plan) };
    if (this.given.dryRun === true) {
      this.talk('dry run: nothing was written\n');
      return { status: EXIT.done, report: planReport(plan) };
    }
    this.mustBeWritable();
    if (!(await this.isWanted())) {
      this.talk('nothing was written\n');
      return { status: EXIT.left, report: planReport(plan) };
    }
    const application = applyPlan(this.system, plan);
    this.tell(application);
    return { status: application.ok ? EXIT.done : EXIT.failed, report: planReport(plan, application) };
  }

  /** Files may say what systemd has not read yet: a drop-in without a daemon-reload does nothing. */
  private withManager(plan: Plan): Plan {
    const { manager } = this.system;
    if (!manager || plan.changed || refused(plan) || !plan.follow) return plan;
    const why = whyManagerDisagrees(manager, plan);
    this.mustReload = why !== undefined;
    return why === undefined ? plan : { ...plan, findings: [...plan.findings, notLoaded(why)] };
  }

  /** stdout holds the patch alone, so that it can be saved and applied. */
  private show(): void {
    const { plan } = this;
    const { format, colorOut, colorErr, roots } = this.common;
    if (roots.length > 1) this.talk(`${plan.root}:\n`);
    this.talk(planTalk(plan, colorErr), refused(plan));
    if (format === 'json') return;
    const prefix = roots.length > 1 ? (this.root ?? '') : '';
    for (const change of plan.changes) this.io.out(paintPatch(patchOf(change, prefix), colorOut));
  }

  private tell(application: Application): void {
    this.talk(applicationTalk(application, this.common.colorErr), !application.ok);
    if (application.ok && !this.system.manager)
      this.talk('an image: nothing was reloaded; systemd reads the file when it boots\n');
  }

  /** Who asks for bare patches or JSON hears only what went wrong. */
  private talk(text: string, always = false): void {
    if (always || this.common.format === 'text') this.io.err(text);
  }

  private mustBeWritable(): void {
    const why = this.system.whyNotWritable();
    if (why !== undefined)
      throw new UnitPatchError(
        'not-root',
        why,
        EXIT.usage,
        'run it with sudo, or with --dry-run to see the plan only',
      );
  }

  private async isWanted(): Promise<boolean> {
    if (this.given.yes === true || !this.io.ask) return true;
    return /^y(?:es)?$/i.test(
      (await this.io.ask(this.plan.changed ? 'Write this? [y/N] ' : 'Have systemd reload? [y/N] ')).trim(),
    );
  }
}
