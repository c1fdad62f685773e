import { closestMatch } from 'leven';

/** Two letters wrong, or two that changed places; more is another word. */
const MAX_DISTANCE = 2;

/** The word of a list that was probably meant; undefined if none is near. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  const most = Math.min(MAX_DISTANCE, Math.floor(word.length / 2));
  return most === 0 ? undefined : closestMatch(word, [...words], { maxDistance: most });
}

/** `Did you mean X?`, or something else to do. */
export function didYouMean(word: string | undefined, otherwise: string): string {
  return word === undefined ? otherwise : `Did you mean ${word}?`;
}
