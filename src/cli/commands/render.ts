import type { Argv } from 'yargs';
import { EXIT, type ExitStatus } from '../../errors.js';
import { USUAL_SYSTEMCTL } from '../../firewalls/commands/unit-calls.js';
import { isStoppedAlong, type Relation } from '../../firewalls/template.js';
import { DROP_INS, type Whole, wholeDropIn } from '../../plan/render-drop-in.js';
import { findTemplate } from '../../firewalls/find-template.js';
import type { Io } from '../io.js';
import { followed, mustBeStoppedAlong } from '../request.js';
import { COME_BACK, NEEDED, NO_START_LIMIT, RELATION, RELATION_WORDS, single, VALUE } from '../options.js';
import { usage } from '../usage.js';

/** The texts of `--help`. */
export function options(argv: Argv): Argv {
  return argv
    .positional('name', { ...NEEDED, describe: 'a template (docker), or a unit' })
    .option('follow', {
      ...VALUE,
      demandOption: true,
      describe: 'the unit to follow, by its real name',
    })
    .option('relation', { ...RELATION, describe: `${RELATION_WORDS}; default: requires` })
    .option('part', {
      choices: DROP_INS,
      requiresArg: true,
      describe:
        "with --relation hook or --come-back, which are two drop-ins: the unit's own, or that of the followed unit",
    })
    .option('no-start-limit', NO_START_LIMIT)
    .option('come-back', COME_BACK)
    .example(
      'unit-patch render docker --follow iptables.service > 50-follow-firewall.conf',
      'the drop-in, for docker.service.d',
    );
}

/** The arguments of `unit-patch render NAME`. */
interface RenderArguments {
  readonly name: string;
  readonly follow?: unknown;
  readonly relation?: unknown;
  readonly part?: unknown;
  readonly noStartLimit?: unknown;
  readonly comeBack?: unknown;
}

/** Prints a whole drop-in, and says where it belongs. Looks at no system. */
export function run(given: RenderArguments, io: Io): ExitStatus {
  const relation = (single('relation', given.relation) ?? 'requires') as Relation;
  const of = single('part', given.part) as Whole['of'];
  const template = findTemplate(given.name);
  const comeBack = given.comeBack === true || (template.comeBack && isStoppedAlong(relation));
  mustFit(relation, comeBack, of);
  const { path, text } = wholeDropIn(template, {
    follow: followed(given.follow) ?? '',
    relation,
    of,
    noStartLimit: given.noStartLimit === true,
    comeBack,
  });
  io.out(text);
  const place = of === 'follow' && !comeBack ? `, where systemctl is ${USUAL_SYSTEMCTL}` : '';
  io.err(
    `for ${path}${place}, and a daemon-reload; nothing was checked: run unit-patch check on the machine that gets it\n`,
  );
  return EXIT.done;
}

/** A hook is two files, and neither is of use without the other; so is what is to come back. */
function mustFit(relation: Relation, comeBack: boolean, of: Whole['of']): void {
  mustBeStoppedAlong(relation, comeBack);
  if (relation === 'watch')
    throw usage(
      '--relation watch is a drop-in, a service and a script, and does its work only with all three',
      'take them from a plan: unit-patch docker --relation watch --root DIR --json --dry-run',
    );
  const two = relation === 'hook' ? '--relation hook' : comeBack ? 'what comes back' : undefined;
  if (two !== undefined && of === undefined)
    throw usage(
      `${two} is two drop-ins, and does its work only with both`,
      'print one after the other: --part unit, and --part follow',
    );
  if (two === undefined && of === 'follow')
    throw usage(`--relation ${relation} writes nothing on the followed unit`, 'leave --part out');
}
