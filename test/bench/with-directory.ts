import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Does something with a directory that is gone afterwards. */
export function withDirectory<Result>(run: (directory: string) => Result): Result {
  const directory = mkdtempSync(path.join(tmpdir(), 'unit-patch-bench-'));
  try {
    return run(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
