/** docker.service with flags on the daemon's command line. */
export const dockerd = (flags: string): string => `[Service]\nExecStart=/usr/bin/dockerd -H fd:// ${flags}\n`;
