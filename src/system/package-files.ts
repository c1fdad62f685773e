import fs from 'node:fs';
import path from 'node:path';

/** The files of a template as they lie in the package. */
export interface TemplateFiles {
  readonly name: string;
  /** template.ini; undefined for the texts that serve any unit */
  readonly description: string | undefined;
  /** firewalls.ini: what is known of firewalls; undefined for the texts that serve any unit */
  readonly firewalls?: string;
  /** each drop-in by its name without `.conf` */
  readonly texts: Readonly<Record<string, string>>;
  /** the texts that serve any unit, for a template of its own; read when they are needed */
  readonly generalTexts?: () => Readonly<Record<string, string>>;
  /** the files of the relation watch; read when they are needed */
  readonly watchTexts?: () => WatchTexts;
}

/** The files of the relation watch: its drop-in, the one without a firewall to follow, the service and the script. */
export type WatchTexts = Readonly<Record<'conf' | 'aloneConf' | 'service' | 'sh', string>>;

/** Compiled, bundled or as source, this file lies two levels below the package's top. */
const DIRECTORY = path.join(import.meta.dirname, '../../templates/');

/**
 * The names of the templates in this package, in alphabetical order.
 * @example
 * ```ts
 * import { templateNames } from 'unit-patch';
 *
 * assert.ok(templateNames().includes('docker'));
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
 * assert.match(readTemplate('docker').texts.requires, /^Requires=@firewall@$/m);
 * ```
 */
export function readTemplate(name?: string): TemplateFiles {
  const directory = name === undefined ? DIRECTORY : `${DIRECTORY}${name}/`;
  const read = (file: string): string => fs.readFileSync(directory + file, 'utf8');
  const all = fs.readdirSync(directory);
  const drops = all.filter((file) => file.endsWith('.conf') && !file.startsWith('watch'));
  const watchText = (ending: string): string => read(`watch.${ending}`);
  return {
    name: name ?? '',
    description: name === undefined ? undefined : read('template.ini'),
    texts: textsIn(drops, read),
    ...(name === undefined
      ? {}
      : {
          firewalls: fs.readFileSync(`${DIRECTORY}firewalls.ini`, 'utf8'),
          generalTexts: () => readTemplate().texts,
        }),
    ...(all.includes('watch.sh')
      ? {
          watchTexts: () => ({
            conf: watchText('conf'),
            aloneConf: read('watch-alone.conf'),
            service: watchText('service'),
            sh: watchText('sh'),
          }),
        }
      : {}),
  };
}

/** Each drop-in by its name, read when it is asked for: a run needs few of them. */
function textsIn(files: readonly string[], read: (file: string) => string): TemplateFiles['texts'] {
  const texts: Record<string, string> = {};
  for (const file of files)
    Object.defineProperty(texts, file.slice(0, -'.conf'.length), { enumerable: true, get: () => read(file) });
  return texts;
}

/** This package's version, from its package.json two levels above this file. */
export function packageVersion(): string {
  const file = path.join(import.meta.dirname, '../../package.json');
  const { version } = JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string };
  return version;
}
