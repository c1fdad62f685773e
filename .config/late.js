/**
 * Loaded at the first call of one of their functions: the parser of shell scripts, and what wraps lines for a terminal,
 * are large, and most plans need neither.
 */
const LATE = {
  unbash: ['forEachChild', 'parse'],
  'wrap-ansi': ['default'],
};

/**
 * Many files import them as a whole, and for each of these imports esbuild makes an object with a getter for all that
 * there is in them. So one file imports them for all; by name it has these.
 */
const SHARED = {
  'node:fs': ['constants', 'readFileSync', 'readdirSync'],
  'node:path': ['basename', 'isAbsolute', 'join', 'resolve'],
};

/** The packages that have a file beside the command. */
export const LATE_PACKAGES = Object.keys(LATE);

const later = (name, functions) => {
  const real = `require(${JSON.stringify(`./${name}.cjs`)})`;
  return functions
    .map(
      (one) =>
        `export ${one === 'default' ? 'default' : `const ${one} =`} (...given) => ${real}.${one}(...given);`,
    )
    .join('\n');
};

const shared = (name, members) =>
  [
    `const whole = require('${name}');`,
    'export default whole;',
    ...members.map((one) => `export const ${one} = whole.${one};`),
  ].join('\n');

/** Puts something smaller in the place of each. */
export const late = {
  name: 'late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[\w:-]+$/ }, ({ path, kind }) =>
      kind === 'import-statement' && (path in LATE || path in SHARED)
        ? { path, namespace: 'late' }
        : undefined,
    );
    onLoad({ filter: /^/, namespace: 'late' }, ({ path }) => ({
      contents: path in LATE ? later(path, LATE[path]) : shared(path, SHARED[path]),
    }));
  },
};
