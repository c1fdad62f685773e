import { command } from './command.js';

/** The shells that can complete the command line. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `unit-patch completion SHELL` */
export const completion = command(
  'completion [shell]',
  'print what has a shell complete the command line of unit-patch',
  (argv) =>
    argv
      .positional('shell', { choices: SHELLS, describe: 'the shell; default: that of $SHELL' })
      .example(
        'source <(unit-patch completion bash)',
        'in ~/.bashrc; the same with zsh in ~/.zshrc, after compinit',
      )
      .example('unit-patch completion fish | source', 'in ~/.config/fish/config.fish'),
  async () => (await import('../completion-command.js')).completionCommand,
);
