import type { Source } from '../../units/unit.js';
import type { Check } from './check.js';
import { info } from './finding.js';

/** The followed unit, or one that either side requires, is not there yet: a generator makes it of another file. */
export const generatedUnit: Check = {
  code: 'generated-unit',
  level: 'info',
  docs: {
    title: 'a unit is made when the machine boots',
    meaning:
      'The followed unit, or one that is required, has no unit file yet: a generator makes it from `/etc/fstab`, an init script or a quadlet.',
    wayOut: 'Nothing to do: `systemctl cat` shows it after the boot.',
  },
  run: {
    follow: ({ generated }) =>
      [...generated.values()].map(({ name, source }) =>
        info(
          `${name} has no unit file yet: systemd makes it from ${place(source)} at boot, and at each daemon-reload`,
          `systemctl cat ${name} shows it then`,
        ),
      ),
  },
};

function place({ file, line }: Source): string {
  return line === null ? file : `${file}:${line}`;
}
