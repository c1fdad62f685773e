import type { Source } from '../../units/unit.js';
import { info } from './finding.js';
import type { Look } from './situation.js';

/** The followed unit, or one that either side requires, is not there yet: a generator makes it of another file. */
export const generatedUnit: Look = ({ generated }) =>
  [...generated.values()].map(({ name, source }) =>
    info(
      'generated-unit',
      `${name} has no unit file yet: systemd makes it from ${place(source)} at boot, and at each daemon-reload`,
      `systemctl cat ${name} shows it then`,
    ),
  );

function place({ file, line }: Source): string {
  return line === null ? file : `${file}:${line}`;
}
