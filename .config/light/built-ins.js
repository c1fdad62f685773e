// Node.js's own modules in the command: without a copy of all their names, and loaded when a function of theirs is
// called first, where not every run calls one.
import { builtinModules } from 'node:module';

const LATER = [
  'assert',
  'child_process',
  'crypto',
  'net',
  'os',
  'readline/promises',
  'timers/promises',
  'tty',
];
const FILTER = new RegExp(`^(?:node:)?(?:${builtinModules.join('|')})$`);

export const builtIns = {
  name: 'built-ins',
  setup(bundle) {
    bundle.onResolve({ filter: FILTER }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'built-in' } : { path, external: true },
    );
    bundle.onLoad({ filter: /./, namespace: 'built-in' }, async ({ path }) => ({
      contents: await moduleFor(path),
    }));
  },
};

async function moduleFor(path) {
  const isLater = LATER.includes(path.replace('node:', ''));
  const it = (await import(path)).default;
  const lines = Object.keys(it).flatMap((key) => (isLater ? later(path, key, it[key]) : now(key)));
  const whole = isLater ? [] : [`const it = require('${path}');`, 'export default it;'];
  return [...whole, ...lines].join('\n');
}

const now = (key) => `export const ${key} = /* @__PURE__ */ (() => it.${key})();`;

/** What is no function cannot wait: who imports it is told so when the command is built. */
const later = (path, key, value) =>
  typeof value === 'function'
    ? `export const ${key} = (...given) => require('${path}').${key}(...given);`
    : [];
