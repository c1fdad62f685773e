// The width of a text on a terminal. The tables for all of Unicode take longer to load than the rest of the
// command, and what --help prints is ASCII.
const ASCII = /^[\x20-\x7e]*$/;

export default (text, options) =>
  ASCII.test(text) ? text.length : require('real:string-width').default(text, options);
