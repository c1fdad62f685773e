import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { builtinModules } from 'node:module';
import tseslint from 'typescript-eslint';

/** The folders of src/, in the order of reading; each imports only from those before it. */
const ROOMS = [
  'syntax',
  'files',
  'system',
  'units',
  'transactions',
  'firewalls',
  'plan',
  'apply',
  'docker',
  'doctor',
  'prove',
  'report',
  'cli',
];

/**
 * What each folder may load of Node.js, since it touches nothing; src/files reads, and src/system may load all of it.
 */
const HARMLESS = ['buffer', 'crypto', 'util'];
const READING = [...HARMLESS, 'fs', 'path'];
const HANDED = 'Files and processes belong to src/system/; everything else is handed a Files or a System.';
const CONSOLE = { name: 'console', message: 'Write to the io that main() was given.' };

/** Keeps out of a folder what belongs to others. */
function fence(room, at) {
  const later = [...ROOMS.slice(at + 1).map((name) => `${name}/`), 'index\\.js$'].join('|');
  const allowed = (room === 'files' ? READING : HARMLESS).join('|');
  const patterns = [
    { regex: `^(?:\\.\\./)+(?:${later})`, message: `src/${room}/ stands before it.` },
    ...(room === 'cli' ? [] : [{ regex: '^yargs', message: 'yargs belongs to src/cli/.' }]),
  ];
  if (room === 'system') return rules(room, { patterns, globals: [CONSOLE], syntax: [] });
  patterns.push({ regex: '^fs-extra', message: HANDED });
  patterns.push({
    regex: `^node:(?!(?:${allowed})$)|^(?:${builtinModules.join('|')})(?:/|$)`,
    message: HANDED,
  });
  // The interfaces are types; the command alone opens what is behind them. The templates are data of this package.
  const open = room === 'firewalls' ? 'package-files' : 'retry';
  if (room !== 'cli')
    patterns.push({ regex: `/system/(?!${open}\\.js$)`, message: HANDED, allowTypeImports: true });
  // The rule for imports does not see import().
  const selector = room === 'cli' ? 'ImportExpression[source.value=/^[^.]/]' : 'ImportExpression';
  return rules(room, {
    patterns,
    globals: [{ name: 'process', message: HANDED }, CONSOLE],
    syntax: [{ selector, message: HANDED }],
  });
}

function rules(room, { patterns, globals, syntax }) {
  return {
    files: [`src/${room}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
      'no-restricted-globals': ['error', ...globals],
      'no-restricted-syntax': ['error', ...syntax],
    },
  };
}

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'examples/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: '../tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 15],
    },
  },
  ...ROOMS.map(fence),
  // The process itself; and without /proc a directory can be held as the working directory only.
  { files: ['src/cli/bin.ts', 'src/files/pinned-directory.ts'], rules: { 'no-restricted-globals': 'off' } },
  { files: ['src/cli/bin.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  // They become parts of the command, which is CommonJS.
  {
    files: ['.config/string-width.js', '.config/yargs-url.js'],
    languageOptions: { globals: { require: 'readonly', __dirname: 'readonly' } },
  },
  prettier,
);
