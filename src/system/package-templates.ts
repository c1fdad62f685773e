import path from 'node:path';
import fs from 'fs-extra';
import type { TemplateFiles } from './template-files.js';

/** Compiled, bundled or as source, this file lies two levels below the package's top. */
const DIRECTORY = path.join(import.meta.dirname, '../../templates/');

/**
 * The names of the templates in this package, in the order of the alphabet.
 * @example
 * ```ts
 * import { templateNames } from 'unit-patch';
 *
 * assert.deepEqual(templateNames(), ['docker']);
 * ```
 */
export function templateNames(): string[] {
  const entries = fs.readdirSync(DIRECTORY, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/**
 * The files of one template; without a name, the texts that serve any unit.
 * @example
 * ```ts
 * import { readTemplate } from 'unit-patch';
 *
 * assert.deepEqual(Object.keys(readTemplate('docker').texts).sort(), ['hook', 'hook-follow', 'part-of', 'requires']);
 * ```
 */
export function readTemplate(name?: string): TemplateFiles {
  const directory = name === undefined ? DIRECTORY : `${DIRECTORY}${name}/`;
  const read = (file: string): string => fs.readFileSync(directory + file, 'utf8');
  const drops = fs.readdirSync(directory).filter((file) => file.endsWith('.conf'));
  return {
    name: name ?? '',
    description: name === undefined ? undefined : read('template.ini'),
    texts: Object.fromEntries(drops.map((file) => [file.slice(0, -'.conf'.length), read(file)])),
    ...(name === undefined ? {} : { generalTexts: () => readTemplate().texts }),
  };
}
