/** The value that a file of shell-like assignments gives a name, the last one counting; undefined where none does. */
export function assigned(text: string, name: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const assignments = lines.map((line) => line.replace(/^export[ \t]+/, ''));
  const last = assignments.findLast((line) => line.startsWith(`${name}=`));
  return last && withoutComment(last.slice(name.length + 1)).replace(/["']/g, '');
}

function withoutComment(value: string): string {
  const at = value.search(/[ \t]#/);
  return at < 0 ? value : value.slice(0, at).trimEnd();
}
