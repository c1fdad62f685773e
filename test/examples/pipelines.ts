import fs from 'fs-extra';
import { parse } from 'yaml';
import { example } from './checkout.js';

interface Workflow {
  readonly on: unknown;
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

/** A step of GitHub's. */
export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly script: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

/** A file of examples/ci, as text. */
export const pipelineText = (name: string): string => fs.readFileSync(example(`ci/${name}`), 'utf8');

/** The workflow for GitHub. */
export const workflow = (): Workflow => parse(pipelineText('github.yml')) as Workflow;

/** The job for GitLab. */
export function gitlabJob(): Job {
  const { 'unit-patch': job } = parse(pipelineText('gitlab.yml')) as { 'unit-patch': Job };
  return job;
}

/**
 * The steps of the workflow as one script, run as GitHub does: each by `bash -e`, and after a failed one only what is
 * wanted all the same. What `uses:` names is GitHub's, and does not run here.
 */
export function githubScript(expressions: Readonly<Record<string, string>>): string {
  const { env, jobs } = workflow();
  const [job, ...others] = Object.values(jobs);
  if (!job || others.length > 0) throw new Error('there should be one job');
  const steps = job.steps.filter(({ run }) => run !== undefined);
  return ['status=0', ...assignments(env, expressions), ...steps.map((step) => stepScript(step, expressions))]
    .concat('exit $status')
    .join('\n');
}

function stepScript(step: Step, expressions: Readonly<Record<string, string>>): string {
  const ifs: Readonly<Record<string, string>> = { '': '[ $status -eq 0 ]', '${{ !cancelled() }}': 'true' };
  const condition = ifs[step.if ?? ''];
  if (condition === undefined) throw new Error(`a condition that is not known here: ${step.if ?? ''}`);
  const env = assignments(step.env ?? {}, expressions).join('\n');
  return `if ${condition}; then\n(${env}\nexec bash -e -c ${quoted(step.run ?? '')}\n) || status=$?\nfi`;
}

function assignments(
  env: Readonly<Record<string, string>>,
  expressions: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(env).map(([name, value]) => {
    const evaluated = value.replace(/\$\{\{ (.*?) \}\}/g, (_all, expression: string) => {
      const known = expressions[expression];
      if (known === undefined) throw new Error(`an expression that is not known here: ${expression}`);
      return known;
    });
    return `export ${name}=${quoted(evaluated)}`;
  });
}

/** The lines of the job in one shell, which ends at the first that fails, as GitLab's runner has it. */
export function gitlabScript(): string {
  const { script, variables } = gitlabJob();
  return ['set -eo pipefail', ...assignments(variables, {}), ...script].join('\n');
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
