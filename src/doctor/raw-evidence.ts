import { EXIT, UnitPatchError } from '../errors.js';
import { CONTENTS_SHAPE } from './evidence-shapes.js';
import { documentOf } from './shapes.js';

/** How a question was answered. */
export interface Answered {
  readonly file: string;
  /** null where the command did not end by itself */
  readonly status: number | null;
  /** the length of the answer, so that a cut one is seen */
  readonly length: number;
  /** why there is no answer */
  readonly why: string;
}

/** The table of contents. */
export interface Contents {
  readonly schema: 'unit-patch/evidence@1';
  readonly unit: string;
  readonly taken: string;
  readonly files: readonly Answered[];
}

/** What the machine answered, file by file: this is what is saved, and what a diagnosis is made from. */
export interface RawEvidence {
  readonly contents: Contents;
  readonly texts: Readonly<Record<string, string>>;
}

/** The file of the table of contents. */
export const CONTENTS = 'evidence.json';

/** The evidence as files to be saved. */
export function toFiles({ contents, texts }: RawEvidence): Record<string, string> {
  return { [CONTENTS]: `${JSON.stringify(contents, null, 2)}\n`, ...texts };
}

/**
 * The evidence from files that were saved.
 * @param files what was found in the directory
 * @throws UnitPatchError `bad-evidence` where it is not ours, or not whole
 */
export function fromFiles(
  directory: string,
  files: Readonly<Record<string, string>> | undefined,
): RawEvidence {
  const text = files?.[CONTENTS];
  if (files === undefined || text === undefined) throw bad(`${directory} holds no ${CONTENTS}`);
  const contents = contentsOf(text, directory);
  const found = new Map(Object.entries(files));
  for (const { file, length } of contents.files) {
    const text = found.get(file);
    if (text === undefined) throw bad(`${directory}/${file} is missing`);
    if (text.length !== length)
      throw bad(`${directory}/${file} is not as it was saved: ${text.length} characters, not ${length}`);
  }
  return { contents, texts: files };
}

function contentsOf(text: string, directory: string): Contents {
  try {
    return documentOf(text, CONTENTS_SHAPE) as Contents;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw bad(`${directory}/${CONTENTS} is not what doctor --save writes: ${why}`);
  }
}

/** An error about evidence that cannot be used. */
export function bad(message: string): UnitPatchError {
  return new UnitPatchError(
    'bad-evidence',
    message,
    EXIT.usage,
    'have it saved again: unit-patch doctor docker --save DIR',
  );
}
