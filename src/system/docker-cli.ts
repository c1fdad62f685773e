import { type CommandWords, runCommand } from './run-command.js';
import type { CommandResult, Engine, RunningContainer } from './system.js';

/** Long enough for a busy daemon; one that hangs must not keep the administrator waiting. */
const TIMEOUT_MS = 5_000;
const FORMAT = '{{.Name}} {{.HostConfig.RestartPolicy.Name}}';

/**
 * The container engine, through its own client.
 * @param command the client to call
 * @param run runs it to its end
 */
export function dockerClient(
  command = 'docker',
  run: (words: CommandWords, timeoutMs: number) => CommandResult = runCommand,
): Engine {
  const docker = (...args: string[]): string | undefined => {
    const { status, stdout } = run([command, ...args], TIMEOUT_MS);
    return status === 0 ? stdout : undefined;
  };
  return {
    containers: () => {
      const ids = docker('ps', '--quiet', '--no-trunc')?.split('\n').filter(Boolean);
      if (!ids || ids.length === 0) return ids && [];
      return docker('inspect', '--type=container', `--format=${FORMAT}`, ...ids)
        ?.split('\n')
        .flatMap(container);
    },
  };
}

function container(line: string): RunningContainer[] {
  const [, name, restartPolicy] = /^\/?(\S+)(?: (\S*))?$/.exec(line) ?? [];
  // An old engine leaves the name of the policy empty if there is none.
  return name === undefined
    ? []
    : [{ name, restartPolicy: restartPolicy === '' ? 'no' : (restartPolicy ?? 'no') }];
}
