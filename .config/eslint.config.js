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
  {
    files: ['src/**/*.ts'],
    ignores: ['src/system/**', 'src/cli/bin.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: outside.map((name) => ({ name, message: 'Files and processes belong to src/system/.' })) },
      ],
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'Files and processes belong to src/system/.' },
        { name: 'console', message: 'Write to the io that main() was given.' },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'yargs', message: 'yargs belongs to src/cli/.' }] },
      ],
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  prettier,
);
