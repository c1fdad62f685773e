import { EXIT, UnitPatchError } from '../../errors.js';

/** The ways out of the common failures, by what ssh or sudo says. */
const WAYS_OUT: readonly (readonly [RegExp, string])[] = [
  [/Host key verification failed/, 'compare its host key, and connect once by hand: ssh DESTINATION'],
  [/IDENTIFICATION HAS CHANGED/, 'somebody else may answer for it: find out why its host key has changed'],
  [/Permission denied/, 'try it by hand: ssh DESTINATION true'],
  [/^sudo: /, 'allow this user to run sh by sudo without a password, or connect as root'],
];

/**
 * The error of a connection that could not be made.
 * @param why what ssh said last
 */
export function noConnection(destination: string, why: string, sudo = false): UnitPatchError {
  const [, hint] = WAYS_OUT.find(([said]) => said.test(why)) ?? [
    undefined,
    `try it by hand: ssh DESTINATION ${sudo ? 'sudo -n true' : 'true'}`,
  ];
  return new UnitPatchError(
    'no-connection',
    `no connection to ${destination}${why === '' ? '' : `: ${why}`}`,
    EXIT.usage,
    hint.replace('DESTINATION', destination),
  );
}
