import { askMachine } from '../docker/ask-machine.js';
import { FILES } from '../docker/questions.js';
import { CONTENTS, fromFiles, type RawEvidence, readEvidence, toFiles } from '../docker/read-evidence.js';
import { diagnose, type Diagnosis, statusOf } from '../doctor/diagnose.js';
import type { ExitStatus } from '../errors.js';
import { doctorText } from '../report/doctor-text.js';
import { jsonText } from '../report/json-list.js';
import { printable } from '../report/printable.js';
import { loadTexts, saveTexts } from '../system/evidence-directory.js';
import type { Io } from './io.js';
import { inspectMachine, mustBeDocker } from './known-machine.js';
import { type CommonArguments, commonOptions, mustBeTextOrJson, single, usage } from './options.js';

/** The arguments of `unit-patch doctor NAME`. */
export interface DoctorArguments extends CommonArguments {
  readonly name: string;
  readonly follow?: unknown;
  readonly from?: unknown;
  readonly save?: unknown;
}

/** Says whether the outage is happening on this machine, why, and what to do. Reads only. */
export async function doctorCommand(given: DoctorArguments, io: Io): Promise<ExitStatus> {
  const { format, colorOut } = commonOptions(given, io);
  mustBeTextOrJson(format, 'doctor');
  const from = single('from', given.from);
  const save = single('save', given.save);
  if (from !== undefined && save !== undefined)
    throw usage('--from and --save do not go together', 'copy the directory instead');
  mustBeDocker('doctor', given.name);
  const raw =
    from === undefined ? await ask(given, io) : fromFiles(from, loadTexts(from, [CONTENTS, ...allFiles()]));
  if (save !== undefined) saveEvidence(save, raw, io);
  const diagnosis = diagnose(readEvidence(raw));
  io.out(format === 'json' ? json(diagnosis) : doctorText(diagnosis, colorOut));
  return statusOf(diagnosis);
}

function json(diagnosis: Diagnosis): string {
  return `${jsonText({ ...diagnosis, status: statusOf(diagnosis) })}\n`;
}

function ask(given: DoctorArguments, io: Io): Promise<RawEvidence> {
  const { machine, setup: setup } = inspectMachine('doctor', given, io);
  return askMachine(machine, setup, new Date());
}

function allFiles(): string[] {
  return Object.values(FILES).flat();
}

function saveEvidence(directory: string, raw: RawEvidence, io: Io): void {
  saveTexts(directory, toFiles(raw));
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
