import { fileURLToPath, URL } from 'node:url';
import { systemTests } from './system-tests.js';

const rootDir = fileURLToPath(new URL('..', import.meta.url));

/** `npm test` runs the first of these projects, `npm run test:system` the second. */
const project = (displayName, which) => ({
  displayName,
  rootDir,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  ...which,
  testEnvironment: `${rootDir}.config/shared-environment.js`,
  runtime: `${rootDir}.config/shared-runtime.js`,
  injectGlobals: false,
  globalSetup: `${rootDir}.config/run-directory.js`,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } },
    ],
  },
});

const system = systemTests();

export default {
  rootDir,
  projects: [
    project('quick', { testPathIgnorePatterns: system.map((file) => `${file}$`) }),
    project('system', { testMatch: system }),
  ],
  // A test that hangs ends all the same; one that a busy machine makes slow does not fail.
  testTimeout: 240_000,
  testSequencer: `${rootDir}.config/longest-first.js`,
};
