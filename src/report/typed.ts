import type { FarSide } from '../system/system.js';

/**
 * A text with commands in it that a person types: for another machine they go there by ssh.
 * @param far how that machine is reached; undefined for this one
 */
export function typed(text: string, far: FarSide | undefined): string {
  if (!far) return text;
  const { host, sudo } = far;
  return text.replace(/(?<![\w-])sudo (unit-patch\b)?(?=[ a-z])/g, (_, ours?: string) =>
    ours === undefined ? `ssh ${host} ${sudo ? 'sudo ' : ''}` : `${ours} -H ${host}${sudo ? ' --sudo' : ''}`,
  );
}

/** A command as root types it. */
export function asRoot(command: string): string {
  return command.replace(/(^|&& )(?=systemctl|unit-patch(?! -H)|journalctl)/g, '$1sudo ');
}
