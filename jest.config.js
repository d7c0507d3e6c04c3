/** TypeScript by SWC (TypeScript 7 has no JavaScript API for ts-jest), as the ES modules that they are. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          target: 'es2024',
        },
        module: { type: 'es6' },
      },
    ],
  },
  globalSetup: '<rootDir>/tests/support/postgres-setup.mjs',
  globalTeardown: '<rootDir>/tests/support/postgres-teardown.mjs',
  setupFiles: ['reflect-metadata'],
  // Modules of a suite stay in memory after it: the one who runs them is replaced before there are too many.
  workerIdleMemoryLimit: '1500MB',
  testTimeout: 30_000,
};
