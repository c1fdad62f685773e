import { userInfo } from 'node:os';
import { safePath } from './find-command.js';

/**
 * What a command may inherit. Everything else may change what it prints or runs: LD_PRELOAD, BASH_ENV, NODE_OPTIONS,
 * SYSTEMD_LOG_LEVEL, DBUS_SYSTEM_BUS_ADDRESS … SYSTEMD_IGNORE_CHROOT is how an administrator tells systemctl that the
 * manager can be reached from a chroot.
 */
const KEPT = /^(?:LANG|LANGUAGE|LC_[A-Z]+|TERM|TZ|USER|LOGNAME|HOME|SYSTEMD_IGNORE_CHROOT)$/;

/**
 * The environment of every command that this program starts, in English and without a pager.
 * @param env what this program was started with
 */
export function cleanEnvironment(
  env: NodeJS.ProcessEnv = process.env,
  isRoot = process.geteuid?.() === 0,
): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name, value]) => KEPT.test(name) || isLocalEngine(name, value));
  return {
    ...Object.fromEntries(kept),
    // Some versions of sudo keep the HOME of the user, and docker runs the plugins that lie there.
    ...(isRoot ? { HOME: homeOfRoot() } : {}),
    PATH: safePath(env.PATH, isRoot),
    LC_ALL: 'C',
    SYSTEMD_PAGER: '',
    SYSTEMD_COLORS: '0',
  };
}

/** Another socket of this machine may be dockerd's; another machine's engine knows nothing of this one. */
function isLocalEngine(name: string, value: string | undefined): boolean {
  return name === 'DOCKER_HOST' && (value ?? '').startsWith('unix:///');
}

function homeOfRoot(): string {
  try {
    return userInfo().homedir;
  } catch {
    return '/root';
  }
}
