/** A variable as a file assigns it. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
  /** the line that its name stands in, counted from 1 */
  readonly line: number;
}

const SPACE = /[ \t\n\r]/;
const NEWLINE = /[\n\r]/;

/** Reads what EnvironmentFile= names, as parse_env_file_internal() does: systemd.exec(5), "EnvironmentFile=". */
export function readEnvironmentFile(text: string): Assignment[] {
  const found: Assignment[] = [];
  let line = 1;
  let at = 0;
  const take = (): string => {
    const letter = text.charAt(at++);
    if (letter === '\n') line++;
    return letter;
  };
  while (at < text.length) {
    if (SPACE.test(text.charAt(at))) take();
    else if (/[#;]/.test(text.charAt(at))) while (at < text.length && !NEWLINE.test(take()));
    else {
      const started = line;
      const name = takeName(text, at);
      at += name.length;
      if (text.charAt(at) !== '=') continue;
      at++;
      const value = takeValue(take, () => at < text.length);
      // env_name_is_valid(): `export NAME` is no name.
      const key = name.trimEnd();
      if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) found.push({ name: key, value, line: started });
    }
  }
  return found;
}

function takeName(text: string, at: number): string {
  return /^[^=\n\r]*/.exec(text.slice(at, at + 4096))?.[0] ?? '';
}

/** Quotes may begin and end anywhere in a value; outside of them white space at its ends does not count. */
function takeValue(take: () => string, isMore: () => boolean): string {
  let value = '';
  let kept = 0;
  // A quote counts only where a part of the value begins, and a word begins no other one.
  let isPlain = false;
  while (isMore()) {
    const letter = take();
    if (NEWLINE.test(letter)) break;
    if (letter === '\\') {
      const next = isMore() ? take() : '';
      if (!NEWLINE.test(next)) value += next;
      isPlain = true;
      kept = value.length;
    } else if (!isPlain && (letter === "'" || letter === '"')) {
      value += takeQuoted(letter, take, isMore);
      kept = value.length;
    } else if (isPlain || !SPACE.test(letter)) {
      value += letter;
      isPlain = true;
      if (!SPACE.test(letter)) kept = value.length;
    }
  }
  return value.slice(0, kept);
}

function takeQuoted(quote: string, take: () => string, isMore: () => boolean): string {
  let value = '';
  while (isMore()) {
    const letter = take();
    if (letter === quote) break;
    if (letter !== '\\' || quote === "'") value += letter;
    else {
      const next = isMore() ? take() : '';
      // As in a shell: a backslash counts before these alone, and before the end of a line.
      if (next !== '\n') value += /["\\`$]/.test(next) ? next : `\\${next}`;
    }
  }
  return value;
}
