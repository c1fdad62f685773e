import fs from 'fs-extra';

/** What systemd's own parse_boolean() takes for yes. */
const YES = /^(?:1|y|yes|t|true|on)$/i;

/**
 * Why there is no manager to ask; undefined if there is one. In a chroot systemctl ends with 0 and does nothing
 * ("Running in chroot, ignoring"): every unit would count as active, and every reload as done.
 * @param booted the directory that only a running systemd makes
 */
export function whyNoManager(booted: string, isChroot = runsInChroot): string | undefined {
  if (!fs.existsSync(booted)) return 'systemd is not running here';
  return isChroot() ? 'systemd does not manage this root: it is a chroot' : undefined;
}

/** As running_in_chroot() of systemd decides it, which systemctl asks. */
export function runsInChroot(firstRoot = '/proc/1/root/', env: NodeJS.ProcessEnv = process.env): boolean {
  if (YES.test(env.SYSTEMD_IGNORE_CHROOT ?? '')) return false;
  try {
    const [first, own] = [firstRoot, '/'].map((place) => fs.statSync(place, { bigint: true }));
    return first?.dev !== own?.dev || first?.ino !== own?.ino;
  } catch (error) {
    // Without /proc systemd assumes a chroot; a plain user may not look there, and is told nothing.
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
