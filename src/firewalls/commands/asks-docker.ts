import type { StartedCommand } from './commands.js';

/** Subcommands of docker's client that do not need its daemon. */
const ALONE = /^(?:|help|login|logout|context|completion|config|search)$/;

/** Options of docker's client that take a word of their own; -H and -c name another daemon. */
const VALUED =
  /^(?:--config|-l|--log-level|--tlscacert|--tlscert|--tlskey|-f|--file|-p|--project-name|--profile)$/;
const ELSEWHERE = /^(?:-H|--host|-c|--context)(?:=|$)/;

/** Whether a command asks Docker's daemon, and so waits for it: its client, docker-compose, or curl on its socket. */
export function asksDocker({ words, program }: Pick<StartedCommand, 'words' | 'program'>): boolean {
  if (program === 'curl') return words.some((word) => word.endsWith('/run/docker.sock'));
  if (program !== 'docker' && program !== 'docker-compose') return false;
  const rest = words.slice(1);
  if (rest.some((word) => /^(?:--help|--version|-v|--client)$/.test(word) || ELSEWHERE.test(word)))
    return false;
  const [first = '', second = ''] = withoutOptions(rest);
  const isCompose = program === 'docker-compose' || first === 'compose';
  const verb = program === 'docker-compose' ? first : second;
  return isCompose ? !/^(?:|version|config|help)$/.test(verb) : !ALONE.test(first);
}

/** Whether a command asks whether Docker runs: the commands after such a question do not run while it is down. */
export function asksWhetherDockerRuns({
  words,
  program,
}: Pick<StartedCommand, 'words' | 'program'>): boolean {
  const isAbout = words.slice(1).some((word) => /\bdocker/.test(word));
  if (/^(?:pgrep|pidof)$/.test(program)) return isAbout;
  if (program === 'service') return isAbout && words.includes('status');
  return program === 'systemctl' && isAbout && words.some((word) => /^(?:is-active|status|show)$/.test(word));
}

function withoutOptions(words: readonly string[]): string[] {
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) rest.push(word);
    else if (rest.length === 0 && VALUED.test(word)) at++;
  }
  return rest;
}
