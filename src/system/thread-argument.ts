/** The first argument of a thread of this program; a person who gives it is told that there is no such option. */
export const THREAD = '--thread';
