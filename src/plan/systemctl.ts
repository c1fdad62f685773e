import { baseName, rootPath, type Files } from '../system/files.js';

/** Where systemctl is in most systems. */
export const USUAL_SYSTEMCTL = '/usr/bin/systemctl';

/** Before systems merged /bin into /usr it lay in the second of these. */
const PLACES = [USUAL_SYSTEMCTL, '/bin/systemctl'];

/** Only these can stand in an Exec…= line as they are. */
const PLAIN = /^[\w./+-]+$/;

/** Where a root has systemctl, by its real path; undefined where it has none. */
export function findSystemctl(files: Files): string | undefined {
  for (const place of PLACES.map(rootPath)) {
    const { path, info } = files.follow(place);
    if (info?.kind !== 'file') continue;
    // A program of another name may go by the one that it is called by.
    const real = baseName(path) === 'systemctl' ? path : place;
    if (PLAIN.test(real)) return real;
  }
  return undefined;
}
