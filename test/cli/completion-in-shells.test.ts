import { afterAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';

afterAll(removeTrees);

/** A directory with the command in it, as npm installs it, and with something to complete. */
function home(): string {
  const unit = '[Service]\nExecStart=/bin/a\n';
  const directory = makeRoot({
    '/bin/unit-patch': `#!/bin/sh\nexec '${process.execPath}' '${path.resolve('dist/bin/unit-patch.cjs')}' "$@"\n`,
    '/image/usr/lib/systemd/system/docker.service': unit,
  });
  fs.chmodSync(path.join(directory, 'bin/unit-patch'), 0o755);
  return directory;
}

function runIn(
  directory: string,
  shell: 'bash' | 'zsh' | 'fish',
  command: string,
  args: readonly string[],
  input = '',
): string {
  const { PATH = '' } = process.env;
  const { stdout, stderr, status } = spawnSync(command, args, {
    cwd: directory,
    encoding: 'utf8',
    input,
    timeout: 10_000,
    killSignal: 'SIGKILL',
    env: {
      HOME: directory,
      PATH: `${directory}/bin:${PATH}`,
      TERM: 'dumb',
      LC_ALL: 'C.UTF-8',
      SHELL: `/bin/${shell}`,
    },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${String(status)}\n${stdout}${stderr}`);
  return stdout;
}

/** Types a line and a TAB in an interactive shell at a terminal, and says what the line is then. */
function typed(shell: 'bash' | 'zsh', options: string, start: string, line: string): string {
  const directory = home();
  // Ctrl-A goes to the line's begin: the completed line becomes the argument of a command that prints it.
  const keys = `${start}\n${line}\t\x01print_line \n exit\n`;
  fs.writeFileSync(path.join(directory, 'keys'), keys);
  const out = runIn(directory, shell, 'script', ['-qec', `${shell} ${options}`, '/dev/null'], keys);
  const [, found] = /<<(.*)>>\r?\n/.exec(out.slice(out.lastIndexOf('print_line'))) ?? [];
  if (found === undefined) throw new Error(`nothing was printed:\n${out}`);
  // zsh takes the slash off again if a space follows.
  return found.trim().replace(/\/$/, '');
}

const PRINT = `print_line() { printf '<<%s>>\\n' "$*"; }`;

const CASES: [string, string][] = [
  ['unit-patch rend', 'unit-patch render'],
  ['unit-patch doct', 'unit-patch doctor'],
  ['unit-patch docker --rel', 'unit-patch docker --relation'],
  ['unit-patch docker --relation p', 'unit-patch docker --relation part-of'],
  ['unit-patch check docker --roots', 'unit-patch check docker --roots-from'],
  ['unit-patch docker --root ima', 'unit-patch docker --root image'],
];

function whyNot(...programs: readonly string[]): string | undefined {
  const missing = programs.filter((name) => spawnSync(name, ['--version']).error !== undefined);
  if (missing.length > 0) return `${missing.join(' and ')} are not installed`;
  return fs.existsSync('dist/bin/unit-patch.cjs') ? undefined : 'the command is not built';
}

describeWhere(whyNot('bash', 'script'), 'in bash', () => {
  test.each(CASES)('%s TAB', (line, completed) => {
    const start = `${PRINT}; source <(unit-patch completion)`;
    expect(typed('bash', '--norc --noprofile -i', start, line)).toBe(completed);
  });
});

describeWhere(whyNot('zsh', 'script'), 'in zsh', () => {
  test.each(CASES)('%s TAB', (line, completed) => {
    const start = `${PRINT}; autoload -U compinit; compinit -u; source <(unit-patch completion)`;
    expect(typed('zsh', '-f -i', start, line)).toBe(completed);
  });

  test('as a file _unit-patch in $fpath', () => {
    const start = `${PRINT}; mkdir f; unit-patch completion > f/_unit-patch; fpath=($PWD/f $fpath); autoload -U compinit; compinit -u`;
    expect(typed('zsh', '-f -i', start, 'unit-patch docker --rel')).toBe('unit-patch docker --relation');
  });
});

describeWhere(whyNot('fish'), 'in fish', () => {
  // What complete -C prints is what a TAB offers.
  const offered = (line: string): string[] =>
    runIn(home(), 'fish', 'fish', ['-N', '-c', 'unit-patch completion | source; complete -C $argv[1]', line])
      .split('\n')
      .map((one) => one.replace(/\t.*/, ''))
      .filter(Boolean);

  test.each([
    ['unit-patch re', ['render', 'revert']],
    ['unit-patch docker --rel', ['--relation']],
    ['unit-patch docker --relation ', ['hook', 'order', 'part-of', 'requires', 'wants', 'watch']],
  ])('%s TAB', (line, candidates) => {
    expect(offered(line).sort()).toEqual(candidates);
  });
});
