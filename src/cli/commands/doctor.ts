import type { Argv } from 'yargs';
import { askMachine } from '../../docker/ask-machine.js';
import { FILES } from '../../docker/questions.js';
import { CONTENTS, fromFiles, type RawEvidence, readEvidence, toFiles } from '../../docker/read-evidence.js';
import { diagnose, type Diagnosis, statusOf } from '../../doctor/diagnose.js';
import { mayComeBack } from '../../doctor/watch.js';
import type { ExitStatus } from '../../errors.js';
import { doctorScreen } from '../../report/doctor-screen.js';
import { doctorText } from '../../report/doctor-text.js';
import { jsonText } from '../../report/json-list.js';
import { printable } from '../../report/printable.js';
import { asRoot, typed } from '../../report/typed.js';
import type { FarSide } from '../../system/system.js';
import { inspectMachine, mustBeDocker } from '../inspect-machine.js';
import { worst } from '../plan-run.js';
import { farOf, reaching } from '../hosts.js';
import type { Io } from '../io.js';
import {
  type Common,
  type CommonArguments,
  commonOptions,
  formatOptions,
  hostOptions,
  isScreen,
  NAME,
  single,
  TEXT_OR_JSON,
  textFor,
  VALUE,
} from '../options.js';
import { usage } from '../usage.js';

/** The texts of `--help`. */
export function options(argv: Argv): Argv {
  return hostOptions(formatOptions(argv, TEXT_OR_JSON))
    .positional('name', { ...NAME, describe: 'docker, which is the default' })
    .option('follow', {
      ...VALUE,
      describe: 'the firewall of this machine, if no template knows it',
    })
    .option('save', { ...VALUE, describe: 'save the evidence in a new directory' })
    .option('from', { ...VALUE, describe: 'diagnose evidence saved with --save, also from another machine' })
    .example('sudo unit-patch doctor docker', "are docker's rules in force, and why not?")
    .epilogue(
      'Exit status: 0 healthy, and protected if it has to be; 1 broken, down or unprotected; 2 usage error, or unknown.',
    );
}

/** The arguments of `unit-patch doctor NAME`. */
interface DoctorArguments extends CommonArguments {
  readonly name?: string;
  readonly follow?: unknown;
  readonly from?: unknown;
  readonly save?: unknown;
}

/** Says whether the outage is happening on this machine, why, and what to do. Reads only. */
export async function run(given: DoctorArguments, nearby: Io): Promise<ExitStatus> {
  const common = commonOptions(given, nearby);
  const { format, roots } = common;
  const { from, save } = evidenceOf(given, roots.length);
  mustBeDocker('doctor', given.name ?? 'docker');
  const io = await reaching(roots, given, nearby);
  const all: Diagnosis[] = [];
  for (const root of roots) {
    const raw = from === undefined ? await ask(given, root, io) : await loadEvidence(from);
    if (save !== undefined) await saveEvidence(save, raw, io);
    const diagnosis = typedFor(diagnose(readEvidence(raw)), farOf(root, io));
    if (format !== 'json') {
      if (roots.length > 1) io.out(`${all.length === 0 ? '' : '\n'}${printable(root ?? '/')}:\n`);
      show(diagnosis, common, io);
    }
    all.push(diagnosis);
  }
  if (format === 'json') {
    const documents = all.map((diagnosis) => ({ ...diagnosis, status: statusOf(diagnosis) }));
    io.out(`${jsonText(documents.length === 1 ? documents[0] : documents)}\n`);
  }
  return worst(all.map(statusOf));
}

/** Where the evidence comes from, and where it goes. */
function evidenceOf(given: DoctorArguments, machines: number): { from?: string; save?: string } {
  const from = single('from', given.from);
  const save = single('save', given.save);
  if (from !== undefined && save !== undefined)
    throw usage('--from and --save do not go together', 'copy the directory instead');
  if (from !== undefined && given.host !== undefined)
    throw usage('--from and --host do not go together', 'leave one out: what was saved asks no machine');
  if (save !== undefined && machines > 1)
    throw usage('--save keeps the evidence of one machine', 'name one --host');
  return { ...(from === undefined ? {} : { from }), ...(save === undefined ? {} : { save }) };
}

function show(diagnosis: Diagnosis, common: Common, io: Io): void {
  const { colorOut, width } = common;
  if (isScreen(common, io.outIsTerminal)) io.out(doctorScreen(diagnosis, colorOut, width));
  else io.out(textFor(io, doctorText(diagnosis, colorOut), width));
}

/** The commands that help another machine are typed here. */
function typedFor(diagnosis: Diagnosis, far: FarSide | undefined): Diagnosis {
  if (!far) return diagnosis;
  const cures = diagnosis.cures.map((cure) => ({ ...cure, command: typed(asRoot(cure.command), far) }));
  return { ...diagnosis, cures };
}

/** How long a watch may take to bring rules back, if nobody goes on removing them. */
const WATCH_MS = 3000;

async function ask(given: DoctorArguments, root: string | undefined, io: Io): Promise<RawEvidence> {
  const { machine, setup } = inspectMachine('doctor', given, root, io);
  const first = await askMachine(machine, setup, new Date());
  const evidence = setup.protection.watch === undefined ? undefined : readEvidence(first);
  if (!evidence || !mayComeBack(evidence) || diagnose(evidence).state !== 'broken') return first;
  await machine.wait(WATCH_MS);
  return askMachine(machine, setup, new Date());
}

async function loadEvidence(directory: string): Promise<RawEvidence> {
  const { loadTexts } = await import('../../system/evidence-directory.js');
  return fromFiles(directory, await loadTexts(directory, [CONTENTS, ...Object.values(FILES).flat()]));
}

async function saveEvidence(directory: string, raw: RawEvidence, io: Io): Promise<void> {
  const { saveTexts } = await import('../../system/evidence-directory.js');
  await saveTexts(directory, toFiles(raw));
  io.err(`saved in ${printable(directory)}, for doctor --from:\n`);
  for (const { file, why } of raw.contents.files)
    io.err(`  ${file}${why === '' ? '' : `  (no answer: ${printable(why)})`}\n`);
  io.err(
    'it holds rules, addresses, names of networks and containers, ports, times, and who restarted a firewall;\n',
  );
  io.err(
    'no environment, no labels, no command lines, no mounts, and nothing that containers or dockerd wrote\n',
  );
}
