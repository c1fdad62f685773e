import { openRoot } from '../../src/files/open-root.js';
import { loadUnit } from '../../src/units/loader.js';

/** Prints units of a root as `systemctl cat` does (252 and 257 were looked at). */
export function cat(root: string, ...names: readonly string[]): string {
  const files = openRoot(root);
  let text = '';
  for (const name of names) {
    const { loadState, fragment, dropIns } = loadUnit(files, name);
    if (loadState === 'not-found') continue;
    if (loadState === 'masked') {
      text += `# Unit ${name} is masked.\n`;
      continue;
    }
    for (const path of [...(fragment === null ? [] : [fragment]), ...dropIns]) {
      const content = files.follow(path).path === '/dev/null' ? '' : files.read(path).toString('latin1');
      // It ends lines that have no end, and takes the carriage returns off (252 on).
      const lines = content === '' ? [] : content.replace(/\n$/, '').split('\n');
      const isFirst = text === '' || /^(?:# Unit .* is masked\.\n)+$/.test(text);
      text += `${isFirst ? '' : '\n'}# ${path}\n${lines.map((line) => `${line.replace(/\r$/, '')}\n`).join('')}`;
    }
  }
  return text;
}
