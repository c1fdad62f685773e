// The width of a text on a terminal. The tables for all of Unicode are slow to load, and what --help prints is ASCII.
const ASCII = /^[\x20-\x7e]*$/;

export default (text, options) =>
  ASCII.test(text) ? text.length : require('real:string-width').default(text, options);
