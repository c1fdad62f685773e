import { randomBytes } from 'node:crypto';
import type { RootPath } from '../files/files.js';
import { type Change, type Plan, sha256 } from '../plan/plan.js';
import { commandLine, quoted, wholeScript } from '../syntax/shell.js';
import { STEPS } from './steps.js';

/** How long the script waits for an answer once all steps are done, in seconds. Then it rolls back by itself. */
export const WAITS_S = 60;

/**
 * The script that applies a plan on another machine. It needs sh(1), coreutils and systemctl there. It does all steps,
 * asks whether to keep the result, and rolls back if a step fails, if the answer is no, or if no answer comes, because the
 * connection is gone then. It prints a line for each step: `done`, `failed`, `undone` or `left`, the step, and why.
 */
export function hostScript(plan: Plan, prelude?: string): string {
  const { changes, inputs, service } = plan;
  const made = changes.flatMap(({ path, after, directories }) =>
    after === null ? [] : [...directories, path],
  );
  return wholeScript(
    [
      SHELL.replaceAll('RANDOM', randomBytes(6).toString('hex')),
      ...(service ? ["runs=''"] : []),
      ...(service && service.action !== 'stop' ? ["started=''"] : []),
      ...changes.flatMap(contents),
      checks(
        'fresh',
        inputs.map(({ path, sha256: sum }) => `same ${quoted(path)} ${sum ?? '-'}`),
      ),
      checks('as_planned', [
        ...changes.map(({ path, after }) => `is ${quoted(path)} ${sumOf(after)}`),
        ...inputs
          .filter((input) => !changes.some(({ path }) => path === input.path))
          .map(({ path, sha256: sum }) => `same ${quoted(path)} ${sum ?? '-'}`),
      ]),
      `back() {`,
      ...(service && service.action !== 'stop'
        ? [
            `  [ ! "$started" ] || undo ${quoted(`stop ${service.unit}`)} systemctl stop -- ${quoted(service.unit)}`,
          ]
        : []),
      ...[...changes.entries()].reverse().flatMap(([at, change]) => undoing(change, at)),
      `  [ ! "$reloaded" ] || undo ${quoted(STEPS.reloadOld)} systemctl daemon-reload`,
      ...(service ? [`  [ ! "$runs" ] || undo ${againWords(service)}`] : []),
      `  echo end`,
      `  exit`,
      `}`,
      ``,
      `if ! moved=$(fresh); then`,
      `  printf 'failed\\t%s\\t%s has changed since the plan was made; plan again\\n' ${quoted(STEPS.fresh)} "$moved"`,
      `  echo end`,
      `  exit`,
      `fi`,
      `printf 'done\\t%s\\n' ${quoted(STEPS.fresh)}`,
      ...(service?.action === 'stop' ? stopping(service.unit) : []),
      ...[...changes.entries()].flatMap(([at, change]) => doing(change, at)),
      ...(made.length > 0
        ? [
            `if command -v restorecon >/dev/null; then step ${quoted(STEPS.label)} restorecon -- ${commandLine(made)}; fi`,
          ]
        : []),
      ...(plan.changed ? ['reloaded=yes'] : []),
      `step ${quoted(STEPS.reload)} systemctl daemon-reload`,
      ...(service && service.action !== 'stop' ? starting(service, plan.unit) : []),
      ...(plan.changed ? [`step ${quoted(STEPS.asPlanned)} as_planned`] : []),
      `echo ask`,
      `answer=$(timeout ${WAITS_S} head -n 1)`,
      `[ "$answer" = keep ] || back`,
      `echo end`,
    ].join('\n'),
    prelude,
  );
}

/** What every such script begins with. RANDOM is another one each time. */
const SHELL = `trap '' HUP INT PIPE TERM
umask 022
reloaded=''

# is FILE SUM: it is a regular file of this content; - means that nothing is there
is() {
  if [ "$2" = - ]; then [ ! -e "$1" ] && [ ! -L "$1" ]
  else [ -f "$1" ] && [ ! -L "$1" ] && [ "$(sha256sum <"$1")" = "$2  -" ]; fi
}
# same FILE SUM: the same, where links are followed
same() {
  moved=$1
  if [ "$2" = - ]; then [ ! -e "$1" ]
  else [ -f "$1" ] && [ "$(sha256sum <"$1")" = "$2  -" ]; fi
}
# Old versions of sync ignore the name, and write everything.
durable() { sync -- "$1" 2>/dev/null || sync; }
# put FILE SUM MODE: standard input takes the place of a file that has this sum
put() (
  cd -P -- "\${1%/*}" || exit
  name=\${1##*/}
  for old in ."$name".unit-patch-*-00000000*.tmp; do
    pid=\${old#."$name".unit-patch-}
    [ ! -e "$old" ] || [ -e "/proc/\${pid%%-*}" ] || rm -f -- "$old"
  done
  temporary=.$name.unit-patch-$$-00000000RANDOM.tmp
  trap 'rm -f -- "$temporary"' EXIT
  set -C
  cat >"$temporary" && chmod "$3" "$temporary" && durable "$temporary" || exit
  if ! is "$name" "$2"; then echo "$1 has changed since the plan was made; plan again"; exit 1; fi
  if [ "$2" != - ]; then mv -f -- "$temporary" "$name"
  else ln -- "$temporary" "$name" 2>/dev/null || { is "$name" - && mv -f -- "$temporary" "$name"; }; fi || exit
  durable .
)
# drop FILE SUM: removes a file that has this sum
drop() {
  if is "$1" -; then return; fi
  if ! is "$1" "$2"; then echo "$1 has changed since the plan was made; plan again"; return 1; fi
  rm -f -- "$1" && durable "\${1%/*}"
}
make() { [ -d "$1" ] || { mkdir -m 755 -- "$1" && durable "\${1%/*}"; }; }
is_empty() { [ -d "$1" ] && [ ! "$(ls -A -- "$1")" ]; }
unmake() { if is_empty "$1"; then rmdir -- "$1"; fi; }
# settled VERB UNIT: a unit that was started, and stays
settled() {
  systemctl "$1" -- "$2" || return
  tries=0
  while sleep 1; case $(systemctl show --property=Job -- "$2") in Job=[1-9]*) [ $((tries += 1)) -lt 60 ] ;; *) false ;; esac; do :; done
}
reason() { why=$(printf '%s\\n' "$why" | tail -n 1); printf '%s' "\${why:-it ended with $1}"; }
step() {
  what=$1
  shift
  why=$("$@" 2>&1 </dev/null)
  status=$?
  if [ $status = 0 ]; then printf 'done\\t%s\\n' "$what"; return; fi
  printf 'failed\\t%s\\t%s\\n' "$what" "$(reason $status)"
  back
}
undo() {
  what=$1
  shift
  why=$("$@" 2>&1 </dev/null)
  status=$?
  if [ $status = 0 ]; then printf 'undone\\t%s\\n' "$what"; else printf 'left\\t%s\\t%s\\n' "$what" "$(reason $status)"; fi
}`;

type ServiceAction = NonNullable<Plan['service']>;

function sumOf(text: string | null): string {
  return text === null ? '-' : sha256(Buffer.from(text));
}

function checks(name: string, lines: readonly string[]): string {
  const all = [...lines, 'return'].map((line) => `  ${line}`).join(' &&\n');
  return `${name}() {\n${all}\n  status=$?\n  echo "$moved"\n  return $status\n}`;
}

/** The functions that write a file, and write it back. */
function contents({ path, before, after, isExecutable }: Change, at: number): string[] {
  const mode = isExecutable === true ? 755 : 644;
  const [file, old, fresh] = [quoted(path), sumOf(before), sumOf(after)];
  const put = (text: string | null, sum: string): string =>
    text === null ? `drop ${file} ${sum}` : `printf %s ${quoted(text)} | put ${file} ${sum} ${mode}`;
  const relabel =
    before === null ? '' : `\n  if command -v restorecon >/dev/null; then restorecon -- ${file}; fi`;
  return [
    ``,
    `write_${at}() { ${put(after, old)}; }`,
    `back_${at}() {`,
    `  if is ${file} ${old}; then return; fi`,
    `  if ! is ${file} ${fresh}; then echo 'another program has changed it meanwhile, so it was left alone'; return 1; fi`,
    `  ${put(before, fresh)} || return${relabel}`,
    `}`,
    `tried_${at}=''`,
  ];
}

function doing({ path, after, directories }: Change, at: number): string[] {
  const write = [
    `tried_${at}=yes`,
    `step ${quoted(`${after === null ? 'remove' : 'write'} ${path}`)} write_${at}`,
  ];
  const flag = (directory: RootPath): string => `made_${at}_${directories.indexOf(directory)}`;
  if (after !== null)
    return [
      ...directories.flatMap((directory) => [
        `${flag(directory)}=''; [ -d ${quoted(directory)} ] || ${flag(directory)}=yes`,
        `step ${quoted(`make ${directory}`)} make ${quoted(directory)}`,
      ]),
      ...write,
    ];
  return [
    ...write,
    ...[...directories]
      .reverse()
      .flatMap((directory) => [
        `${flag(directory)}=''`,
        `if is_empty ${quoted(directory)}; then`,
        `  ${flag(directory)}=yes`,
        `  step ${quoted(`remove ${directory}, which is empty`)} rmdir -- ${quoted(directory)}`,
        `fi`,
      ]),
  ];
}

/** The reverse of doing(). */
function undoing({ path, before, after, directories }: Change, at: number): string[] {
  const back = `  [ ! "$tried_${at}" ] || undo ${quoted(`${before === null ? 'remove' : 'restore'} ${path}`)} back_${at}`;
  const each = (words: string, command: string) => (directory: RootPath) =>
    `  [ ! "\${made_${at}_${directories.indexOf(directory)}:-}" ] || undo ${quoted(words.replace('DIR', directory))} ${command} ${quoted(directory)}`;
  return after === null
    ? [...directories.map(each('make DIR again', 'make')), back]
    : [back, ...[...directories].reverse().map(each('remove DIR', 'unmake'))];
}

/** See stopService(). */
function stopping(unit: string): string[] {
  const name = quoted(unit);
  return [
    `if [ "$(systemctl show --property=LoadState -- ${name})" = LoadState=loaded ]; then`,
    `  if systemctl is-active --quiet -- ${name}; then runs=yes; fi`,
    `  step ${quoted(`stop ${unit}`)} systemctl stop -- ${name}`,
    `fi`,
  ];
}

/** See startService(). */
function starting({ unit, action }: ServiceAction, followed: string): string[] {
  const name = quoted(unit);
  const act = `step ${quoted(`${action} ${unit}`)} settled ${action} ${name}`;
  return [
    `if systemctl is-active --quiet -- ${quoted(followed)}; then`,
    `  if systemctl is-active --quiet -- ${name}; then runs=yes; else started=yes; fi`,
    action === 'start' ? `  if [ "$started" ]; then ${act}; else runs=''; fi` : `  ${act}`,
    `fi`,
  ];
}

function againWords({ unit, action }: ServiceAction): string {
  return action === 'stop'
    ? `${quoted(`start ${unit} again`)} settled start ${quoted(unit)}`
    : `${quoted(`restart ${unit} as it was`)} settled restart ${quoted(unit)}`;
}
