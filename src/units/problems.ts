/** So many problems of one kind are named in one file; nobody reads more, and a hostile file has millions. */
export const NAMED_MAX = 1000;

/**
 * The problems without those of a kind that there are too many of: one line, where they begin, says how many.
 * @param kindOf what counts as one kind
 */
export function abridged<Problem extends { readonly code: string; readonly text: string }>(
  problems: readonly Problem[],
  kindOf = ({ code }: Problem): string => code,
): readonly Problem[] {
  if (problems.length <= NAMED_MAX) return problems;
  const counts = new Map<string, number>();
  const kept: [Problem, string][] = [];
  for (const problem of problems) {
    const kind = kindOf(problem);
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    if (count <= NAMED_MAX + 1) kept.push([problem, count > NAMED_MAX ? kind : '']);
  }
  return kept.map(([problem, tooMany]) => {
    const more = (counts.get(tooMany) ?? 0) - NAMED_MAX;
    return more > 1
      ? { ...problem, text: `${more} problems of this kind from here on are not listed` }
      : problem;
  });
}

/** Adds to a list. `push(...more)` overflows the stack where a file has some hundred thousand lines. */
export function append<Item>(list: Item[], more: Iterable<Item>): void {
  for (const item of more) list.push(item);
}
