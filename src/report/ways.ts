/** A way out: what to do, and the command that does it, if one does. */
export interface WayOut {
  readonly what: string;
  readonly command?: string;
}

/** Commands that a hint may end with. */
const COMMAND =
  /^(?:(.*?)(?::|,) )?((?:sudo )?(?:systemctl|unit-patch|docker|podman|apt-get|apt|dnf|yum|zypper|pacman|tr) .+)$/;

/** An option of this program that leads out. */
const OPTION = /--(?:relation|follow) [^\s,;:]+|--no-start-limit|--come-back/;

/**
 * The ways out that a hint names, each for a line of its own.
 * @param hint one sentence; its ways are joined by "or"
 * @param again the command line to which an option is added
 */
export function waysOf(hint: string, again: string): WayOut[] {
  return hint.split(/[,;] or (?!the )/).map((way) => {
    const [, before = '', command] = COMMAND.exec(way) ?? [];
    if (command !== undefined) return { what: before, command };
    const [option] = OPTION.exec(way) ?? [];
    if (option === undefined) return { what: way };
    // The command has the option; `use --relation hook` says nothing more.
    const rest = way
      .replace(option, '')
      .replace(/ {2,}/, ' ')
      .replace(/[:, ]+$/, '');
    const line = option.startsWith('--follow') ? again.replace(/ --follow (?:'[^']*'|\S+)/, '') : again;
    return { what: /^(?:use|add)$/.test(rest) ? '' : rest, command: `${line} ${option}` };
  });
}
