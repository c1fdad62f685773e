/** `Did you mean X?`, or something else to do. */
export function didYouMean(word: string | undefined, otherwise: string): string {
  return word === undefined ? otherwise : `Did you mean ${word}?`;
}
