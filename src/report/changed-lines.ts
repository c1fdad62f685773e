import { structuredPatch } from 'diff';
import type { Change } from '../plan/plan.js';

const WORDS = { create: 'new file', modify: 'change', delete: 'remove' } as const;

/** What a plan does to one file: its path, and the lines that count, each with its sign. */
export interface ChangedLines {
  readonly what: string;
  readonly path: string;
  readonly lines: readonly string[];
}

/** The lines of a change that systemd reads: comments and blank lines are left to the whole patch. */
export function changedLines({ path, action, before, after }: Change): ChangedLines {
  const { hunks } = structuredPatch('', '', before ?? '', after ?? '', undefined, undefined, { context: 0 });
  const lines = hunks.flatMap((hunk) => hunk.lines).filter((line) => /^[+-]\s*[^\s#;]/.test(line));
  return { what: WORDS[action], path, lines: lines.map((line) => `${line.charAt(0)} ${line.slice(1)}`) };
}
