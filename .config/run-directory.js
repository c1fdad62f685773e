// Makes a directory for what the test files of one run share, see test/lab/command.ts. It goes when the run ends.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** As Jest calls it, before it starts its workers. */
export default function makeRunDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'unit-patch-run-'));
  process.env.UNIT_PATCH_RUN = directory;
  process.once('exit', () => rmSync(directory, { recursive: true }));
}
