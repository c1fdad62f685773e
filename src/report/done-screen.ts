import type { Application } from '../apply/apply-plan.js';
import { VERIFIED } from '../apply/verify.js';
import type { RulesNow } from '../doctor/rules-now.js';
import { isSoft } from '../firewalls/template.js';
import type { Plan } from '../plan/plan.js';
import type { FarSide } from '../system/system.js';
import { paint } from './color.js';
import { pairs, text, wrap } from './layout.js';
import { called } from './event-words.js';
import { printable } from './printable.js';
import { momentAfter, rulesNowLines } from './rules-now-text.js';
import { typed } from './typed.js';

/** What the screen after the writing is made for. */
export interface DoneScreenOptions {
  readonly color: boolean;
  readonly width: number;
  /** whether systemd runs there, and has loaded the files */
  readonly isLive: boolean;
  /** the root as it was named */
  readonly root: string;
  /** how it is reached, if it is another machine */
  readonly far?: FarSide | undefined;
  /** how Docker's rules stand now; undefined if that is not known */
  readonly rules?: RulesNow | undefined;
}

/** What an application did, and what to do next; the single steps only if one failed. */
export function doneScreen(raw: Plan, rawApplication: Application, options: DoneScreenOptions): string {
  const plan = printable<Plan>({ ...raw, changes: [], inputs: [] });
  const { color, width, rules } = options;
  const application = printable(rawApplication);
  if (!application.ok) return text(failure(application, width, color));
  const isDocker = plan.unit === 'docker.service';
  return text([
    ...wrap(`Done. ${state({ ...plan, changes: raw.changes }, application, options)}`, width),
    ...(rules ? ['', ...rulesNowLines(rules, momentAfter(raw), width, color)] : []),
    ...(options.isLive ? ['', ...pairs(next(plan, isDocker, options.far), width, '')] : []),
  ]);
}

function state(
  { unit, follow, relation, service, changes }: Plan,
  { steps }: Application,
  { isLive, root }: DoneScreenOptions,
): string {
  const files = changes.length === 1 ? '1 file' : `${changes.length} files`;
  const what = relation === null ? 'removed' : 'written';
  if (!isLive)
    return `${files} ${what} ${relation === null ? 'from' : 'in'} ${printable(root)}; it takes effect when it boots.`;
  const now =
    relation === null
      ? `What unit-patch wrote for ${unit} is gone${unit === 'docker.service' ? ': from now on Docker is not protected against a restart of the firewall' : ''}`
      : relation === 'watch'
        ? `${service?.unit ?? ''} now watches the firewall rules of ${called(unit)}`
        : `${unit} now follows ${follow?.unit ?? ''}`;
  const verified = steps.some(({ step, outcome }) => outcome === 'done' && step === VERIFIED)
    ? '; systemd-analyze verify reports nothing new'
    : '';
  return `${now}. systemd has loaded ${changes.length === 1 ? 'the file' : 'the files'}${verified}. ${called(unit)} was not restarted.`;
}

function next(
  { asked: { name }, relation, follow }: Plan,
  isDocker: boolean,
  far: FarSide | undefined,
): [string, string][] {
  const ours = (words: string): string => typed(`sudo unit-patch ${words}`, far);
  if (relation === null) return [['Again', ours(name)]];
  return [
    isDocker && follow && !isSoft(relation)
      ? ['Test it', `${ours(`prove ${name}`)}     restarts the firewall, and watches`]
      : ['Look', ours(`check ${name}`)],
    ['Undo', ours(`revert ${name}`)],
  ];
}

/** The failed step stands last but one, and the last line says what was rolled back. */
function failure({ steps, notRolledBack }: Application, width: number, color: boolean): string[] {
  const failed = steps.filter(({ outcome }) => outcome === 'failed');
  return [
    ...failed.flatMap(({ step, reason }) => {
      const [first = '', ...rest] = wrap(
        `failed  ${step}${reason === undefined ? '' : `: ${reason}`}`,
        width,
        '',
        '        ',
      );
      return [first.replace('failed', paint('red', 'failed', color)), ...rest];
    }),
    ...(notRolledBack.length === 0
      ? ['It failed, and everything was rolled back.']
      : ['It failed, and this could not be rolled back:', ...notRolledBack.map((what) => `  ${what}`)]),
  ];
}
