import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

// Only src/system may touch files and processes; everything else is handed a Files or a System.
const outside = [
  'fs',
  'fs/promises',
  'node:fs',
  'node:fs/promises',
  'fs-extra',
  'fs-extra/esm',
  'child_process',
  'node:child_process',
  'net',
  'node:net',
];

/** Keeps modules out of a room; each says where it belongs. */
function restricted(modules, libraries) {
  const paths = [
    ...modules.map((name) => ({ name, message: 'Files and processes belong to src/system/.' })),
    ...libraries.map((name) => ({ name, message: `${name} belongs to src/cli/.` })),
  ];
  return { 'no-restricted-imports': ['error', { paths }] };
}

function fence(room, libraries) {
  return {
    files: [`${room}/*.ts`],
    rules: {
      ...restricted(outside, libraries),
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'Files and processes belong to src/system/.' },
        { name: 'console', message: 'Write to the io that main() was given.' },
      ],
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
  fence('src/cli/**', []),
  fence('src/{syntax,units,transactions,firewalls,plan,apply,docker,doctor,prove,report}/**', ['yargs']),
  { files: ['src/{files,system}/**/*.ts'], rules: restricted([], ['yargs']) },
  { files: ['src/cli/bin.ts'], rules: { 'no-restricted-globals': 'off' } },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  // It becomes a part of the command, which is CommonJS.
  { files: ['.config/string-width.js'], languageOptions: { globals: { require: 'readonly' } } },
  prettier,
);
