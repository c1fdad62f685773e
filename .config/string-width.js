// The width of a text on a terminal. The real one builds its tables of Unicode when it is loaded, which costs more than
// all other packages of the command together, and the help that yargs lays out at each command is ASCII.
const ASCII = /^[\n\x20-\x7e]*$/;

export default (text, options) =>
  ASCII.test(text)
    ? text.replaceAll('\n', '').length
    : require('../node_modules/string-width/index.js').default(text, options);
