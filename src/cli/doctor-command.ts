import { askMachine } from '../doctor/ask-machine.js';
import { diagnose, statusOf, type Diagnosis } from '../doctor/diagnose.js';
import { FILES } from '../doctor/questions.js';
import { CONTENTS, fromFiles, toFiles, type RawEvidence } from '../doctor/raw-evidence.js';
import { readEvidence } from '../doctor/read-evidence.js';
import { EXIT, UnitPatchError, type ExitStatus } from '../errors.js';
import { doctorText } from '../report/doctor-text.js';
import { loadTexts, saveTexts } from '../system/evidence-directory.js';
import { liveMachine } from '../system/live-machine.js';
import { daemonFacts } from './daemon-facts.js';
import { findTemplate } from './find-template.js';
import type { Io } from './io.js';
import { commonOptions, mustBeTextOrJson, single, usage, type CommonArguments } from './options.js';
import { protectionOf } from './protection.js';

/** The arguments of `unit-patch doctor NAME`. */
export interface DoctorArguments extends CommonArguments {
  readonly name: string;
  readonly follow?: unknown;
  readonly from?: unknown;
  readonly save?: unknown;
}

/** Says whether the outage is happening on this machine, why, and what to do. Reads only. */
export function doctorCommand(given: DoctorArguments, io: Io): ExitStatus {
  const { format, colorOut } = commonOptions(given, io);
  mustBeTextOrJson(format, 'doctor');
  const from = single('from', given.from);
  const save = single('save', given.save);
  if (from !== undefined && save !== undefined)
    throw usage('--from and --save do not go together', 'copy the directory instead');
  const { name } = findTemplate(given.name);
  if (name !== 'docker')
    throw usage(`doctor knows docker's rules only, not ${name}'s`, 'unit-patch doctor docker');
  const raw =
    from === undefined ? ask(given, io) : fromFiles(from, loadTexts(from, [CONTENTS, ...allFiles()]));
  if (save !== undefined) saveEvidence(save, raw, io);
  const diagnosis = diagnose(readEvidence(raw));
  io.out(format === 'json' ? json(diagnosis) : doctorText(diagnosis, colorOut));
  return statusOf(diagnosis);
}

function json(diagnosis: Diagnosis): string {
  return `${JSON.stringify({ ...diagnosis, status: statusOf(diagnosis) }, null, 2)}\n`;
}

function ask(given: DoctorArguments, io: Io): RawEvidence {
  const system = io.openSystem();
  const machine = io.machine ?? liveMachine();
  if (!machine.isRoot)
    throw new UnitPatchError('not-root', 'only root sees the rules in force', EXIT.usage, 'run it with sudo');
  const template = findTemplate(given.name);
  const protection = protectionOf(given, io);
  const firewalls = [...template.candidates, ...template.noNeed.map(({ unit }) => unit)];
  const { follow } = protection;
  const known = {
    unit: template.unit,
    firewalls: follow === null || firewalls.includes(follow) ? firewalls : [...firewalls, follow],
    daemon: daemonFacts(system, template, io),
    protection,
  };
  return askMachine(machine, known, new Date());
}

function allFiles(): string[] {
  return Object.values(FILES).flat();
}

function saveEvidence(directory: string, raw: RawEvidence, io: Io): void {
  saveTexts(directory, toFiles(raw));
  io.err(`saved in ${directory}, for doctor --from:\n`);
  for (const { file, why } of raw.contents.files)
    io.err(`  ${file}${why === '' ? '' : `  (no answer: ${why})`}\n`);
  io.err(
    'it holds rules, addresses, names of networks and containers, ports and times; no environment, no labels,\n',
  );
  io.err('no command lines, no mounts, and nothing that containers or dockerd wrote\n');
}
