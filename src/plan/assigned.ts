/** The value that a file of shell-like assignments gives a name, the last one counting; undefined where none does. */
export function assigned(text: string, name: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const assignments = lines.map((line) => line.replace(/^export[ \t]+/, ''));
  const last = assignments.findLast((line) => line.startsWith(`${name}=`));
  return last
    ?.slice(name.length + 1)
    .replace(/[ \t]+#.*$/, '')
    .replace(/["']/g, '');
}
