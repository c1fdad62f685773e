/** Scripts for sh(1), as they run on another machine. */

/** Where the commands of a system lie; the PATH that sshd gives to a plain user lacks half of them. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Commands answer in English, and nobody's settings change what they print. */
const PRELUDE = `PATH=${PATH} LC_ALL=C SYSTEMD_PAGER='' SYSTEMD_COLORS=0
export PATH LC_ALL SYSTEMD_PAGER SYSTEMD_COLORS
unset LD_PRELOAD LD_LIBRARY_PATH SYSTEMD_LOG_LEVEL DBUS_SYSTEM_BUS_ADDRESS CDPATH`;

/** A word as sh(1) reads it back. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A command line. */
export function commandLine(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

/**
 * A script that does nothing unless all of it has arrived: a connection that breaks in the middle leaves a function
 * without an end.
 */
export function wholeScript(body: string, prelude = PRELUDE): string {
  return `main() {\n${prelude}\n${body.trim()}\n}\nmain\n`;
}
