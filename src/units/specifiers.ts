import { parseUnitName } from './name.js';

/** A specifier that means nothing in a list of units, once each `%%` is taken out. */
const UNKNOWN = /%(?![ijnNpuUgG])/;

/**
 * Expands the specifiers that unit_name_printf() knows in a list of units: systemd.unit(5), "Specifiers", though
 * far from all of them count there.
 * @param word one word of a dependency list
 * @param unit the unit that the file is read for
 * @returns undefined if systemd drops the word: a specifier that is unknown, not allowed in unit names, or
 *   known only to the machine that runs the unit
 */
export function expandSpecifiers(word: string, unit: string): string | undefined {
  if (!word.includes('%')) return word;
  if (UNKNOWN.test(word.replaceAll('%%', ''))) return undefined;
  const name = parseUnitName(unit);
  if (!name) return undefined;
  const values: Partial<Record<string, string>> = {
    '%': '%',
    i: name.instance ?? '',
    j: name.prefix.slice(name.prefix.lastIndexOf('-') + 1),
    n: name.name,
    N: name.name.slice(0, name.name.lastIndexOf('.')),
    p: name.prefix,
    // The system manager runs as root, whatever User= says.
    u: 'root',
    U: '0',
    g: 'root',
    G: '0',
  };
  return word.replace(/%(.)/gs, (whole, letter: string) => values[letter] ?? whole);
}

/**
 * Replaces the specifiers of a path or argument with the unit's own names; a value that only the running machine knows
 * becomes a plain letter, since only the shape of the result matters.
 */
export function expandInPath(text: string, unit: string): string {
  return text.replace(/%([a-zA-Z%])/g, (whole, letter: string) => {
    const own = 'ijnNp%'.includes(letter) ? expandSpecifiers(whole, unit) : undefined;
    const lower = 'IJP'.includes(letter) ? expandSpecifiers(whole.toLowerCase(), unit) : undefined;
    return own ?? lower ?? 'x';
  });
}

/**
 * Whether a word names an instance that is built from the unit's own instance, like `x@a%i.service`: from
 * another instance of the same template it would never end, so systemd drops it (from 252 on).
 */
export function growsInstance(word: string): boolean {
  const at = word.indexOf('@');
  const dot = word.lastIndexOf('.');
  if (at < 0) return false;
  const instance = word.slice(at + 1, dot > at ? dot : undefined);
  return instance !== '%i' && /(?:^|[^%])(?:%%)*%[inN]/.test(instance);
}
