// Writes the list of findings into the README: what `unit-patch explain --format markdown` prints.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const table = execFileSync('dist/bin/unit-patch.cjs', ['explain', '--format', 'markdown'], {
  encoding: 'utf8',
});
const before = readFileSync('README.md', 'utf8');
const after = before.replace(
  /(<!-- findings: .* -->\n)[^]*?(<!-- \/findings -->\n)/,
  (_, begin, end) => begin + table + end,
);
writeFileSync('README.md', after);
