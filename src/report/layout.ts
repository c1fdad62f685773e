import wrapAnsi from 'wrap-ansi';

/** A line is easier to read if it is not longer than that, however wide the terminal. */
const WIDTH_MAX = 100;

/** The width of a terminal that does not say how wide it is. */
const WIDTH_USUAL = 80;

/** The width to write to, in columns. */
export function widthOf(columns: number | undefined): number {
  return Math.min(columns === undefined || columns < 20 ? WIDTH_USUAL : columns, WIDTH_MAX);
}

/**
 * A text in lines of at most `width` columns. It breaks between words only: a path or a word that is longer stays
 * whole, so that it can be copied.
 * @param indent what the first line begins with
 * @param hang what the others begin with
 */
export function wrap(text: string, width: number, indent = '', hang = ' '.repeat(indent.length)): string[] {
  const room = Math.max(width - Math.max(indent.length, hang.length), Math.min(width, 20));
  const lines = wrapAnsi(text, room, { hard: false }).split('\n');
  return lines.map((line, at) => (at === 0 ? indent : hang) + line);
}

/** What a line of two columns begins with. */
const LEFT = /^ *\S+(?: \S+)* {2,}/;

/** Every line of a text, wrapped; the rest of a line stands below its second column, or is indented. */
export function wrapLines(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => {
      if (line.length <= width) return [line];
      const [indent = ''] = /^ */.exec(line) ?? [];
      const [left = ''] = LEFT.exec(line) ?? [];
      if (left !== '' && left.length < width / 3) return wrap(line.slice(left.length), width, left);
      return wrap(line.slice(indent.length), width, indent, `${indent}  `);
    })
    .join('\n');
}

/** A table of two columns, the second one wrapped. */
export function pairs(
  rows: readonly (readonly [left: string, right: string])[],
  width: number,
  indent = '  ',
  gap = '   ',
): string[] {
  const left = rows.reduce((longest, [{ length }]) => Math.max(longest, length), 0);
  return rows.flatMap(([first, second]) => {
    const begin = `${indent}${first.padEnd(left)}${gap}`;
    return second === '' ? [`${indent}${first}`] : wrap(second, width, begin);
  });
}

/** Lines as one text. */
export function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
