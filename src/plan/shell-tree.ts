import { parse, type ParsedScript } from 'unbash';

/** The kernel starts no program with a longer argument, so no `sh -c` either: MAX_ARG_STRLEN, execve(2). In characters. */
const TEXT_MAX = 128 << 10;

/** The parser looks for the end of each here-document in all that follows; nobody writes more. */
const HERE_MAX = 500;

/**
 * What is read out of the tree of a shell script.
 * @returns undefined where the script is too long, or so deep that the parser, which goes down by itself, has no room left
 */
export function fromShellTree<Result>(
  text: string,
  read: (tree: ParsedScript) => Result,
): Result | undefined {
  if (text.length > TEXT_MAX || (text.match(/<</g) ?? []).length > HERE_MAX) return undefined;
  try {
    return read(parse(text));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
