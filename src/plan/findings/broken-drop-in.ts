import { baseName, type Files, inDirectory, parentOf, rootPath, type RootPath } from '../../files/files.js';
import { readText } from '../../files/read-text.js';
import { ADMIN_DIRECTORY } from '../../units/load-path.js';
import { UNIT_TYPES } from '../../units/name.js';
import { listingIn, placed } from '../../units/problems.js';
import type { Problem, Unit } from '../../units/unit.js';
import type { Check, CheckContext } from './check.js';
import { type Report, warn } from './finding.js';

/** These problems are intended, and no part of a file gets lost. */
const HARMLESS = ['replaced-drop-in', 'self-dependency'];

/** systemd drops part of a file that belongs to one of the two units: what `show` lists as problems. */
export const brokenDropIn: Check = {
  code: 'broken-dropin',
  level: 'warn',
  docs: {
    title: 'systemd ignores part of a file',
    meaning: 'systemd ignores part of a file of one of the two units.',
    wayOut: 'Fix the line that is named.',
  },
  run: { follow: problemsOf },
};

function problemsOf({ unit, follow }: CheckContext): Report[] {
  const both = follow.loadState === 'loaded' ? [unit, follow] : [unit];
  const problems = new Map<string, Problem>();
  for (const { problems: found } of both)
    for (const problem of found)
      if (!HARMLESS.includes(problem.code)) problems.set(`${placed(problem)} ${problem.code}`, problem);
  const inOrder = [...problems.values()].sort(
    (a, b) => Number(a.file > b.file) - Number(a.file < b.file) || (a.line ?? 0) - (b.line ?? 0),
  );
  return inOrder.map((problem) =>
    warn(placed(problem), `fix that line of ${problem.file}; unit-patch show lists all of them`),
  );
}

/** A drop-in that systemd never reads, because of its name or of its directory: systemd.unit(5). */
export const misplacedDropIn: Check = {
  code: 'misplaced-drop-in',
  level: 'warn',
  docs: {
    title: 'systemd does not read a drop-in',
    meaning:
      'systemd never reads a drop-in of one of the two units: its name does not end in `.conf`, or it is in a directory like `docker.d/`.',
    wayOut: 'Move it to the path that is named.',
  },
  run: {
    follow: (context) =>
      [context.unit, context.follow].flatMap((one) => [
        ...inItsDirectories(context, one),
        ...inOtherDirectories(context, one),
      ]),
  },
};

/** Names of files that are meant to count; one that ends in .bak or .disabled is meant to be off. */
const MEANT = /^(?!\.)(?:[^.~]*|.*\.(?:CONF|Conf|config|cfg|cnf|ini|service|override|dropin|drop-in))$/;

/** `docker.service.d/override`: only names that end in .conf are read. */
function inItsDirectories(context: CheckContext, unit: Unit): Report[] {
  const { files, withoutOurs } = context;
  const { directories } = withoutOurs.loader.map;
  const places = unit.names.flatMap((name) =>
    [...directories]
      .filter(([, names]) => names.has(`${name}.d`))
      .map(([place]) => inDirectory(place, `${name}.d`)),
  );
  return places.flatMap((place) =>
    namesIn(files, place)
      .filter((name) => !name.endsWith('.conf') && MEANT.test(name))
      .map((name) => inDirectory(place, name))
      .filter((path) => saysSomething(files, path))
      .map((path) =>
        notRead(
          context,
          unit,
          path,
          inDirectory(place, withConf(baseName(path))),
          'its name has to end in .conf',
        ),
      ),
  );
}

/** `docker.d`, or a directory beside those that units are read from. */
function inOtherDirectories(context: CheckContext, unit: Unit): Report[] {
  const { files, withoutOurs } = context;
  const { loadPath } = withoutOurs.loader.map;
  return unit.names.flatMap((name) => {
    const stem = name.slice(0, name.lastIndexOf('.'));
    const wrong = [
      `${name}.conf.d`,
      ...(UNIT_TYPES.some((type) => type === stem) ? [] : [`${stem}.d`, `${stem}.conf.d`]),
    ];
    const beside = loadPath.flatMap((place) => {
      const listing = listingIn(files, place, []);
      return wrong.filter((one) => listing.others.has(one)).map((one) => inDirectory(place, one));
    });
    const above = inDirectory(parentOf(ADMIN_DIRECTORY), `${name}.d`);
    return [...beside, ...(name === unit.id ? [above] : [])].flatMap((place) =>
      namesIn(files, place)
        .filter((file) => file.endsWith('.conf') || MEANT.test(file))
        .map((file) => inDirectory(place, file))
        .filter((path) => saysSomething(files, path))
        .map((path) => {
          const right = rootPath(`${ADMIN_DIRECTORY}/${name}.d/${withConf(baseName(path))}`);
          return notRead(context, unit, path, right, `it has to be in ${parentOf(right)}`);
        }),
    );
  });
}

function withConf(name: string): string {
  return `${name.replace(/\.[A-Za-z-]+$/, '')}.conf`;
}

function namesIn(files: Files, directory: RootPath): string[] {
  return listingIn(files, directory, []).names().sort();
}

/** Whether a file holds a section of a unit with a setting in it; a README does not. */
function saysSomething(files: Files, path: RootPath): boolean {
  const read = readText(files, path);
  return (
    typeof read === 'object' &&
    /^\[(?:Unit|Service|Install|Socket|Timer|Path|Mount)\][^[]*^[ \t]*[A-Z]\w*[ \t]*=/m.test(read.text)
  );
}

function notRead(
  { files, facts }: CheckContext,
  unit: Unit,
  path: RootPath,
  right: RootPath,
  why: string,
): Report {
  const isFree = files.lstat(right) === undefined;
  const canPaste = facts.isLive && /^[\w./@:-]+$/.test(path);
  const command = `sudo mkdir -p ${parentOf(right)} && sudo mv ${path} ${right} && sudo systemctl daemon-reload`;
  return warn(
    `${path} is not read by systemd, so ${unit.id} has none of its settings: ${why}`,
    !isFree ? `put what it sets into ${right}` : canPaste ? command : `move it to ${right}`,
  );
}
